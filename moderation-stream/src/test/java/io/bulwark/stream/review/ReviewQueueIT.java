package io.bulwark.stream.review;

import static io.bulwark.stream.testing.ReviewDesk.ANNA;
import static io.bulwark.stream.testing.ReviewDesk.BEN;
import static io.bulwark.stream.testing.ReviewDesk.OTHERS;
import static io.bulwark.stream.testing.ReviewDesk.SARA;
import static io.bulwark.stream.testing.ReviewDesk.doubtful;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.problem.Problem.ProblemException;
import io.bulwark.stream.review.ItemRow.Origin;
import io.bulwark.stream.review.ItemRow.Stage;
import io.bulwark.stream.testing.ReviewDesk;
import io.bulwark.stream.testing.ReviewDeskTestCase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** The queue on a real PostgreSQL. */
class ReviewQueueIT extends ReviewDeskTestCase {

    @Test
    void whatIsMostUrgentIsClaimedFirstAndEachItemOnce() {
        UUID low = desk.arrives("low", 0.1);
        UUID high = desk.arrives("high", 0.9);
        UUID audited = desk.arrives("audited", 0.5);
        desk.arrives(doubtful("default", "audited", 0.5), Origin.AUDIT);
        assertThat(claimed()).isEqualTo(audited);
        assertThat(claimed()).isEqualTo(high);
        assertThat(claimed()).isEqualTo(low);
        assertThat(desk.queue.claim(ANNA)).isEmpty();
    }

    /** It waits eight hours longer, so its true age would tell. */
    @Test
    void whatWasDrawnIsShownAsOldAsADoubtThatIsServedBesideIt() {
        UUID doubt = desk.arrives("doubt", 0.5);
        UUID drawn = desk.arrives(doubtful("default", "drawn", 0.5), Origin.SAMPLE);
        UUID fresh = desk.arrives(doubtful("default", "fresh", 0.5), Origin.SAMPLE);
        Instant now = Instant.now();
        database.asSuperuser().useHandle(handle -> {
            String age = "UPDATE queue_item SET arrived_at = arrived_at - CAST(? AS interval),"
                    + " rank = rank - CAST(? AS interval) WHERE item_id = ?";
            handle.execute(age, "20 hours", "20 hours", doubt);
            handle.execute(age, "27 hours", "27 hours", drawn);
            handle.execute(age, "3 hours", "3 hours", fresh);
        });
        assertThat(desk.queue.claim(ANNA).orElseThrow().itemId()).isEqualTo(doubt);
        ReviewQueue.Claim second = desk.queue.claim(ANNA).orElseThrow();
        assertThat(second.itemId()).isEqualTo(drawn);
        assertThat(Duration.between(second.arrivedAt(), now)).isBetween(Duration.ofHours(18), Duration.ofHours(20));
        ReviewQueue.Claim third = desk.queue.claim(ANNA).orElseThrow();
        assertThat(third.itemId()).isEqualTo(fresh);
        assertThat(Duration.between(third.arrivedAt(), Instant.now()).abs())
                .as("never in the future, and not three hours ago")
                .isLessThan(Duration.ofMinutes(5));
    }

    /** Not an item that waits since now. */
    @Test
    void ofAnEmptyQueueNothingIsTheOldest() {
        assertThat(desk.queue.state(ANNA).oldestSeconds()).isNull();
        desk.arrives("image", 0.5);
        assertThat(desk.queue.state(ANNA).oldestSeconds()).isNotNegative();
    }

    @Test
    void twoReviewersAtOnceNeverHoldOneItem() throws Exception {
        for (int i = 0; i < 40; i++) {
            desk.arrives("image-" + i, 0.5);
        }
        ExecutorService threads = Executors.newFixedThreadPool(10);
        try {
            List<Callable<List<UUID>>> reviewers = new ArrayList<>();
            for (int reviewer = 0; reviewer < 10; reviewer++) {
                var person = new Person("r" + reviewer, "default", Set.of("reviewer"));
                reviewers.add(() -> {
                    List<UUID> got = new ArrayList<>();
                    for (int i = 0; i < 4; i++) {
                        desk.queue.claim(person).ifPresent(claim -> got.add(claim.itemId()));
                    }
                    return got;
                });
            }
            List<UUID> all = new ArrayList<>();
            for (Future<List<UUID>> got : threads.invokeAll(reviewers)) {
                all.addAll(got.get());
            }
            assertThat(all).hasSize(40).doesNotHaveDuplicates();
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aLeaseThatRanOutIsClaimableWithinTwoSeconds() {
        var hasty = new ReviewDesk(
                database.database(), new ReviewRules(Duration.ofSeconds(1), Duration.ofMinutes(10), 0, 0, Set.of(), 0));
        UUID item = desk.arrives("image", 0.5);
        ReviewQueue.Claim first = hasty.queue.claim(ANNA).orElseThrow();
        assertThat(hasty.queue.claim(BEN)).isEmpty();
        await().pollInterval(Duration.ofMillis(100))
                .atMost(Duration.ofSeconds(10))
                .until(() -> !Instant.now().isBefore(first.leaseUntil()));
        Optional<ReviewQueue.Claim> second = await().pollInterval(Duration.ofMillis(100))
                .atMost(Duration.ofSeconds(2))
                .until(() -> hasty.queue.claim(BEN), Optional::isPresent);
        assertThat(second.orElseThrow().itemId()).isEqualTo(item);
        assertThat(Duration.between(first.leaseUntil(), Instant.now())).isLessThan(Duration.ofSeconds(2));
        assertRefused(Problem.LEASE_LOST, () -> hasty.queue.renew(ANNA, item, first.leaseId()));
        assertRefused(Problem.LEASE_LOST, () -> hasty.decisions.decide(ANNA, ReviewDesk.says(first, "SAFE")));
    }

    @Test
    void aRenewedLeaseHoldsLonger() {
        desk.arrives("image", 0.5);
        ReviewQueue.Claim claim = desk.queue.claim(ANNA).orElseThrow();
        assertThat(desk.queue.renew(ANNA, claim.itemId(), claim.leaseId())).isAfter(claim.leaseUntil());
        assertRefused(Problem.LEASE_LOST, () -> desk.queue.renew(BEN, claim.itemId(), claim.leaseId()));
    }

    @Test
    void aReleasedItemComesBackAndASkippedOneGoesToOthers() {
        UUID item = desk.arrives("image", 0.5);
        ReviewQueue.Claim claim = desk.queue.claim(ANNA).orElseThrow();
        desk.queue.release(ANNA, item, claim.leaseId());
        ReviewQueue.Claim again = desk.queue.claim(ANNA).orElseThrow();
        desk.queue.skip(ANNA, item, again.leaseId(), "I know the uploader");
        assertThat(desk.queue.claim(ANNA)).isEmpty();
        assertThat(desk.queue.claim(BEN)).map(ReviewQueue.Claim::itemId).hasValue(item);
    }

    @Test
    void anEscalatedItemGoesToSeniorsWithItsNote() {
        UUID item = desk.arrives("image", 0.5);
        ReviewQueue.Claim claim = desk.queue.claim(ANNA).orElseThrow();
        desk.queue.escalate(ANNA, item, claim.leaseId(), "Art or not?");
        assertThat(desk.queue.claim(BEN)).isEmpty();
        assertThat(desk.queue.claim(SARA)).map(ReviewQueue.Claim::stage).hasValue(Stage.SENIOR);
        assertThat(desk.queue.notes(SARA, item))
                .extracting(ReviewQueue.Claim.Note::words)
                .containsExactly("Art or not?");
    }

    @Test
    void noReviewerHoldsMoreThanTheyCanLookAt() {
        for (int i = 0; i <= ReviewQueue.MOST_HELD; i++) {
            desk.arrives("image-" + i, 0.5);
        }
        for (int i = 0; i < ReviewQueue.MOST_HELD; i++) {
            claimed();
        }
        assertRefused(Problem.TOO_MANY_HELD, () -> desk.queue.claim(ANNA));
    }

    @Test
    void tenantsNeverSeeEachOthersItems() {
        UUID item = desk.arrives("image", 0.5);
        assertThat(desk.queue.claim(OTHERS)).isEmpty();
        assertRefused(Problem.NOT_FOUND, () -> desk.queue.note(OTHERS, item, "not mine"));
        assertThat(desk.queue.state(OTHERS).waiting()).isZero();
        assertThat(desk.queue.state(ANNA).waiting()).isEqualTo(1);
    }

    @Test
    void otherContentUnderTheSameIdIsAnotherItem() {
        desk.arrives("image", 0.5);
        ReviewCandidate old = doubtful("default", "image", 0.5);
        var later = new ReviewCandidate(
                "default",
                "image",
                ReviewDesk.sha256("another picture"),
                old.uploaderId(),
                new ReviewCandidate.UploadPlace("images.uploaded", 0, 8),
                "REVIEW",
                old.reason(),
                old.labels(),
                0.2);
        UUID item = desk.arrives(later, Origin.REVIEW);
        assertThat(claimed()).isEqualTo(item);
        assertThat(desk.queue.claim(ANNA)).isEmpty();
    }

    @Test
    void reportsOfDifferentPeopleMoveAnItemForwardAndOnePersonCountsOnce() {
        UUID first = desk.arrives("first", 0.5);
        UUID reported = desk.arrives("reported", 0.4);
        for (String reporter : List.of("x", "x", "y")) {
            database.database()
                    .acrossTenants(handle -> desk.intake.reported(
                            handle, doubtful("default", "reported", 0.4), Origin.REPORT, reporter, "nude"));
        }
        ReviewQueue.Claim claim = desk.queue.claim(ANNA).orElseThrow();
        assertThat(claim.itemId()).isEqualTo(reported);
        assertThat(claim.reports()).isEqualTo(2);
        assertThat(claimed()).isEqualTo(first);
    }

    @Test
    void whatASeniorDecidedOnAnAppealIsFinal() {
        desk.arrives("image", 0.5);
        desk.decisions.decide(ANNA, ReviewDesk.says(desk.queue.claim(ANNA).orElseThrow(), "NSFW", "porn"));
        appeal("image", "uploader");
        desk.decisions.decide(SARA, ReviewDesk.says(desk.queue.claim(SARA).orElseThrow(), "NSFW", "porn"));
        appeal("image", "uploader's friend");
        assertThat(desk.queue.state(SARA).forSeniors()).isZero();
        assertThat(desk.rows("report", "default")).isEqualTo(2);
    }

    @Test
    void whoAppealsAllDayReachesTheSeniorsSomeTimesOnly() {
        int appeals = QueueIntake.APPEALS_A_DAY + 3;
        for (int i = 0; i < appeals; i++) {
            desk.arrives("image-" + i, 0.5);
            desk.decisions.decide(ANNA, ReviewDesk.says(desk.queue.claim(ANNA).orElseThrow(), "NSFW", "porn"));
        }
        for (int i = 0; i < appeals; i++) {
            appeal("image-" + i, "one and the same");
        }
        assertThat(desk.queue.state(SARA).forSeniors()).isEqualTo(QueueIntake.APPEALS_A_DAY);
        assertThat(desk.queue.state(SARA).waiting()).isEqualTo(appeals);
        assertThat(desk.queue.claim(ANNA))
                .as("who decided it is not asked again")
                .isEmpty();
        assertThat(desk.queue.claim(BEN)).map(ReviewQueue.Claim::stage).hasValue(Stage.FIRST);
    }

    @Test
    void whatASeniorDecidedGoesToASeniorHoweverOftenOneReporterAppeals() {
        var tom = new Person("tom", "default", Set.of("reviewer", "senior"));
        desk.arrives("escalated", 0.5);
        ReviewQueue.Claim claim = desk.queue.claim(ANNA).orElseThrow();
        desk.queue.escalate(ANNA, claim.itemId(), claim.leaseId(), "Art or not?");
        desk.decisions.decide(SARA, ReviewDesk.says(desk.queue.claim(SARA).orElseThrow(), "NSFW", "porn"));
        for (int i = 0; i < QueueIntake.APPEALS_A_DAY; i++) {
            desk.arrives("image-" + i, 0.5);
            desk.decisions.decide(ANNA, ReviewDesk.says(desk.queue.claim(ANNA).orElseThrow(), "NSFW", "porn"));
            appeal("image-" + i, "one and the same");
        }
        appeal("escalated", "one and the same");
        assertThat(desk.queue.claim(BEN)).isEmpty();
        assertThat(desk.queue.state(SARA).forSeniors()).isEqualTo(QueueIntake.APPEALS_A_DAY + 1);
        for (int i = 0; i < QueueIntake.APPEALS_A_DAY; i++) {
            desk.decisions.decide(tom, ReviewDesk.says(desk.queue.claim(tom).orElseThrow(), "SAFE"));
        }
        assertThat(desk.queue.claim(tom)).map(ReviewQueue.Claim::stage).hasValue(Stage.SENIOR);
    }

    private void appeal(String imageId, String reporter) {
        database.database()
                .acrossTenants(handle -> desk.intake.reported(
                        handle, doubtful("default", imageId, 0.5), Origin.APPEAL, reporter, "A statue."));
    }

    @Test
    void whatTheMachineIsSureOfNowIsWithdrawnUnlessAReviewerHoldsIt() {
        desk.arrives("held", 0.9);
        ReviewQueue.Claim held = desk.queue.claim(ANNA).orElseThrow();
        desk.arrives("waiting", 0.5);
        database.database().acrossTenants(handle -> {
            desk.intake.settled(handle, doubtful("default", "held", 0.1));
            desk.intake.settled(handle, doubtful("default", "waiting", 0.1));
            return null;
        });
        assertThat(desk.queue.claim(BEN)).isEmpty();
        desk.decisions.decide(ANNA, ReviewDesk.says(held, "SAFE"));
    }

    @Test
    void aGoldenItemLooksLikeAnyOtherAndIsMeasuredOnly() {
        UUID item = desk.arrives("image", 0.5);
        ReviewQueue.Claim claim = desk.queue.claim(ANNA).orElseThrow();
        desk.decisions.decide(ANNA, ReviewDesk.says(claim, "NSFW", "porn"));
        desk.golden.add(SARA, item, "NSFW");
        var testing = new ReviewDesk(
                database.database(), new ReviewRules(Duration.ofMinutes(2), Duration.ofMinutes(10), 0, 1, Set.of(), 0));
        long published = desk.rows("outbox", "default");
        ReviewQueue.Claim golden = testing.queue.claim(BEN).orElseThrow();
        assertThat(golden.imageId()).isEqualTo("image");
        assertThat(golden.origins()).containsExactly("REVIEW");
        testing.decisions.decide(BEN, ReviewDesk.says(golden, "SAFE"));
        assertThat(desk.rows("outbox", "default")).isEqualTo(published);
        assertThat(testing.golden.tallies(SARA))
                .as("who had none is shown as well")
                .containsExactly(new GoldenItems.Tally("anna", 0, 0, 1), new GoldenItems.Tally("ben", 1, 0, 0));
        assertThat(testing.queue.claim(BEN)).isEmpty();
        assertThat(testing.queue.claim(ANNA))
                .as("who decided the original does not get its copy")
                .isEmpty();
    }

    private UUID claimed() {
        return desk.queue.claim(ANNA).orElseThrow().itemId();
    }

    private static void assertRefused(Problem kind, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        refused -> assertThat(refused.problem()).isEqualTo(kind));
    }
}
