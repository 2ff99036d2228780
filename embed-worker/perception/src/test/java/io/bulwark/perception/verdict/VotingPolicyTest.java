package io.bulwark.perception.verdict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.perception.bank.Neighbour;
import io.bulwark.perception.verdict.Judgement.Doubt;
import io.bulwark.perception.verdict.Judgement.Outcome;
import io.bulwark.perception.verdict.PolicySettings.Thresholds;
import io.bulwark.perception.verdict.PolicySettings.Unfamiliar;
import io.bulwark.perception.verdict.ScoredImage.Opinion;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class VotingPolicyTest {

    private static final Thresholds THRESHOLDS = new Thresholds(0.7, 0.3);

    private final VotingPolicy policy = policy(Unfamiliar.REVIEW);
    private final VotingPolicy headPolicy = policy(Unfamiliar.HEAD);
    private final VotingPolicy strict = new VotingPolicy(policy.settings().with(new Thresholds(0.2, 0.1), Map.of()));

    @Test
    void nearFlaggedReferencesMakeAnImageNsfw() {
        Judgement judgement = decide(policy, List.of(view("whole", 0.9f, 10, 1)));

        assertThat(judgement.outcome()).isEqualTo(Outcome.NSFW);
        assertThat(judgement.doubt()).isEmpty();
        assertThat(judgement.score()).isEqualTo(10.0 / 11, within(1e-9));
        assertThat(judgement.margin()).isEqualTo(10.0 / 11 - 0.7, within(1e-9));
    }

    @Test
    void nearSafeReferencesMakeAnImageSafe() {
        assertThat(decide(policy, List.of(view("whole", 0.9f, 1, 10))).outcome())
                .isEqualTo(Outcome.SAFE);
    }

    @Test
    void theViewThatDecidedIsNamedThoughAnotherHasTheHigherScore() {
        // Below the floor a person decides, which is graver than a safe view of any score.
        List<Opinion> opinions = List.of(view("safe", 0.9f, 3, 8), view("far", 0.2f, 0, 11), view("far", 0.2f, 0, 11));

        Judgement judgement = decide(policy, opinions);

        assertThat(judgement.worstView()).isEqualTo(1);
        assertThat(judgement.viewScores().get(0)).isGreaterThan(judgement.score());
    }

    @Test
    void outcomesAreOrderedByGravity() {
        assertThat(Outcome.NSFW.isWorseThan(Outcome.REVIEW)).isTrue();
        assertThat(Outcome.REVIEW.isWorseThan(Outcome.SAFE)).isTrue();
        assertThat(Outcome.REVIEW.isWorseThan(Outcome.NSFW)).isFalse();
        assertThat(Outcome.SAFE.isWorseThan(Outcome.SAFE)).isFalse();
    }

    @Test
    void aScoreBetweenTheThresholdsIsUncertain() {
        Judgement judgement = decide(policy, List.of(view("whole", 0.9f, 5, 6)));

        assertThat(judgement.outcome()).isEqualTo(Outcome.REVIEW);
        assertThat(judgement.doubt()).contains(Doubt.UNCERTAIN);
    }

    @Test
    void otherThresholdsDecideOtherwise() {
        List<Opinion> opinions = List.of(view("whole", 0.9f, 5, 6));

        assertThat(decide(strict, opinions).outcome()).isEqualTo(Outcome.NSFW);
    }

    @Test
    void aViewBelowTheFloorIsForAPersonHoweverClearTheVote() {
        Judgement judgement = decide(policy, List.of(view("whole", 0.49f, 0, 11)));

        assertThat(judgement.outcome()).isEqualTo(Outcome.REVIEW);
        assertThat(judgement.doubt()).contains(Doubt.UNFAMILIAR);
        assertThat(decide(policy, List.of(view("whole", 0.5f, 0, 11))).outcome())
                .isEqualTo(Outcome.SAFE);
    }

    @Test
    void theHeadDecidesWhatTheBankDoesNotKnow() {
        assertThat(headOutcome(Map.of("Porn", 0.5f, "Sexy", 0.3f, "Neutral", 0.2f)))
                .isEqualTo(Outcome.NSFW);
        assertThat(headOutcome(Map.of("Porn", 0.1f, "Neutral", 0.9f))).isEqualTo(Outcome.SAFE);
        assertThat(headOutcome(Map.of("Porn", 0.5f, "Neutral", 0.5f))).isEqualTo(Outcome.REVIEW);
    }

    @Test
    void theBankDecidesWhereverItIsNearWhateverTheHeadSays() {
        Opinion view = new Opinion("whole", view("whole", 0.9f, 0, 11).neighbours(), Map.of("Porn", 1f));

        assertThat(decide(headPolicy, List.of(view)).outcome()).isEqualTo(Outcome.SAFE);
    }

    @Test
    void aPackageWithoutAHeadLeavesTheUnfamiliarToAPerson() {
        Judgement judgement = decide(headPolicy, List.of(view("whole", 0.2f, 0, 11)));

        assertThat(judgement.doubt()).contains(Doubt.UNFAMILIAR);
    }

    @Test
    void anImageWithoutAnyNeighbourIsForAPersonAndScoresAsFlagged() {
        Judgement judgement = decide(policy, List.of(new Opinion("whole", List.of(), Map.of())));

        assertThat(judgement.doubt()).contains(Doubt.UNFAMILIAR);
        assertThat(judgement.score()).isEqualTo(1);
    }

    @Test
    void theWorstViewDecidesAndEveryScoreIsKept() {
        Opinion safe = view("whole", 0.9f, 0, 11);
        Opinion unfamiliar = view("tile-1", 0.1f, 11, 0);
        Opinion flagged = view("tile-2", 0.9f, 9, 2);

        Judgement both = decide(policy, List.of(safe, unfamiliar));
        Judgement all = decide(policy, List.of(safe, unfamiliar, flagged));

        assertThat(both.outcome()).isEqualTo(Outcome.REVIEW);
        assertThat(all.outcome()).isEqualTo(Outcome.NSFW);
        assertThat(all.score()).isEqualTo(9.0 / 11, within(1e-9));
        assertThat(all.viewScores()).hasSize(3).startsWith(0.0, 1.0);
    }

    @Test
    void whatLooksHarmlessInACoarseViewIsForAPerson() {
        Judgement judgement = decide(policy, List.of(view("whole", 0.9f, 0, 11), view("coarse-1", 0.9f, 0, 11)));

        assertThat(judgement.outcome()).isEqualTo(Outcome.REVIEW);
        assertThat(judgement.doubt()).contains(Doubt.PARTLY_SEEN);
        assertThat(judgement.score()).isZero();
        assertThat(judgement.turning()).isEqualTo(Turning.NONE);
    }

    @Test
    void whatLooksHarmlessInAFileOfTooManyViewsIsForAPerson() {
        Opinion first = view("frame-0/sampled-whole/white", 0.9f, 0, 11);

        Judgement harmless = decide(policy, List.of(first, view("frame-0/whole/black", 0.9f, 0, 11)));
        Judgement coarse = decide(policy, List.of(first, view("frame-0/coarse-1/black", 0.9f, 0, 11)));
        Judgement flagged = decide(policy, List.of(first, view("frame-0/whole/black", 0.9f, 11, 0)));
        Judgement uncertain = decide(policy, List.of(first, view("frame-0/whole/black", 0.1f, 11, 0)));

        assertThat(harmless.outcome()).isEqualTo(Outcome.REVIEW);
        assertThat(harmless.doubt()).contains(Doubt.TOO_MANY_VIEWS);
        assertThat(harmless.turning()).isEqualTo(Turning.NONE);
        assertThat(coarse.doubt()).contains(Doubt.TOO_MANY_VIEWS);
        assertThat(flagged.outcome()).isEqualTo(Outcome.NSFW);
        assertThat(uncertain.doubt()).contains(Doubt.UNFAMILIAR);
    }

    @Test
    void whatIsFoundInACoarseViewIsFound() {
        assertThat(decide(policy, List.of(view("coarse-1/white", 0.9f, 11, 0))).outcome())
                .isEqualTo(Outcome.NSFW);
        assertThat(decide(policy, List.of(view("coarse-1", 0.2f, 0, 11))).doubt())
                .contains(Doubt.UNFAMILIAR);
        assertThat(headOutcome("frame-3/coarse-2", Map.of("Neutral", 1f))).isEqualTo(Outcome.REVIEW);
    }

    @Test
    void noViewAtAllIsAnError() {
        assertThatThrownBy(() -> decide(policy, List.of())).hasMessageContaining("at least one");
    }

    @Test
    void asksForAsManyNeighboursAsItsSettingsSay() {
        assertThat(policy.k()).isEqualTo(11);
    }

    @Property
    void oneMoreViewNeverMakesAnImageLessSuspect(@ForAll long seed) {
        Random random = new Random(seed);
        List<Opinion> opinions = new ArrayList<>(randomViews(random));
        Judgement before = decide(policy, opinions);
        opinions.addAll(randomViews(random));

        assertThat(gravity(decide(policy, opinions))).isGreaterThanOrEqualTo(gravity(before));
    }

    @Property
    void theOrderOfTheViewsDoesNotMatter(@ForAll long seed) {
        Random random = new Random(seed);
        List<Opinion> opinions = new ArrayList<>(randomViews(random));
        Judgement before = decide(policy, opinions);
        Collections.shuffle(opinions, random);
        Judgement after = decide(policy, opinions);

        assertThat(after.outcome()).isEqualTo(before.outcome());
        assertThat(after.score()).isEqualTo(before.score());
    }

    @Property
    void aDoubtIsPresentExactlyForReview(@ForAll long seed) {
        Judgement judgement = decide(headPolicy, randomViews(new Random(seed)));

        assertThat(judgement.doubt().isPresent()).isEqualTo(judgement.outcome() == Outcome.REVIEW);
        assertThat(judgement.score()).isBetween(0.0, 1.0);
        assertThat(judgement.margin()).isBetween(0.0, 1.0);
    }

    private Outcome headOutcome(Map<String, Float> head) {
        return headOutcome("whole", head);
    }

    private Outcome headOutcome(String name, Map<String, Float> head) {
        Opinion view = new Opinion(name, view(name, 0.2f, 5, 6).neighbours(), head);
        return decide(headPolicy, List.of(view)).outcome();
    }

    private static int gravity(Judgement judgement) {
        return List.of(Outcome.SAFE, Outcome.REVIEW, Outcome.NSFW).indexOf(judgement.outcome());
    }

    private static VotingPolicy policy(Unfamiliar unfamiliar) {
        return new VotingPolicy(new PolicySettings(
                11,
                0.07,
                0.5,
                PolicySettings.NEVER_KNOWN,
                THRESHOLDS,
                PolicySettings.flagged(Set.of("nsfw")),
                unfamiliar,
                PolicySettings.DEFAULT_FLAGGED_CLASSES));
    }

    private static Judgement decide(VotingPolicy policy, List<Opinion> opinions) {
        return policy.decide(opinions, List.of());
    }

    /** Neighbours that are all equally similar: the score is the flagged ones' share. */
    private static Opinion view(String name, float similarity, int flagged, int safe) {
        List<Neighbour> neighbours = new ArrayList<>();
        for (int i = 0; i < flagged + safe; i++) {
            neighbours.add(new Neighbour("r-" + i, i < flagged ? "nsfw" : "safe", similarity));
        }
        return new Opinion(name, neighbours, Map.of());
    }

    private static List<Opinion> randomViews(Random random) {
        List<Opinion> views = new ArrayList<>();
        for (int view = 0; view <= random.nextInt(4); view++) {
            List<Neighbour> neighbours = new ArrayList<>();
            for (int i = 0; i < 11; i++) {
                String label = random.nextBoolean() ? "nsfw" : "safe";
                neighbours.add(new Neighbour("r-" + i, label, random.nextFloat()));
            }
            neighbours.sort(Comparator.comparing(Neighbour::similarity).reversed());
            Map<String, Float> head = random.nextBoolean() ? Map.of() : Map.of("Porn", random.nextFloat());
            views.add(new Opinion("view-" + view, neighbours, head));
        }
        return views;
    }
}
