package io.bulwark.perception.verdict;

import java.util.Optional;

/** Whose policy is whose. Immutable: a decision asks one of these and nothing else. */
@FunctionalInterface
public interface Policies {

    /** The policies of a tenant, or the common ones where the tenant has none. */
    TenantPolicy of(String tenant);

    /**
     * A tenant's policies.
     *
     * @param inForce decides
     * @param shadow is asked too, and decides nothing
     */
    record TenantPolicy(VotingPolicy inForce, Optional<VotingPolicy> shadow) {

        /** Without a shadow. */
        public static TenantPolicy of(VotingPolicy inForce) {
            return new TenantPolicy(inForce, Optional.empty());
        }

        int k() {
            return Math.max(inForce.k(), shadow.map(VotingPolicy::k).orElse(0));
        }
    }

    /** One policy for all tenants. */
    static Policies always(VotingPolicy policy) {
        TenantPolicy all = TenantPolicy.of(policy);
        return tenant -> all;
    }
}
