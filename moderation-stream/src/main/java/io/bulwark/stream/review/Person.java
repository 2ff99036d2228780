package io.bulwark.stream.review;

import java.util.Set;

/**
 * Somebody who works here.
 *
 * @param name unique within the tenant
 * @param tenant whose images they work on
 * @param roles of {@link Roles}
 */
public record Person(String name, String tenant, Set<String> roles) {

    public Person {
        roles = Set.copyOf(roles);
    }

    /** Whether they decide what reviewers could not agree on. */
    public boolean isSenior() {
        return roles.contains(Roles.SENIOR) || roles.contains(Roles.ADMIN);
    }
}
