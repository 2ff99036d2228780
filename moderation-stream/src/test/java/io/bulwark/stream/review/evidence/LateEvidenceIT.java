package io.bulwark.stream.review.evidence;

import static io.bulwark.stream.testing.ReviewDesk.ANNA;
import static io.bulwark.stream.testing.ReviewDesk.BEN;
import static io.bulwark.stream.testing.ReviewDesk.SARA;
import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.stream.picture.PreviewClient.Picture;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.problem.Problem.ProblemException;
import io.bulwark.stream.review.ReviewQueue;
import io.bulwark.stream.review.ReviewRules;
import io.bulwark.stream.review.evidence.Evidence.ItemPictures;
import io.bulwark.stream.review.evidence.EvidenceKeeper.Outcome;
import io.bulwark.stream.testing.ReviewDesk;
import io.bulwark.stream.testing.ReviewDeskTestCase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pictures that come late, in part, or are needed longer than their item is open, on a real PostgreSQL. */
class LateEvidenceIT extends ReviewDeskTestCase {

    private static final byte[] JPEG = "what a reviewer is shown".getBytes(StandardCharsets.UTF_8);
    private static final ProblemException AWAY = Problem.NO_PREVIEW.with("It is down.");
    private static final ProblemException FORGOTTEN = Problem.PICTURE_GONE.with("The topic forgot it.");
    private static final Duration APPEAL = Duration.ofDays(30);

    @TempDir
    Path folder;

    private final List<Outcome> counted = new ArrayList<>();
    private Object still = new Picture(JPEG, 1);
    private Object strip = new Picture(JPEG, 5);
    private EvidenceKeeper keeper;
    private ItemPictures pictures;

    @BeforeEach
    void open() throws IOException {
        EvidenceKeys keys = EvidenceKeys.read(Files.writeString(folder.resolve("keys"), "test:" + "5a".repeat(32)))
                .orElseThrow();
        keeper = new EvidenceKeeper(
                database.database(),
                question -> given(question.strip() ? strip : still),
                (tenant, image, uploader) -> false,
                keys,
                APPEAL,
                counted::add,
                System::nanoTime);
        pictures = new ItemPictures(
                database.database(), Optional.of(keys), question -> given(question.strip() ? strip : still));
    }

    /** A picture, or the problem that is thrown in its place. */
    private static Picture given(Object answer) {
        if (answer instanceof ProblemException none) {
            throw none;
        }
        return (Picture) answer;
    }

    @Test
    void anItemThatWasDecidedBeforeItsPictureWasKeptIsAskedForWhileItMayBeAppealed() {
        UUID decided = desk.arrives("decided", 0.5);
        decideNext();
        desk.arrives("open", 0.5);
        assertThat(keeper.keepNext()).contains(Outcome.KEPT);
        assertThat(images()).as("what is open comes first").containsExactly("open");
        assertThat(keeper.keepNext()).contains(Outcome.KEPT);
        assertThat(images()).containsExactlyInAnyOrder("open", "decided");
        still = FORGOTTEN;
        assertThat(pictures.show(SARA, decided, false).jpeg()).isNotEmpty();
    }

    @Test
    void noEvidenceIsFetchedWhereTheTimeToAppealIsOverOrNoPersonDecided() {
        desk.arrives("old", 0.5);
        decideNext();
        age();
        desk.arrives("withdrawn", 0.5);
        database.database().acrossTenants(handle -> {
            desk.intake.settled(handle, ReviewDesk.doubtful("default", "withdrawn", 0.1));
            return null;
        });
        assertThat(keeper.keepNext()).isEmpty();
        keeper.sweep();
        assertThat(pending("old")).isFalse();
    }

    @Test
    void passingTroubleGivesNothingUp() {
        desk.arrives("image", 0.5);
        still = AWAY;
        for (int i = 0; i < 30; i++) {
            assertThat(keeper.keepNext()).contains(Outcome.UNAVAILABLE);
            makeDue();
        }
        still = FORGOTTEN;
        assertThat(keeper.keepNext()).contains(Outcome.GONE);
        makeDue();
        still = new Picture(JPEG, 1);
        assertThat(keeper.keepNext()).contains(Outcome.KEPT);
    }

    @Test
    void aPictureIsKeptWithoutItsStripUntilThatIsThere() {
        desk.arrives("moving", 0.5);
        still = new Picture(JPEG, 5);
        strip = AWAY;
        assertThat(keeper.keepNext()).contains(Outcome.UNAVAILABLE);
        assertThat(desk.rows("evidence", "default")).isEqualTo(1);
        makeDue();
        strip = new Picture(JPEG, 5);
        assertThat(keeper.keepNext()).contains(Outcome.KEPT);
        assertThat(desk.rows("evidence", "default")).isEqualTo(2);
        makeDue();
        assertThat(keeper.keepNext()).isEmpty();
    }

    @Test
    void aLongOutageBeforeItLeavesTheStripItsTries() {
        desk.arrives("moving", 0.5);
        still = AWAY;
        for (int i = 0; i < 25; i++) {
            keeper.keepNext();
            makeDue();
        }
        still = new Picture(JPEG, 5);
        strip = AWAY;
        for (int i = 0; i < 19; i++) {
            assertThat(keeper.keepNext()).contains(Outcome.UNAVAILABLE);
            makeDue();
        }
        assertThat(keeper.keepNext()).contains(Outcome.KEPT);
        makeDue();
        assertThat(keeper.keepNext()).isEmpty();
    }

    /** Items of a location in trouble take their pauses one by one; what is new is asked for before they come again. */
    @Test
    void aLocationInTroubleHoldsUpNoOther() {
        desk.arrives("one", 0.5);
        desk.arrives("two", 0.5);
        still = Problem.LOCATION_SILENT.with("The store answered with status 503");
        assertThat(keeper.turn()).isZero();
        assertThat(keeper.turn()).isZero();
        assertThat(counted).containsExactly(Outcome.SILENT, Outcome.SILENT);
        makeDue();
        desk.arrives("fresh", 0.5);
        still = new Picture(JPEG, 1);
        assertThat(keeper.keepNext()).contains(Outcome.KEPT);
        assertThat(images()).containsExactly("fresh");

        still = AWAY;
        assertThat(keeper.turn()).isPositive();
    }

    @Test
    void aStripThatCannotBeMadeIsNotAskedForAgain() {
        desk.arrives("moving", 0.5);
        still = new Picture(JPEG, 5);
        strip = Problem.PICTURE_UNDECODABLE.with("It breaks.");
        assertThat(keeper.keepNext()).contains(Outcome.KEPT);
        assertThat(desk.rows("evidence", "default")).isEqualTo(1);
        makeDue();
        assertThat(keeper.keepNext()).isEmpty();
    }

    @Test
    void aGoldenCopyIsShownWhatWasKeptOfItsOriginal() {
        UUID item = desk.arrives("image", 0.5);
        keeper.keepNext();
        decideNext();
        desk.golden.add(SARA, item, "SAFE");
        still = FORGOTTEN;
        age();
        keeper.sweep();
        var testing = new ReviewDesk(
                database.database(), new ReviewRules(Duration.ofMinutes(2), Duration.ofMinutes(10), 0, 1, Set.of(), 0));
        ReviewQueue.Claim copy = testing.queue.claim(BEN).orElseThrow();
        assertThat(copy.itemId()).isNotEqualTo(item);
        assertThat(pictures.show(BEN, copy.itemId(), false).jpeg()).isNotEmpty();
    }

    private void decideNext() {
        ReviewQueue.Claim claim = desk.queue.claim(ANNA).orElseThrow();
        desk.decisions.decide(ANNA, ReviewDesk.says(claim, "SAFE"));
    }

    private void makeDue() {
        database.asSuperuser()
                .useHandle(handle -> handle.execute(
                        "UPDATE queue_item SET evidence_next = clock_timestamp() WHERE evidence_next IS NOT NULL"));
    }

    /** Past the time in which closed items may be appealed. */
    private void age() {
        database.asSuperuser()
                .useHandle(handle -> handle.createUpdate(
                                "UPDATE queue_item SET closed_at = closed_at - make_interval(secs => :age)")
                        .bind("age", (double) APPEAL.plusHours(1).toSeconds())
                        .execute());
    }

    private boolean pending(String imageId) {
        return database.database()
                .inTenant(
                        "default",
                        handle -> handle.createQuery(
                                        "SELECT evidence_next IS NOT NULL FROM queue_item WHERE image_id = :image")
                                .bind("image", imageId)
                                .mapTo(Boolean.class)
                                .one());
    }

    private List<String> images() {
        return database.database()
                .inTenant(
                        "default",
                        handle -> handle.createQuery("SELECT image_id FROM evidence")
                                .mapTo(String.class)
                                .list());
    }
}
