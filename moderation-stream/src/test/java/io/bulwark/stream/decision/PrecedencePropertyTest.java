package io.bulwark.stream.decision;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.Decider;
import io.bulwark.events.DeciderKind;
import io.bulwark.events.Decision;
import io.bulwark.events.ModerationDecision;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.events.Review;
import io.bulwark.stream.decision.Precedence.Standing;
import io.bulwark.stream.testing.Samples;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds depends on what was said, not on the order in which it came or how often. */
class PrecedencePropertyTest {

    private static final List<Decision> DECISIONS = List.of(Decision.SAFE, Decision.NSFW, Decision.REVIEW);

    /** A verdict or a review of one image id. */
    sealed interface Said permits Verdict, Word {}

    record Verdict(ModerationDecision decision) implements Said {}

    record Word(Review review) implements Said {}

    @Property
    void replaysAndReorderingsChangeNothing(@ForAll("facts") List<Said> facts, @ForAll long seed) {
        var shuffled = new ArrayList<>(facts);
        shuffled.addAll(facts.subList(0, facts.size() / 2));
        Collections.shuffle(shuffled, new Random(seed));

        assertThat(all(shuffled)).isEqualTo(all(facts));
    }

    /** A restart is a standing that goes on with whatever is read again. */
    @Property
    void aRestartAnywhereChangesNothing(@ForAll("facts") List<Said> facts, @ForAll long seed) {
        int stopped = facts.isEmpty() ? 0 : new Random(seed).nextInt(facts.size());
        Standing before = all(facts.subList(0, stopped));
        Standing after = before;
        for (Said again : facts.subList(stopped / 2, facts.size())) {
            after = next(after, again);
        }
        assertThat(after).isEqualTo(all(facts));
    }

    @Property
    void noWorkerEverUndoesAPerson(@ForAll("facts") List<Said> facts, @ForAll("verdicts") Verdict later) {
        Standing standing = all(facts);
        Optional<ModerationDecision> held = standing.inForce();
        Standing after = next(standing, later);
        if (held.isPresent() && isOfPerson(held.get()) && sameContent(held.get(), after.byWorker())) {
            assertThat(after.inForce().orElseThrow().getDecision())
                    .isEqualTo(held.get().getDecision());
            assertThat(isOfPerson(after.inForce().orElseThrow())).isTrue();
        }
    }

    @Property
    void whatHoldsIsTheNewestReviewOfTheLatestContentElseTheLatestVerdict(@ForAll("facts") List<Said> facts) {
        Optional<ModerationDecision> latest = facts.stream()
                .filter(Verdict.class::isInstance)
                .map(said -> ((Verdict) said).decision())
                .max(Comparator.comparing((ModerationDecision verdict) ->
                                verdict.getUpload().getOffset())
                        .thenComparing(ModerationDecision::getSince));
        Optional<Review> review = latest.flatMap(verdict -> facts.stream()
                .filter(Word.class::isInstance)
                .map(said -> ((Word) said).review())
                .filter(word -> word.getContentSha256().equals(verdict.getContentSha256()))
                .max(Comparator.comparing(Review::getAt).thenComparing(Review::getDecisionId)));

        Optional<ModerationDecision> holds = all(facts).inForce();
        assertThat(holds.isPresent()).isEqualTo(latest.isPresent());
        holds.ifPresent(decision -> {
            assertThat(decision.getContentSha256()).isEqualTo(latest.get().getContentSha256());
            assertThat(isOfPerson(decision)).isEqualTo(review.isPresent());
            review.ifPresent(word -> assertThat(decision.getDecision()).isEqualTo(word.getDecision()));
        });
    }

    @Provide
    Arbitrary<List<Said>> facts() {
        return Arbitraries.oneOf(verdicts().map(Said.class::cast), words().map(Said.class::cast))
                .list()
                .ofMaxSize(12);
    }

    /** Offset and content belong together: an upload has one content; three contents come again and again. */
    @Provide
    Arbitrary<Verdict> verdicts() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 8),
                        Arbitraries.integers().between(0, 4),
                        Arbitraries.of(DECISIONS))
                .as((offset, second, decision) -> new Verdict(ModerationDecision.newBuilder()
                        .setTenant("t")
                        .setImageId("i")
                        .setUploaderId("u")
                        .setDecision(decision)
                        .setScore(0.5)
                        .setDecidedBy(new Decider(DeciderKind.WORKER, "w"))
                        .setSince(Samples.NOON.plusSeconds(second))
                        .setContentSha256("content-" + offset % 3)
                        .setUpload(upload(offset))
                        .setUploadedAt(Samples.NOON.minusSeconds(100 - offset))
                        .build()));
    }

    private static Arbitrary<Word> words() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 8),
                        Arbitraries.integers().between(0, 4),
                        Arbitraries.of(DECISIONS))
                .as((offset, second, decision) -> new Word(Review.newBuilder()
                        .setTenant("t")
                        .setImageId("i")
                        .setReviewer("ana")
                        .setDecision(decision)
                        .setContentSha256("content-" + offset % 3)
                        .setUpload(upload(offset))
                        .setDecisionId("d-" + offset + "-" + second + "-" + decision)
                        .setAt(Samples.NOON.plusSeconds(second))
                        .build()));
    }

    private static RecordCoordinates upload(int offset) {
        return new RecordCoordinates("images.uploaded", 0, (long) offset);
    }

    private static Standing all(List<Said> facts) {
        Standing standing = Standing.NONE;
        for (Said said : facts) {
            standing = next(standing, said);
        }
        return standing;
    }

    private static Standing next(Standing standing, Said said) {
        return said instanceof Verdict verdict
                ? Precedence.after(standing, verdict.decision())
                : Precedence.after(standing, ((Word) said).review());
    }

    private static boolean sameContent(ModerationDecision one, ModerationDecision other) {
        return one.getContentSha256().equals(other.getContentSha256());
    }

    private static boolean isOfPerson(ModerationDecision decision) {
        return decision.getDecidedBy().getKind() == DeciderKind.REVIEWER;
    }
}
