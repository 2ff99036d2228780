package io.bulwark.stream.review;

import io.bulwark.stream.access.Roles;
import java.util.Set;

/**
 * A person who works here.
 *
 * @param name unique within the tenant
 * @param tenant whose images they work on
 * @param roles of {@link Roles}
 */
public record Person(String name, String tenant, Set<String> roles) {

    private static final String IN_COOP = "coop:";

    public Person {
        roles = Set.copyOf(roles);
    }

    /** A person who works in Coop, as Coop names them. */
    public static Person inCoop(String actor, String tenant, Set<String> roles) {
        return new Person(IN_COOP + actor, tenant, roles);
    }

    /** Whether a person of this name works in Coop: who they are in the console is not known. */
    public static boolean isInCoop(String name) {
        return name.startsWith(IN_COOP);
    }

    /** Whether they decide what reviewers could not agree on. */
    public boolean isSenior() {
        return roles.contains(Roles.SENIOR) || roles.contains(Roles.ADMIN);
    }
}
