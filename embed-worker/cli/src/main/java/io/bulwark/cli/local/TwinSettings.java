package io.bulwark.cli.local;

import io.bulwark.perception.verdict.PolicySettings.Thresholds;
import io.bulwark.perception.verdict.PolicySettings.Unfamiliar;
import io.bulwark.perception.verdict.PolicySettings;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The twin that a worker's settings ask for, as the worker itself reads them.
 *
 * @param model its package
 * @param policy by which it decides
 */
public record TwinSettings(String model, PolicySettings policy) {

    /** Empty where the settings ask for no twin. */
    public static Optional<TwinSettings> of(Map<String, String> worker) {
        return Optional.ofNullable(worker.get("bulwark.twin.model"))
                .map(model -> new TwinSettings(model, policy(worker)));
    }

    private static PolicySettings policy(Map<String, String> worker) {
        PolicySettings defaults = PolicySettings.flagging(set(worker, "flagged-labels", Set.of("nsfw")));
        return new PolicySettings(
                Integer.parseInt(worker.getOrDefault("bulwark.policy.k", "" + PolicySettings.DEFAULT_K)),
                number(worker, "temperature", defaults.temperature()),
                number(worker, "floor", defaults.floor()),
                PolicySettings.NEVER_KNOWN,
                new Thresholds(
                        number(worker, "flag", defaults.thresholds().flag()),
                        number(worker, "safe", defaults.thresholds().safe())),
                defaults.labels(),
                Unfamiliar.valueOf(worker.getOrDefault("bulwark.policy.unfamiliar", "review")
                        .trim()
                        .toUpperCase(Locale.ROOT)),
                set(worker, "flagged-classes", defaults.flaggedClasses()));
    }

    /** The twin's own where it has one, else the policy's. */
    private static double number(Map<String, String> worker, String name, double fallback) {
        String set = worker.getOrDefault("bulwark.twin." + name, worker.get("bulwark.policy." + name));
        return set == null ? fallback : Double.parseDouble(set.trim());
    }

    private static Set<String> set(Map<String, String> worker, String name, Set<String> fallback) {
        String set = worker.get("bulwark.policy." + name);
        return set == null
                ? fallback
                : Arrays.stream(set.trim().split("\\s*,\\s*")).collect(Collectors.toSet());
    }
}
