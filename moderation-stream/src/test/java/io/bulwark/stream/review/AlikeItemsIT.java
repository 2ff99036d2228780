package io.bulwark.stream.review;

import static io.bulwark.stream.testing.ReviewDesk.ANNA;
import static io.bulwark.stream.testing.ReviewDesk.BEN;
import static io.bulwark.stream.testing.ReviewDesk.SARA;
import static io.bulwark.stream.testing.ReviewDesk.doubtful;
import static io.bulwark.stream.testing.ReviewDesk.says;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.stream.review.Decisions.Answer;
import io.bulwark.stream.review.Decisions.Outcome;
import io.bulwark.stream.review.ItemRow.Origin;
import io.bulwark.stream.review.ReviewQueue.Claim;
import io.bulwark.stream.testing.ReviewDesk;
import io.bulwark.stream.testing.ReviewDeskTestCase;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One decision about all items of one file, on a real PostgreSQL. */
class AlikeItemsIT extends ReviewDeskTestCase {

    private AlikeItems alike;

    @BeforeEach
    void open() {
        alike = new AlikeItems(database.database());
    }

    @Test
    void oneDecisionIsAboutAllOpenItemsOfTheFileAndIsPublishedForEach() {
        for (int i = 0; i < 4; i++) {
            copy("default", "copy-" + i);
        }
        copy("another", "of-others");
        desk.arrives("different", 0.1);
        Claim claim = desk.queue.claim(ANNA).orElseThrow();
        assertThat(alike.of(ANNA, claim.itemId())).hasSize(3);

        Answer answer = withAlike(ANNA, says(claim, "NSFW", "porn"));
        Outcome outcome = desk.decisions.decide(ANNA, answer);

        assertThat(outcome.alike()).isEqualTo(3);
        assertThat(texts("SELECT image_id || ' ' || stage FROM queue_item ORDER BY image_id"))
                .containsExactly("copy-0 CLOSED", "copy-1 CLOSED", "copy-2 CLOSED", "copy-3 CLOSED", "different FIRST");
        assertThat(texts("SELECT review ->> 'imageId' || ' ' || (review ->> 'decision') FROM outbox ORDER BY 1"))
                .containsExactly("copy-0 NSFW", "copy-1 NSFW", "copy-2 NSFW", "copy-3 NSFW");
        assertThat(desk.decisions.decide(ANNA, answer))
                .as("the same answer again")
                .isEqualTo(outcome);
        assertThat(texts("SELECT count(*)::text FROM decision")).containsExactly("4");
        assertThat(texts("SELECT subject FROM audit_log WHERE action = 'review.decided'"))
                .hasSize(4);
    }

    @Test
    void whatArrivedAfterTheListWasShownIsNotDecidedAndOfAnotherFileNeither() {
        copy("default", "copy-0");
        copy("default", "copy-1");
        UUID different = desk.arrives("different", 0.1);
        Claim claim = desk.queue.claim(ANNA).orElseThrow();
        Set<UUID> named = alike.of(ANNA, claim.itemId()).stream()
                .map(AlikeItems.Alike::itemId)
                .collect(Collectors.toSet());
        named.add(different);
        copy("default", "copy-late");

        assertThat(desk.decisions
                        .decide(ANNA, withAlike(says(claim, "SAFE"), named))
                        .alike())
                .isEqualTo(1);

        assertThat(texts("SELECT image_id FROM queue_item WHERE stage <> 'CLOSED' ORDER BY image_id"))
                .containsExactly("copy-late", "different");
    }

    @Test
    void anUndoWaitsForWhatAnotherTransactionHasAndTakesThatBackToo() throws Exception {
        copy("default", "copy-0");
        copy("default", "copy-1");
        Claim claim = desk.queue.claim(ANNA).orElseThrow();
        Answer answer = withAlike(ANNA, says(claim, "SAFE"));
        desk.decisions.decide(ANNA, answer);
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (Handle other = database.asOwner().open()) {
            other.begin();
            other.execute("SELECT FROM queue_item WHERE item_id <> ? FOR UPDATE", claim.itemId());
            Future<Outcome> undone = thread.submit(
                    () -> desk.decisions.undo(ANNA, claim.itemId(), answer.decisionId(), UUID.randomUUID()));
            assertThatThrownBy(() -> undone.get(300, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
            other.rollback();
            assertThat(undone.get().alike()).isEqualTo(1);
        } finally {
            thread.shutdownNow();
        }
        assertThat(texts("SELECT stage FROM queue_item")).containsExactly("FIRST", "FIRST");
    }

    @Test
    void anUndoTakesAllOfThemBackAndWhatWasDecidedSinceStays() {
        for (int i = 0; i < 3; i++) {
            copy("default", "copy-" + i);
        }
        Claim claim = desk.queue.claim(ANNA).orElseThrow();
        Answer answer = withAlike(ANNA, says(claim, "SAFE"));
        desk.decisions.decide(ANNA, answer);
        UUID appealed = database.database()
                .acrossTenants(handle ->
                        desk.intake.reported(handle, image("default", "copy-2"), Origin.APPEAL, "uploader", "No."));
        Claim appeal = desk.queue.claim(SARA).orElseThrow();
        assertThat(appeal.itemId()).isEqualTo(appealed);
        desk.decisions.decide(SARA, says(appeal, "NSFW", "porn"));

        UUID lease = UUID.randomUUID();
        assertThat(desk.decisions
                        .undo(ANNA, claim.itemId(), answer.decisionId(), lease)
                        .alike())
                .isEqualTo(1);

        assertThat(texts("SELECT image_id || ' ' || stage || coalesce(' ' || lease_holder, '') FROM queue_item"
                        + " ORDER BY image_id"))
                .containsExactlyInAnyOrder(
                        claim.imageId() + " FIRST anna",
                        (claim.imageId().equals("copy-0") ? "copy-1" : "copy-0") + " FIRST",
                        "copy-2 CLOSED");
        desk.queue.release(ANNA, claim.itemId(), lease);
        assertThat(desk.queue.claim(BEN)).isPresent();
        assertThat(desk.queue.claim(BEN)).isPresent();
        assertThat(desk.queue.claim(BEN)).isEmpty();
    }

    @Test
    void whatAnotherHoldsOrAnotherHasToDecideIsLeftOut() {
        for (int i = 0; i < 4; i++) {
            copy("default", "copy-" + i);
        }
        Claim held = desk.queue.claim(BEN).orElseThrow();
        Claim skipped = desk.queue.claim(ANNA).orElseThrow();
        desk.queue.skip(ANNA, skipped.itemId(), skipped.leaseId(), "I know this person.");
        Claim grave = desk.queue.claim(ANNA).orElseThrow();
        desk.decisions.decide(ANNA, says(grave, "NSFW", "minor"));
        Claim claim = desk.queue.claim(ANNA).orElseThrow();

        assertThat(alike.of(ANNA, claim.itemId())).isEmpty();
        Set<UUID> others = Set.of(held.itemId(), skipped.itemId(), grave.itemId());
        assertThat(desk.decisions
                        .decide(ANNA, withAlike(says(claim, "SAFE"), others))
                        .alike())
                .isZero();
        assertThat(texts("SELECT image_id FROM queue_item WHERE stage <> 'CLOSED' ORDER BY image_id"))
                .containsExactlyInAnyOrder(held.imageId(), skipped.imageId(), grave.imageId());
    }

    /** Their words have to be read. */
    @Test
    void appealsReportsAndTheItemsOfOtherRolesAreLeftOut() {
        for (String image : List.of("doubt", "appealed", "of-seniors", "escalated", "held")) {
            copy("default", image);
        }
        database.database()
                .acrossTenants(handle -> desk.intake.reported(
                        handle, image("default", "appealed"), Origin.APPEAL, "uploader", "It is me."));
        database.asOwner().useHandle(owner -> {
            owner.execute("INSERT INTO review_queue (tenant, name, position, roles, changed_by)"
                    + " VALUES ('default', 'grave', 1, '{senior}', 'sara')");
            owner.execute("UPDATE queue_item SET queue = 'grave' WHERE image_id = 'of-seniors'");
            owner.execute("UPDATE queue_item SET stage = 'SENIOR' WHERE image_id = 'escalated'");
            owner.execute("UPDATE queue_item SET rank = '-infinity' WHERE image_id = 'held'");
            owner.execute("UPDATE queue_item SET queue = 'default' WHERE image_id = 'held'");
        });
        Claim claim = desk.queue.claim(ANNA).orElseThrow();
        assertThat(claim.imageId()).isEqualTo("held");

        assertThat(alike.of(ANNA, claim.itemId()))
                .extracting(AlikeItems.Alike::imageId)
                .containsExactly("doubt");
        Set<UUID> all = database.asOwner()
                .withHandle(owner -> owner.createQuery("SELECT item_id FROM queue_item")
                        .mapTo(UUID.class)
                        .set());
        all.remove(claim.itemId());
        assertThat(desk.decisions
                        .decide(ANNA, withAlike(says(claim, "SAFE"), all))
                        .alike())
                .isEqualTo(1);
        assertThat(texts("SELECT image_id FROM queue_item WHERE stage <> 'CLOSED'"))
                .containsExactlyInAnyOrder("appealed", "of-seniors", "escalated");
    }

    @Test
    void aGraveLabelNeedsTwoPeopleForEachItem() {
        copy("default", "copy-0");
        copy("default", "copy-1");
        Claim first = desk.queue.claim(ANNA).orElseThrow();
        Outcome proposed = desk.decisions.decide(ANNA, withAlike(ANNA, says(first, "NSFW", "minor")));
        assertThat(proposed.state()).isEqualTo(Outcome.State.PROPOSED);
        assertThat(texts("SELECT stage FROM queue_item")).containsExactly("SECOND", "SECOND");

        Claim second = desk.queue.claim(BEN).orElseThrow();
        Outcome made = desk.decisions.decide(BEN, withAlike(BEN, says(second, "NSFW", "minor")));

        assertThat(made.state()).isEqualTo(Outcome.State.IN_FORCE);
        assertThat(made.alike()).isEqualTo(1);
        assertThat(texts("SELECT stage FROM queue_item")).containsExactly("CLOSED", "CLOSED");
    }

    @Test
    void reviewersWhoDecideAlikeAtOnceDecideEachItemOnce() throws Exception {
        for (int i = 0; i < 40; i++) {
            copy("default", "copy-" + i);
        }
        List<Person> people = new ArrayList<>(List.of(ANNA, BEN, SARA));
        ExecutorService threads = Executors.newFixedThreadPool(people.size());
        try {
            List<Future<Integer>> counts = new ArrayList<>();
            List<Claim> claims = people.stream()
                    .map(person -> desk.queue.claim(person).orElseThrow())
                    .toList();
            for (Claim claim : claims) {
                Person person = people.get(claims.indexOf(claim));
                counts.add(threads.submit(() -> 1
                        + desk.decisions
                                .decide(person, withAlike(person, says(claim, "SAFE")))
                                .alike()));
            }
            int all = 0;
            for (Future<Integer> count : counts) {
                all += count.get();
            }
            assertThat(all).isEqualTo(40);
            assertThat(texts("SELECT count(*) || ' ' || count(DISTINCT item_id) FROM decision"))
                    .containsExactly("40 40");
        } finally {
            threads.shutdownNow();
        }
    }

    private void copy(String tenant, String imageId) {
        desk.arrives(image(tenant, imageId), Origin.REVIEW);
    }

    /** All of one file. */
    private static ReviewCandidate image(String tenant, String imageId) {
        ReviewCandidate one = doubtful(tenant, imageId, 0.5);
        return new ReviewCandidate(
                tenant,
                imageId,
                ReviewDesk.sha256("the file"),
                one.uploaderId(),
                one.upload(),
                one.decision(),
                one.reason(),
                one.labels(),
                one.score());
    }

    /** With all that are listed now. */
    private Answer withAlike(Person person, Answer one) {
        return withAlike(
                one,
                alike.of(person, one.itemId()).stream()
                        .map(AlikeItems.Alike::itemId)
                        .collect(Collectors.toSet()));
    }

    private static Answer withAlike(Answer one, Set<UUID> items) {
        return new Answer(
                one.itemId(),
                one.leaseId(),
                one.decisionId(),
                one.contentSha256(),
                one.decision(),
                one.labels(),
                one.reason(),
                Optional.empty(),
                items,
                Set.of());
    }

    private List<String> texts(String sql) {
        return database.database().inTenant("default", handle -> {
            return handle.createQuery(sql).mapTo(String.class).list();
        });
    }
}
