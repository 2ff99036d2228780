package io.bulwark.perception.verdict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PolicySettingsTest {

    private static final Thresholds MIDDLE = new Thresholds(0.6, 0.4);

    @Test
    void aTenantWithoutThresholdsHasThoseOfAll() {
        Thresholds strict = new Thresholds(0.3, 0.1);
        PolicySettings settings = settings(11, 0.07, 0.5, Map.of("kids", strict), Set.of("nsfw"), Unfamiliar.REVIEW);

        assertThat(settings.thresholds("kids")).isEqualTo(strict);
        assertThat(settings.thresholds("default")).isEqualTo(MIDDLE);
    }

    @Test
    void aWrongSettingIsNamedWithWhatIsAllowed() {
        refused("bulwark.policy.k is 0", 0, 0.07, 0.5, Set.of("nsfw"));
        refused("bulwark.policy.temperature is 0.0", 11, 0, 0.5, Set.of("nsfw"));
        refused("bulwark.policy.temperature is NaN", 11, Double.NaN, 0.5, Set.of("nsfw"));
        refused("bulwark.policy.temperature is Infinity", 11, Double.POSITIVE_INFINITY, 0.5, Set.of("nsfw"));
        refused("bulwark.policy.floor is 1.5", 11, 0.07, 1.5, Set.of("nsfw"));
        refused("bulwark.policy.floor is NaN", 11, 0.07, Double.NaN, Set.of("nsfw"));
        refused("bulwark.policy.flagged-labels is empty", 11, 0.07, 0.5, Set.of());
    }

    @Test
    void aHeadThatDecidesNeedsAFlaggedClass() {
        assertThatThrownBy(() ->
                        new PolicySettings(11, 0.07, 0.5, MIDDLE, Map.of(), Set.of("nsfw"), Unfamiliar.HEAD, Set.of()))
                .hasMessageContaining("bulwark.policy.flagged-classes");
    }

    @Test
    void everySettingChangesThePolicysVersion() {
        PolicySettings base = settings(11, 0.07, 0.5, Map.of(), Set.of("nsfw"), Unfamiliar.REVIEW);
        List<PolicySettings> others = List.of(
                base,
                settings(12, 0.07, 0.5, Map.of(), Set.of("nsfw"), Unfamiliar.REVIEW),
                settings(11, 0.08, 0.5, Map.of(), Set.of("nsfw"), Unfamiliar.REVIEW),
                settings(11, 0.07, 0.4, Map.of(), Set.of("nsfw"), Unfamiliar.REVIEW),
                settings(11, 0.07, 0.5, Map.of("kids", MIDDLE), Set.of("nsfw"), Unfamiliar.REVIEW),
                settings(11, 0.07, 0.5, Map.of("kid", MIDDLE), Set.of("nsfw"), Unfamiliar.REVIEW),
                settings(11, 0.07, 0.5, Map.of("kid", new Thresholds(1, 0)), Set.of("nsfw"), Unfamiliar.REVIEW),
                settings(11, 0.07, 0.5, Map.of(), Set.of("a, b"), Unfamiliar.REVIEW),
                settings(11, 0.07, 0.5, Map.of(), Set.of("a", "b"), Unfamiliar.REVIEW),
                settings(11, 0.07, 0.5, Map.of(), Set.of("nsfw"), Unfamiliar.HEAD),
                new PolicySettings(
                        11,
                        0.07,
                        0.5,
                        new Thresholds(0.7, 0.4),
                        Map.of(),
                        Set.of("nsfw"),
                        Unfamiliar.REVIEW,
                        Set.of("Porn")),
                new PolicySettings(
                        11, 0.07, 0.5, MIDDLE, Map.of(), Set.of("nsfw"), Unfamiliar.REVIEW, Set.of("Porn", "Sexy")));

        assertThat(others.stream().map(settings -> new VotingPolicy(settings).version()))
                .doesNotHaveDuplicates()
                .allMatch(version -> version.matches("[0-9a-f]{64}"));
        assertThat(new VotingPolicy(base).version())
                .isEqualTo(new VotingPolicy(settings(11, 0.07, 0.5, Map.of(), Set.of("nsfw"), Unfamiliar.REVIEW))
                        .version());
    }

    private static PolicySettings settings(
            int k,
            double temperature,
            double floor,
            Map<String, Thresholds> tenants,
            Set<String> flagged,
            Unfamiliar unfamiliar) {
        return new PolicySettings(k, temperature, floor, MIDDLE, tenants, flagged, unfamiliar, Set.of("Porn"));
    }

    private static void refused(String message, int k, double temperature, double floor, Set<String> flagged) {
        assertThatThrownBy(() -> settings(k, temperature, floor, Map.of(), flagged, Unfamiliar.REVIEW))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }
}
