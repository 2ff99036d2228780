package io.bulwark.perception.verdict;

import java.util.Map;
import java.util.Set;

/**
 * All that a {@link VotingPolicy} depends on besides the evidence.
 *
 * @param k neighbours that vote, at least 1
 * @param temperature of the similarity weights, above 0; the smaller, the more the nearest count
 * @param floor below this similarity of the nearest neighbour a view is unfamiliar, in [-1, 1]
 * @param thresholds of every tenant that has none of its own
 * @param tenants thresholds of particular tenants
 * @param flaggedLabels labels of the bank that are flagged, at least one
 * @param unfamiliar who decides unfamiliar views
 * @param flaggedClasses classes of the head that are flagged; only asked with {@link Unfamiliar#HEAD}
 */
public record PolicySettings(
        int k,
        double temperature,
        double floor,
        Thresholds thresholds,
        Map<String, Thresholds> tenants,
        Set<String> flaggedLabels,
        Unfamiliar unfamiliar,
        Set<String> flaggedClasses) {

    public static final int DEFAULT_K = 11;
    public static final double DEFAULT_TEMPERATURE = 0.07;
    public static final double DEFAULT_FLOOR = 0.5;
    public static final Thresholds DEFAULT_THRESHOLDS = new Thresholds(0.6, 0.4);
    /** NSFWJS's classes that are unfit for work. */
    public static final Set<String> DEFAULT_FLAGGED_CLASSES = Set.of("Hentai", "Porn", "Sexy");

    public PolicySettings {
        if (k < 1) {
            throw new IllegalArgumentException("bulwark.policy.k is " + k + ", allowed is 1 or more neighbours");
        }
        if (!(temperature > 0 && temperature < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("bulwark.policy.temperature is " + temperature
                    + ", allowed is a number above 0 (`bulwark bank calibrate` finds one)");
        }
        if (!(floor >= -1 && floor <= 1)) {
            throw new IllegalArgumentException(
                    "bulwark.policy.floor is " + floor + ", allowed is a cosine from -1 (never unfamiliar) to 1");
        }
        if (flaggedLabels.isEmpty()) {
            throw new IllegalArgumentException(
                    "bulwark.policy.flagged-labels is empty, at least one label of the bank must be flagged");
        }
        if (unfamiliar == Unfamiliar.HEAD && flaggedClasses.isEmpty()) {
            throw new IllegalArgumentException("bulwark.policy.unfamiliar is head, so at least one class of the head "
                    + "must be flagged in bulwark.policy.flagged-classes");
        }
        tenants = Map.copyOf(tenants);
        flaggedLabels = Set.copyOf(flaggedLabels);
        flaggedClasses = Set.copyOf(flaggedClasses);
    }

    /** The default settings with these labels flagged. */
    public static PolicySettings flagging(Set<String> flaggedLabels) {
        return new PolicySettings(
                DEFAULT_K,
                DEFAULT_TEMPERATURE,
                DEFAULT_FLOOR,
                DEFAULT_THRESHOLDS,
                Map.of(),
                flaggedLabels,
                Unfamiliar.REVIEW,
                DEFAULT_FLAGGED_CLASSES);
    }

    /** The thresholds that apply to a tenant. */
    public Thresholds thresholds(String tenant) {
        return tenants.getOrDefault(tenant, thresholds);
    }
}
