package io.bulwark.stream.review.evidence;

import static io.bulwark.stream.testing.ReviewDesk.ANNA;
import static io.bulwark.stream.testing.ReviewDesk.BEN;
import static io.bulwark.stream.testing.ReviewDesk.OTHERS;
import static io.bulwark.stream.testing.ReviewDesk.SARA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.schemas.preview.PreviewQuestion;
import io.bulwark.stream.auditlog.AuditLog;
import io.bulwark.stream.picture.PreviewClient.Picture;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.problem.Problem.ProblemException;
import io.bulwark.stream.review.ItemRow.Origin;
import io.bulwark.stream.review.PictureViewers;
import io.bulwark.stream.review.QueueIntake;
import io.bulwark.stream.review.ReviewQueue;
import io.bulwark.stream.review.evidence.Evidence.ItemPictures;
import io.bulwark.stream.review.evidence.EvidenceKeeper.Outcome;
import io.bulwark.stream.testing.ReviewDesk;
import io.bulwark.stream.testing.ReviewDeskTestCase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pictures of open items on a real PostgreSQL. */
class EvidenceIT extends ReviewDeskTestCase {

    private static final byte[] JPEG = "what a reviewer is shown".getBytes(StandardCharsets.UTF_8);
    private static final byte[] STRIP = "all of its frames".getBytes(StandardCharsets.UTF_8);
    private static final Duration APPEAL = Duration.ofDays(30);

    @TempDir
    Path folder;

    private final List<PreviewQuestion> asked = new ArrayList<>();
    private final List<Outcome> counted = new ArrayList<>();
    private final Set<String> held = new HashSet<>();
    private Supplier<Object> preview = () -> new Picture(JPEG, 1);
    private EvidenceKeys keys;
    private EvidenceKeeper keeper;
    private ItemPictures pictures;

    @BeforeEach
    void open() throws IOException {
        keys = EvidenceKeys.read(Files.writeString(folder.resolve("keys"), "test:" + "5a".repeat(32)))
                .orElseThrow();
        keeper = new EvidenceKeeper(
                database.database(),
                this::answer,
                (tenant, image, uploader) -> held.contains(tenant + "/" + image),
                keys,
                APPEAL,
                counted::add,
                System::nanoTime);
        pictures = new ItemPictures(database.database(), Optional.of(keys), this::answer);
    }

    private Picture answer(PreviewQuestion question) {
        asked.add(question);
        Picture answer = given(preview.get());
        return question.strip() ? new Picture(STRIP, answer.frames()) : answer;
    }

    @Test
    void thePictureOfAnOpenItemIsKeptOnceAndSeenThoughTheTopicForgot() {
        UUID item = desk.arrives("image", 0.5);
        assertThat(keeper.keepNext()).contains(Outcome.KEPT);
        assertThat(keeper.keepNext()).isEmpty();
        assertThat(asked)
                .containsExactly(new PreviewQuestion("images.uploaded", 0, 7, ReviewDesk.sha256("image"), false));
        preview = () -> Problem.PICTURE_GONE.with("The topic forgot it.");
        desk.queue.claim(ANNA).orElseThrow();
        assertThat(pictures.show(ANNA, item, false).jpeg()).isEqualTo(JPEG);
        assertRefused(Problem.PICTURE_GONE, () -> pictures.show(ANNA, item, true));
        assertThat(counted).containsExactly(Outcome.KEPT);
    }

    @Test
    void whoCanSeeAPictureAndWhoDidIsKnown() {
        UUID item = desk.arrives("image", 0.5);
        desk.arrives("other", 0.5);
        keeper.keepNext();
        var viewers = new PictureViewers(database.database());
        ReviewQueue.Claim claim = desk.queue.claim(ANNA).orElseThrow();
        desk.queue.seen(ANNA, item, claim.leaseId());
        pictures.show(SARA, item, false);

        PictureViewers.Known known = viewers.of("default", "image", Instant.EPOCH);
        assertThat(known.items()).singleElement().satisfies(shown -> {
            assertThat(shown.itemId()).isEqualTo(item);
            assertThat(shown.queue()).isEqualTo("default");
            assertThat(shown.heldBy()).isEqualTo("anna");
            assertThat(shown.heldUntil()).isAfter(Instant.now());
            assertThat(shown.kept()).isTrue();
            assertThat(shown.open()).isTrue();
        });
        assertThat(known.looks())
                .extracting(look -> look.by() + " " + look.action())
                .containsExactly("sara picture.fetched", "anna review.seen", "anna review.fetched");
        assertThat(viewers.of("default", "image", Instant.now().plusSeconds(60)).looks())
                .isEmpty();
        assertThat(viewers.of("default", "other", Instant.EPOCH).looks()).isEmpty();
        assertThat(viewers.of("another", "image", Instant.EPOCH).isKnown()).isFalse();
    }

    @Test
    void ofAnAnimationItsStripIsKeptAsWell() {
        UUID item = desk.arrives("moving", 0.5);
        preview = () -> new Picture(JPEG, 5);
        keeper.keepNext();
        preview = () -> Problem.PICTURE_GONE.with("The topic forgot it.");
        Picture strip = pictures.show(SARA, item, true);
        assertThat(strip.jpeg()).isEqualTo(STRIP);
        assertThat(strip.frames()).isEqualTo(5);
    }

    @Test
    void theDatabaseHoldsNothingThatCanBeSeen() {
        desk.arrives("image", 0.5);
        keeper.keepNext();
        byte[] sealed = database.asSuperuser()
                .withHandle(handle -> handle.createQuery("SELECT sealed FROM evidence")
                        .mapTo(byte[].class)
                        .one());
        assertThat(new String(sealed, StandardCharsets.ISO_8859_1)).doesNotContain("reviewer");
        assertThat(desk.rows("evidence", "default")).isEqualTo(1);
        assertThat(desk.rows("evidence", "another")).isZero();
    }

    /** A row is sealed for its item, also within a tenant. */
    @Test
    void aRowThatWasCopiedToAnotherItemDoesNotOpen() {
        desk.arrives("image", 0.5);
        keeper.keepNext();
        UUID other = desk.arrives("other", 0.5);
        database.asSuperuser()
                .useHandle(handle -> handle.execute(
                        "INSERT INTO evidence SELECT tenant, ?, strip, image_id, content_sha256, frames, key_id, sealed, kept_at"
                                + " FROM evidence",
                        other));
        preview = () -> Problem.PICTURE_GONE.with("The topic forgot it.");
        assertRefused(Problem.PICTURE_GONE, () -> pictures.show(SARA, other, false));
    }

    @Test
    void aSilentPreviewIsAskedAgainAfterAPauseThatGrows() {
        desk.arrives("image", 0.5);
        preview = () -> Problem.NO_PREVIEW.with("It is down.");
        assertThat(keeper.keepNext()).contains(Outcome.UNAVAILABLE);
        assertThat(keeper.keepNext()).isEmpty();
        double first = pauseSeconds();
        makeDue();
        assertThat(keeper.keepNext()).contains(Outcome.UNAVAILABLE);
        assertThat(pauseSeconds()).isGreaterThan(1.5 * first);
        makeDue();
        preview = () -> new Picture(JPEG, 1);
        assertThat(keeper.keepNext()).contains(Outcome.KEPT);
    }

    @Test
    void whatChangedOrIsNoPictureIsNotAskedForAgain() {
        for (ProblemException never :
                List.of(Problem.PICTURE_CHANGED.with("Another."), Problem.PICTURE_UNDECODABLE.with("None."))) {
            desk.arrives("image-" + never.problem(), 0.5);
            preview = () -> never;
            keeper.keepNext();
            makeDue();
            assertThat(keeper.keepNext()).isEmpty();
        }
        assertThat(counted).containsExactly(Outcome.CHANGED, Outcome.UNDECODABLE);
    }

    @Test
    void whatIsGoneIsAskedForSomeTimesMore() {
        desk.arrives("image", 0.5);
        preview = () -> Problem.PICTURE_GONE.with("The location is silent.");
        for (int i = 0; i < 20; i++) {
            assertThat(keeper.keepNext()).contains(Outcome.GONE);
            makeDue();
        }
        assertThat(keeper.keepNext()).isEmpty();
    }

    @Test
    void aPictureGoesWhenItsAppealTimeHasPassedAndNoHoldKeepsIt() {
        desk.arrives("free", 0.5);
        desk.arrives("held", 0.5);
        UUID open = desk.arrives("open", 0.1);
        for (int i = 0; i < 3; i++) {
            keeper.keepNext();
        }
        held.add("default/held");
        decideNext();
        decideNext();
        keeper.sweep();
        assertThat(desk.rows("evidence", "default")).isEqualTo(3);
        age(APPEAL.plusHours(1));
        keeper.sweep();
        assertThat(images()).containsExactlyInAnyOrder("held", "open");
        held.clear();
        keeper.sweep();
        assertThat(images()).containsExactly("open");
        assertThat(counted).contains(Outcome.DELETED, Outcome.HELD);
        assertThat(pictures.show(SARA, open, false).jpeg()).isNotEmpty();
    }

    @Test
    void anErasedImageLeavesNoPictureAndNoneIsKeptOfWhatWasUnderWay() {
        desk.arrives("image", 0.5);
        desk.arrives("other", 0.4);
        preview = () -> {
            database.database().acrossTenants(handle -> Evidence.erase(handle, "default", "image"));
            return new Picture(JPEG, 1);
        };
        keeper.keepNext();
        keeper.keepNext();
        assertThat(images()).containsExactly("other");
        int erased = database.database().inTenant("default", handle -> Evidence.erase(handle, "default", "other"));
        assertThat(erased).isEqualTo(1);
        assertThat(images()).isEmpty();
        assertThat(keeper.keepNext()).isEmpty();
    }

    @Test
    void thePictureOfAReopenedItemIsFetchedAgain() {
        desk.arrives("image", 0.5);
        keeper.keepNext();
        decideNext();
        database.database().acrossTenants(handle -> Evidence.erase(handle, "default", "image"));
        database.database()
                .acrossTenants(handle -> new QueueIntake(ReviewDesk.RULES)
                        .reported(
                                handle,
                                ReviewDesk.doubtful("default", "image", 0.5),
                                Origin.APPEAL,
                                "the uploader",
                                "It is a statue."));
        assertThat(keeper.keepNext()).contains(Outcome.KEPT);
    }

    @Test
    void onlyWhoHoldsAnItemAndSeniorsSeeItsPictureAndEachViewIsARow() {
        UUID item = desk.arrives("image", 0.5);
        assertRefused(Problem.NOT_ALLOWED, () -> pictures.show(ANNA, item, false));
        desk.queue.claim(ANNA).orElseThrow();
        assertThat(pictures.show(ANNA, item, false).jpeg()).isNotEmpty();
        assertThat(pictures.show(SARA, item, false).jpeg()).isNotEmpty();
        assertRefused(Problem.NOT_ALLOWED, () -> pictures.show(BEN, item, false));
        assertRefused(Problem.NOT_FOUND, () -> pictures.show(OTHERS, item, false));
        database.asSuperuser()
                .useHandle(handle ->
                        handle.execute("UPDATE queue_item SET lease_until = clock_timestamp() - interval '1 second'"));
        assertRefused(Problem.LEASE_LOST, () -> pictures.show(ANNA, item, false));
        List<String> rows =
                database.database().inTenant("default", handle -> AuditLog.after(handle, "default", 0, 100)).stream()
                        .filter(row -> row.action().equals("picture.fetched"))
                        .map(row -> row.actor() + " " + row.subject())
                        .toList();
        assertThat(rows).containsExactly("anna item/" + item, "sara item/" + item);
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

    private double pauseSeconds() {
        return database.asSuperuser()
                .withHandle(handle -> handle.createQuery(
                                "SELECT extract(epoch FROM max(evidence_next) - clock_timestamp()) FROM queue_item")
                        .mapTo(Double.class)
                        .one());
    }

    private void age(Duration time) {
        database.asSuperuser()
                .useHandle(handle -> handle.createUpdate(
                                "UPDATE queue_item SET closed_at = closed_at - make_interval(secs => :age)")
                        .bind("age", (double) time.toSeconds())
                        .execute());
    }

    private List<String> images() {
        return database.database()
                .inTenant(
                        "default",
                        handle -> handle.createQuery("SELECT image_id FROM evidence")
                                .mapTo(String.class)
                                .list());
    }

    /** A picture, or the problem that is thrown in its place. */
    private static Picture given(Object answer) {
        if (answer instanceof ProblemException none) {
            throw none;
        }
        return (Picture) answer;
    }

    private static void assertRefused(Problem kind, Runnable asking) {
        assertThatThrownBy(asking::run)
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        refused -> assertThat(refused.problem()).isEqualTo(kind));
    }
}
