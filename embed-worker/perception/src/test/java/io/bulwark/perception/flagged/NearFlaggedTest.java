package io.bulwark.perception.flagged;

import static io.bulwark.perception.flagged.FlaggedIndexTest.at;
import static io.bulwark.perception.flagged.FlaggedIndexTest.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.perception.bank.Bank.ContentHashes;
import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.perception.bank.MatrixBank;
import io.bulwark.perception.flagged.FlaggedIndex.Contents;
import io.bulwark.perception.flagged.NearFlagged.Held;
import io.bulwark.perception.verdict.Decider;
import io.bulwark.perception.verdict.Judgement;
import io.bulwark.perception.verdict.Judgement.Doubt;
import io.bulwark.perception.verdict.Judgement.Outcome;
import io.bulwark.perception.verdict.Policies;
import io.bulwark.perception.verdict.PolicySettings;
import io.bulwark.perception.verdict.PolicySettings.Thresholds;
import io.bulwark.perception.verdict.ScoredImage;
import io.bulwark.perception.verdict.SeenImage;
import io.bulwark.perception.verdict.SeenImage.SeenView;
import io.bulwark.perception.verdict.VotingPolicy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Views on a circle: what is harmless at 0, flagged at a quarter of it. */
class NearFlaggedTest {

    private static final Thresholds THRESHOLDS = PolicySettings.DEFAULT_THRESHOLDS;
    private static final NearFlagged RULE = new NearFlagged(Math.cos(0.2));

    @Test
    void what_lies_within_the_bound_of_an_entry_is_review_and_what_lies_beyond_stays_safe() {
        assertThat(hold(0.3, "sha", 0.5)).isPresent();
        assertThat(hold(0.3 - 0.199, "sha", 0.5)).isPresent();
        assertThat(hold(0.3 - 0.201, "sha", 0.5)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.25, 0.5, 0.999999})
    void the_score_lies_between_the_thresholds_and_follows_the_draw_alone(double draw) {
        Held near = hold(0.3, "sha", draw).orElseThrow();
        Held farther = hold(0.15, "other", draw).orElseThrow();

        assertThat(near.scored().judgement().score())
                .isStrictlyBetween(THRESHOLDS.safe(), THRESHOLDS.flag())
                .isEqualTo(farther.scored().judgement().score());
    }

    @Test
    void it_looks_like_any_other_doubt() {
        Judgement said = hold(0.3, "sha", 0.5).orElseThrow().scored().judgement();

        assertThat(said.outcome()).isEqualTo(Outcome.REVIEW);
        assertThat(said.doubt()).contains(Doubt.UNCERTAIN);
        assertThat(said.known()).isEmpty();
        assertThat(said.margin()).isEqualTo(THRESHOLDS.margin(said.score()));
        assertThat(said.viewScores())
                .hasSize(2)
                .allSatisfy(score -> assertThat(score).isGreaterThan(0.2));
    }

    /** Who reads verdicts could work the true score out of these. */
    @Test
    void nothing_is_said_that_follows_from_how_it_was_decided() {
        ScoredImage near = hold(0.3, "sha", 0.5).orElseThrow().scored();
        ScoredImage farther = hold(0.15, "other", 0.5).orElseThrow().scored();

        assertThat(near).isEqualTo(farther);
        assertThat(near.opinions()).extracting("view").containsExactly("whole", "tile");
        assertThat(near.opinions()).allSatisfy(opinion -> {
            assertThat(opinion.neighbours()).isEmpty();
            assertThat(opinion.classProbabilities()).isEmpty();
        });
        assertThat(near.shadow().orElseThrow().judgement().outcome()).isEqualTo(Outcome.REVIEW);
        assertThat(near.shadow().orElseThrow().policyVersion()).isEqualTo("shadow-1");
        assertThat(near.judgement().turning().insertions()).isPresent();
        assertThat(near.judgement().turning().relabels()).isPresent();
    }

    @Test
    void what_is_not_safe_anyway_stands_as_it_was_decided() {
        assertThat(hold(Math.PI / 2, "sha", 0.5)).isEmpty();
    }

    @Test
    void a_file_that_a_person_called_safe_is_not_held_back() {
        assertThat(hold(0.3, "exempt", 0.5)).isEmpty();
    }

    /** Any black picture is as near to a flagged black one as the flagged one itself. */
    @Test
    void a_plain_view_is_not_compared() {
        SeenImage plain =
                new SeenImage("acme", ContentHashes.NONE, List.of(new SeenView("plain-whole", at(0.3), new float[0])));
        SeenImage beside = new SeenImage(
                "acme",
                ContentHashes.NONE,
                List.of(
                        new SeenView("plain-coarse-1", at(0.3), new float[0]),
                        new SeenView("whole", at(0.15), new float[0])));
        try (FlaggedIndex index = index();
                MatrixBank bank = bank()) {
            NearFlagged.Decided alone = new NearFlagged.Decided(plain, "sha", decided(bank, plain), THRESHOLDS, 0.5);
            // A coarse view alone makes it REVIEW; what is compared is what matters here.
            ScoredImage safe = decided(bank, image("acme", 0.15));
            NearFlagged.Decided second = new NearFlagged.Decided(beside, "sha", safe, THRESHOLDS, 0.5);

            List<Optional<Held>> held = RULE.hold(index, List.of(alone, second));

            assertThat(held.get(0)).isEmpty();
            assertThat(RULE.closeness(index, alone)).isEmpty();
            assertThat(held.get(1).orElseThrow().view()).isEqualTo(1);
            assertThat(held.get(1).orElseThrow().angle()).isCloseTo(0.15, within(1e-5));
        }
    }

    /** To the nearest centre, within the bound and far beyond it. */
    @ParameterizedTest
    @ValueSource(doubles = {0.32, 0.2, 0, -0.2, -0.7})
    void how_near_it_lies_is_said_whether_or_not_it_is_held_back(double angle) {
        double nearest = Math.min(Math.abs(angle - 0.3), 0.7); // of its two views

        assertThat(closeness("acme", angle, "sha").getAsDouble()).isCloseTo(Math.cos(nearest), within(1e-6));
    }

    /** The entry's radius is 0.05, so what it holds may lie nearer than the bound while its centre does not. */
    @ParameterizedTest
    @ValueSource(doubles = {0.101, 0.2})
    void what_is_not_held_back_is_less_close_than_the_bound_although_an_entry_is_wide(double bound) {
        NearFlagged rule = new NearFlagged(Math.cos(bound));
        double angle = 0.3 - bound - 0.01;

        assertThat(hold(rule, angle, "sha", 0.5)).isEmpty();
        assertThat(closeness(rule, "acme", angle, "sha").getAsDouble()).isLessThan(rule.similarity());
    }

    @Test
    void what_is_held_back_is_as_close_as_its_angle_to_the_centre() {
        assertThat(hold(0.15, "sha", 0.5).orElseThrow().closeness()).isCloseTo(Math.cos(0.15), within(1e-6));
    }

    @Test
    void nothing_is_said_of_what_the_rule_does_not_ask_about() {
        assertThat(closeness("acme", Math.PI / 2, "sha")).isEmpty();
        assertThat(closeness("acme", 0.3, "exempt")).isEmpty();
        assertThat(closeness("another tenant", 0.3, "sha")).isEmpty();
    }

    private static OptionalDouble closeness(String tenant, double angle, String sha256) {
        return closeness(RULE, tenant, angle, sha256);
    }

    private static OptionalDouble closeness(NearFlagged rule, String tenant, double angle, String sha256) {
        try (FlaggedIndex index = index();
                MatrixBank bank = bank()) {
            SeenImage image = image(tenant, angle);
            return rule.closeness(index, new NearFlagged.Decided(image, sha256, decided(bank, image), THRESHOLDS, 0.5));
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -0.5, 0.9951, 1, 1.01, Double.NaN})
    void a_cosine_that_is_none_is_refused(double similarity) {
        assertThatThrownBy(() -> new NearFlagged(similarity)).hasMessageContaining("bulwark.flagged.similarity");
    }

    private static Optional<Held> hold(double angle, String sha256, double draw) {
        return hold(RULE, angle, sha256, draw);
    }

    private static Optional<Held> hold(NearFlagged rule, double angle, String sha256, double draw) {
        try (FlaggedIndex index = index();
                MatrixBank bank = bank()) {
            SeenImage image = image("acme", angle);
            ScoredImage said = decided(bank, image);
            ScoredImage shadowed = new ScoredImage(
                    said.judgement(),
                    said.opinions(),
                    said.policyVersion(),
                    Optional.of(new ScoredImage.ShadowJudgement(said.judgement(), "shadow-1")));
            return rule.hold(index, List.of(new NearFlagged.Decided(image, sha256, shadowed, THRESHOLDS, draw)))
                    .get(0);
        }
    }

    private static FlaggedIndex index() {
        return FlaggedIndex.of(Map.of(
                "acme",
                new Contents(List.of(entry("e", at(0.3), 0.05), entry("n", at(Math.PI / 2), 0)), Set.of("exempt"))));
    }

    private static MatrixBank bank() {
        return MatrixBank.of(
                "circle",
                List.of(
                        new LabelledEmbedding("safe", "safe", at(0)),
                        new LabelledEmbedding("nsfw", "nsfw", at(Math.PI / 2))));
    }

    /** Of two views, of which the second is far from everything flagged. */
    private static SeenImage image(String tenant, double angle) {
        return new SeenImage(
                tenant,
                ContentHashes.NONE,
                List.of(new SeenView("whole", at(angle), new float[0]), new SeenView("tile", at(-0.4), new float[0])));
    }

    private static ScoredImage decided(MatrixBank bank, SeenImage image) {
        return new Decider(List.of())
                .decide(bank, Policies.always(new VotingPolicy(PolicySettings.flagging(Set.of("nsfw")))), image);
    }
}
