package io.bulwark.stream.access;

import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import java.util.Optional;
import java.util.Set;

/**
 * Who asks.
 *
 * @param name as they log in
 * @param tenant the only tenant whose records they see; empty for those who see every tenant's
 * @param roles of {@link Roles}, with the roles that they include
 */
public record Visitor(String name, Optional<String> tenant, Set<String> roles) {

    /** What stands for all tenants where one is named. */
    public static final String EVERY_TENANT = "*";

    private static final String TENANT = "bulwark.tenant";
    private static final String NAME = "bulwark.name";

    public Visitor {
        roles = Roles.withIncluded(roles);
        if (tenant.isEmpty() && roles.contains(Roles.CHILD_SAFETY)) {
            roles = Roles.withIncluded(Roles.without(roles, Roles.CHILD_SAFETY)); // designated staff have a tenant
        }
    }

    /** @param tenant a tenant's name, or {@value #EVERY_TENANT} */
    public static Visitor of(String name, String tenant, Set<String> roles) {
        return new Visitor(name, tenant.equals(EVERY_TENANT) ? Optional.empty() : Optional.of(tenant), roles);
    }

    /**
     * The visitor behind an identity.
     *
     * @throws IllegalStateException for an identity that {@link #identity} did not make
     */
    public static Visitor behind(SecurityIdentity identity) {
        String tenant = identity.getAttribute(TENANT);
        if (tenant == null) {
            throw new IllegalStateException("an identity without a tenant reached a resource");
        }
        return of(nameOf(identity), tenant, identity.getRoles());
    }

    /** Whom an identity stands for, also one that {@link #identity} did not make. */
    static String nameOf(SecurityIdentity identity) {
        String name = identity.getAttribute(NAME);
        return name == null ? identity.getPrincipal().getName() : name;
    }

    /** Whether an identity names a tenant; one of a provider may not. */
    public static boolean hasTenant(SecurityIdentity identity) {
        return identity.getAttribute(TENANT) != null;
    }

    /** A tenant's name, or {@value #EVERY_TENANT}. */
    public String tenantName() {
        return tenant.orElse(EVERY_TENANT);
    }

    /** The identity that stands for them in Quarkus. */
    SecurityIdentity identity() {
        return identity(name);
    }

    /**
     * The identity that stands for them in Quarkus.
     *
     * @param session what the cookie of a session is to hold
     */
    SecurityIdentity identity(String session) {
        return QuarkusSecurityIdentity.builder()
                .setPrincipal(new QuarkusPrincipal(session))
                .addRoles(roles)
                .addAttribute(TENANT, tenantName())
                .addAttribute(NAME, name)
                .build();
    }

    /** The same identity as this visitor: what it holds besides stays. */
    SecurityIdentity identity(SecurityIdentity given) {
        return QuarkusSecurityIdentity.builder(given)
                .addRoles(roles)
                .addAttribute(TENANT, tenantName())
                .build();
    }
}
