package io.bulwark.stream.access;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a person may do within their tenant. */
public final class Roles {

    /** Reads decisions, evidence, statistics and the feed. */
    public static final String VIEWER = "viewer";

    /** A viewer who decides what is up for review. */
    public static final String REVIEWER = "reviewer";

    /** A reviewer who overrules, has uploads judged again and sees what is held. */
    public static final String SENIOR = "senior";

    /** A viewer who keeps the bank. */
    public static final String CURATOR = "curator";

    /** All of these, and who puts items on hold. */
    public static final String ADMIN = "admin";

    /**
     * The designated staff for cases that no other role sees. No role includes it, and who sees every tenant does not have
     * it.
     */
    public static final String CHILD_SAFETY = "child-safety";

    /** Every role. */
    public static final List<String> ALL = List.of(VIEWER, REVIEWER, SENIOR, CURATOR, ADMIN, CHILD_SAFETY);

    private static final Map<String, Set<String>> INCLUDED = Map.of(
            VIEWER, Set.of(VIEWER),
            REVIEWER, Set.of(VIEWER, REVIEWER),
            SENIOR, Set.of(VIEWER, REVIEWER, SENIOR),
            CURATOR, Set.of(VIEWER, CURATOR),
            ADMIN, Set.of(VIEWER, REVIEWER, SENIOR, CURATOR, ADMIN),
            CHILD_SAFETY, Set.of(VIEWER, CHILD_SAFETY));

    private Roles() {}

    /** The same roles but one. */
    static Set<String> without(Set<String> roles, String one) {
        Set<String> rest = new HashSet<>(roles);
        rest.remove(one);
        return rest;
    }

    /**
     * The roles and the roles that they include. Names that are no role of ours, which a provider may give as well, are
     * left out.
     */
    public static Set<String> withIncluded(Set<String> given) {
        Set<String> all = new HashSet<>();
        given.forEach(role -> all.addAll(INCLUDED.getOrDefault(role, Set.of())));
        return all;
    }
}
