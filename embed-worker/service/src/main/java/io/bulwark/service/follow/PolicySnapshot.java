package io.bulwark.service.follow;

import io.bulwark.perception.bank.Bank;
import io.bulwark.perception.bank.BankReadiness;
import io.bulwark.perception.verdict.Policies;
import io.bulwark.service.lifecycle.Readiness;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The policies of all tenants at one moment. Immutable; any thread. */
public final class PolicySnapshot implements Policies {

    private final Map<String, TenantPolicy> tenants;
    private final Policies others;
    private final Map<Set<String>, String> watched; // label sets with the words for whose they are

    private PolicySnapshot(Map<String, TenantPolicy> tenants, Policies others, Map<Set<String>, String> watched) {
        this.tenants = tenants;
        this.others = others;
        this.watched = watched;
    }

    /**
     * Tenants with policies of their own.
     *
     * @param tenants by name
     * @param others of all other tenants
     * @param configured sets of labels that the worker's settings watch, with the settings that say so, if they decide
     *     for a tenant
     */
    public static PolicySnapshot of(
            Map<String, TenantPolicy> tenants, Policies others, Map<Set<String>, String> configured) {
        Map<Set<String>, String> watched = new LinkedHashMap<>(configured);
        new TreeMap<>(tenants)
                .forEach((tenant, policy) ->
                        watched.putIfAbsent(policy.inForce().settings().watchedLabels(), ofTenant(tenant)));
        return new PolicySnapshot(Map.copyOf(tenants), others, watched);
    }

    /** A holder of nothing yet. */
    public static SnapshotHolder<PolicySnapshot> holder() {
        return new SnapshotHolder<>("The policies are being read", snapshot -> {});
    }

    /** Whether the policies in use can decide by the bank in use, and if not, why. */
    public static Readiness status(SnapshotHolder<PolicySnapshot> policies, SnapshotHolder<Bank> banks) {
        return status(policies, banks.current().map(Bank::labels).orElse(Set.of()));
    }

    static Readiness status(SnapshotHolder<PolicySnapshot> policies, Set<String> labels) {
        return policies.current()
                .flatMap(snapshot -> snapshot.complaint(labels))
                .<Readiness>map(Readiness.Unusable::new)
                .orElseGet(policies::status);
    }

    /** The version of a tenant's policy; empty text while none may decide. */
    public static String version(SnapshotHolder<PolicySnapshot> policies, String tenant) {
        return policies.current()
                .map(snapshot -> snapshot.of(tenant).inForce().version())
                .orElse("");
    }

    @Override
    public TenantPolicy of(String tenant) {
        TenantPolicy own = tenants.get(tenant);
        return own == null ? others.of(tenant) : own;
    }

    /**
     * Why no verdict may be given by a bank with these labels: to some tenant every image would be alike. Empty where
     * all is well.
     */
    public Optional<String> complaint(Set<String> labels) {
        return watched.entrySet().stream()
                .flatMap(policy -> BankReadiness.oneSided(labels, policy.getKey()).stream()
                        .map(share -> share + " of the labels of the bank are flagged by the policy: the bank has "
                                + new TreeSet<>(labels) + ", flagged are " + policy.getKey() + ". Set "
                                + policy.getValue() + " to some of the bank's labels, or add pictures of the missing"
                                + " side with `bulwark bank add`."))
                .findFirst();
    }

    private static String ofTenant(String tenant) {
        return "the labels of tenant \"" + tenant + "\" by `bulwark policy propose --tenant " + tenant + "`";
    }
}
