package io.bulwark.perception.verdict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.perception.verdict.PolicySettings.LabelRule;
import io.bulwark.perception.verdict.PolicySettings.LabelRule.Action;
import io.bulwark.perception.verdict.PolicySettings.Thresholds;
import io.bulwark.perception.verdict.PolicySettings.Unfamiliar;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PolicySettingsTest {

    private static final Thresholds MIDDLE = new Thresholds(0.6, 0.4);
    private static final Map<String, LabelRule> NSFW = PolicySettings.flagged(Set.of("nsfw"));

    @Test
    void aWrongSettingIsNamedWithWhatIsAllowed() {
        refused("bulwark.policy.k is 0", 0, 0.07, 0.5, Set.of("nsfw"));
        refused("bulwark.policy.k is 1001", 1001, 0.07, 0.5, Set.of("nsfw"));
        refused("bulwark.policy.temperature is 0.0", 11, 0, 0.5, Set.of("nsfw"));
        refused("bulwark.policy.temperature is 1.0E-300", 11, 1e-300, 0.5, Set.of("nsfw"));
        refused("bulwark.policy.temperature is NaN", 11, Double.NaN, 0.5, Set.of("nsfw"));
        refused("bulwark.policy.temperature is Infinity", 11, Double.POSITIVE_INFINITY, 0.5, Set.of("nsfw"));
        refused("bulwark.policy.floor is 1.5", 11, 0.07, 1.5, Set.of("nsfw"));
        refused("bulwark.policy.floor is NaN", 11, 0.07, Double.NaN, Set.of("nsfw"));
        refused("bulwark.policy.flagged-labels is empty", 11, 0.07, 0.5, Set.of());
    }

    @Test
    void aHeadThatDecidesNeedsAFlaggedClass() {
        assertThatThrownBy(() -> new PolicySettings(11, 0.07, 0.5, 0.99, MIDDLE, NSFW, Unfamiliar.HEAD, Set.of()))
                .hasMessageContaining("bulwark.policy.flagged-classes");
    }

    @Test
    void everySettingChangesThePolicysVersion() {
        PolicySettings base = settings(11, 0.07, 0.5, Set.of("nsfw"), Unfamiliar.REVIEW);
        List<PolicySettings> others = List.of(
                base,
                settings(12, 0.07, 0.5, Set.of("nsfw"), Unfamiliar.REVIEW),
                settings(11, 0.08, 0.5, Set.of("nsfw"), Unfamiliar.REVIEW),
                settings(11, 0.07, 0.4, Set.of("nsfw"), Unfamiliar.REVIEW),
                settings(11, 0.07, 0.5, Set.of("a, b"), Unfamiliar.REVIEW),
                settings(11, 0.07, 0.5, Set.of("a", "b"), Unfamiliar.REVIEW),
                settings(11, 0.07, 0.5, Set.of("nsfw"), Unfamiliar.HEAD),
                base.with(MIDDLE, Map.of("nsfw", LabelRule.of(Action.REVIEW))),
                base.with(MIDDLE, Map.of("other", LabelRule.of(Action.IGNORE))),
                base.with(MIDDLE, Map.of("nsfw", new LabelRule(Action.FLAG, Optional.of(MIDDLE)))),
                base.with(new Thresholds(0.7, 0.4), Map.of()),
                new PolicySettings(11, 0.07, 0.5, 0.98, MIDDLE, NSFW, Unfamiliar.REVIEW, Set.of("Porn")),
                new PolicySettings(11, 0.07, 0.5, 0.99, MIDDLE, NSFW, Unfamiliar.REVIEW, Set.of("Porn", "Sexy")));

        assertThat(others.stream().map(settings -> new VotingPolicy(settings).version()))
                .doesNotHaveDuplicates()
                .allMatch(version -> version.matches("[0-9a-f]{64}"));
        assertThat(new VotingPolicy(base).version())
                .isEqualTo(new VotingPolicy(settings(11, 0.07, 0.5, Set.of("nsfw"), Unfamiliar.REVIEW)).version());
    }

    @Test
    void aPublishedPolicyGoesByTheVersionThatItWasPublishedUnder() {
        PolicySettings settings = settings(11, 0.07, 0.5, Set.of("nsfw"), Unfamiliar.REVIEW);

        VotingPolicy published = new VotingPolicy(settings, "a-version");

        assertThat(published.version()).isEqualTo("a-version");
        assertThat(published.settings()).isEqualTo(settings);
    }

    @Test
    void aSimilarityOfKnownContentIsACosineOrNever() {
        for (double wrong : new double[] {0, -1, 2.1, Double.NaN}) {
            assertThatThrownBy(() ->
                            new PolicySettings(11, 0.07, 0.5, wrong, MIDDLE, NSFW, Unfamiliar.REVIEW, Set.of("Porn")))
                    .hasMessageContaining("bulwark.policy.known-similarity is " + wrong);
        }
    }

    @Test
    void aLabelWithoutARuleIsIgnoredAndLabelsWithAnActionAreWatched() {
        PolicySettings settings = settings(11, 0.07, 0.5, Set.of("nsfw"), Unfamiliar.REVIEW)
                .with(MIDDLE, Map.of("art", LabelRule.of(Action.REVIEW), "cats", LabelRule.of(Action.IGNORE)));

        assertThat(settings.action("dogs")).isEqualTo(Action.IGNORE);
        assertThat(settings.flaggedLabels()).containsExactly("nsfw");
        assertThat(settings.watchedLabels()).containsExactly("art", "nsfw");
    }

    private static PolicySettings settings(
            int k, double temperature, double floor, Set<String> flagged, Unfamiliar unfamiliar) {
        return new PolicySettings(
                k, temperature, floor, 0.99, MIDDLE, PolicySettings.flagged(flagged), unfamiliar, Set.of("Porn"));
    }

    private static void refused(String message, int k, double temperature, double floor, Set<String> flagged) {
        assertThatThrownBy(() -> settings(k, temperature, floor, flagged, Unfamiliar.REVIEW))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }
}
