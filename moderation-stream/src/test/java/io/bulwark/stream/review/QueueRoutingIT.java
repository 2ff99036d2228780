package io.bulwark.stream.review;

import static io.bulwark.stream.testing.ReviewDesk.ANNA;
import static io.bulwark.stream.testing.ReviewDesk.BEN;
import static io.bulwark.stream.testing.ReviewDesk.OTHERS;
import static io.bulwark.stream.testing.ReviewDesk.SARA;
import static io.bulwark.stream.testing.ReviewDesk.doubtful;
import static io.bulwark.stream.testing.ReviewDesk.says;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.bulwark.stream.problem.Problem.ProblemException;
import io.bulwark.stream.review.ItemRow.Origin;
import io.bulwark.stream.review.QueueRouting.Standing;
import io.bulwark.stream.testing.ReviewDesk;
import io.bulwark.stream.testing.ReviewDeskTestCase;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Queues and their rules on a real PostgreSQL. */
class QueueRoutingIT extends ReviewDeskTestCase {

    private static final int HOUR = 3600;
    private static final QueueRule ALL =
            new QueueRule(null, null, null, null, null, null, null, null, null, null, null, null, null);

    private QueueRouting routing;

    @BeforeEach
    void open() {
        routing = new QueueRouting(database.database(), Duration.ZERO);
    }

    @Test
    void anItemGoesIntoTheFirstQueueThatItFits() {
        routing.set(SARA, "violence", labels(2, "violence"));
        routing.set(SARA, "appeals", origins(1, "APPEAL"));
        routing.set(SARA, "near-certain", scores(3, 0.9, 1));
        desk.arrives(labelled("fight", "violence"), Origin.REVIEW);
        desk.arrives("usual", 0.5);
        desk.arrives("high", 0.95);
        database.database()
                .acrossTenants(handle -> desk.intake.reported(
                        handle, labelled("disputed", "violence"), Origin.APPEAL, "uploader", "It is sport."));

        assertThat(queueOf("fight")).isEqualTo("violence");
        assertThat(queueOf("usual")).isEqualTo("default");
        assertThat(queueOf("high")).isEqualTo("near-certain");
        assertThat(queueOf("disputed")).isEqualTo("appeals");
        assertThat(routing.queues(ANNA))
                .extracting(Standing::name, Standing::waiting, Standing::mine)
                .containsExactly(
                        tuple("appeals", 1L, true),
                        tuple("violence", 1L, true),
                        tuple("near-certain", 1L, true),
                        tuple("default", 1L, true));
    }

    @Test
    void whatComesToAnItemLaterMovesIt() {
        routing.set(SARA, "attacks", origins(1, "AUDIT"));
        desk.arrives("image", 0.5);
        assertThat(queueOf("image")).isEqualTo("default");

        desk.arrives(doubtful("default", "image", 0.5), Origin.AUDIT);

        assertThat(queueOf("image")).isEqualTo("attacks");
    }

    @Test
    void aChangeOfTheRulesMovesWhatWaitsAndLeavesClaims() {
        desk.arrives(labelled("first", "violence"), Origin.REVIEW);
        desk.arrives(labelled("second", "violence"), Origin.REVIEW);
        ReviewQueue.Claim held = desk.queue.claim(ANNA).orElseThrow();

        routing.set(SARA, "violence", labels(1, "violence"));
        assertThat(routing.keepUp()).isEqualTo(2);
        assertThat(routing.keepUp()).as("once").isZero();

        assertThat(queueOf("first")).isEqualTo("violence");
        assertThat(queueOf("second")).isEqualTo("violence");
        desk.decisions.decide(ANNA, says(held, "SAFE"));
        routing.remove(SARA, "violence");
        assertThat(routing.keepUp()).isEqualTo(1);
        assertThat(queueOf(held.imageId().equals("first") ? "second" : "first")).isEqualTo("default");
    }

    @Test
    void aHeadStartCountsOnceHoweverOftenTheRuleChanges() {
        UUID urgent = desk.arrives(labelled("urgent", "violence"), Origin.REVIEW);
        desk.arrives("high", 0.9);
        for (int change = 0; change < 3; change++) {
            routing.set(SARA, "violence", headStart(-HOUR));
            routing.keepUp();
            routing.set(SARA, "violence", headStart(10 * HOUR));
            routing.keepUp();
        }
        assertThat(desk.queue.claim(ANNA).orElseThrow().itemId()).isEqualTo(urgent);

        routing.set(SARA, "violence", headStart(0));
        routing.keepUp();

        assertThat(texts("SELECT image_id FROM queue_item ORDER BY rank")).containsExactly("high", "urgent");
    }

    @Test
    void whatIsLateMovesOnceToTheQueueThatItEscalatesTo() {
        routing.set(SARA, "urgent", roles(5, "senior"));
        routing.set(
                SARA,
                "violence",
                new QueueRule(
                        1, List.of("violence"), null, null, null, null, null, null, null, null, HOUR, null, "urgent"));
        desk.arrives(labelled("late", "violence"), Origin.REVIEW);
        desk.arrives(labelled("in-time", "violence"), Origin.REVIEW);
        age("late", 2 * HOUR);

        assertThat(routing.keepUp()).isEqualTo(1);
        assertThat(routing.keepUp()).isZero();

        assertThat(queueOf("late")).isEqualTo("urgent");
        assertThat(queueOf("in-time")).isEqualTo("violence");
        assertThat(standing("urgent").overdue()).isEqualTo(1);
        assertThat(desk.queue.claim(ANNA).orElseThrow().imageId()).isEqualTo("in-time");
        assertThat(desk.queue.claim(ANNA)).isEmpty();
        assertThat(desk.queue.claim(SARA).orElseThrow().imageId()).isEqualTo("late");
        desk.arrives(labelled("late", "violence"), Origin.AUDIT);
        assertThat(queueOf("late")).as("news do not bring it back").isEqualTo("urgent");
    }

    @Test
    void whatIsLateStaysWhereItEscalatedToAlsoWhereItsOwnQueueIsFullMeanwhile() {
        routing.set(SARA, "urgent", labels(5, "none"));
        routing.set(
                SARA, "one", new QueueRule(1, null, null, null, null, null, null, null, null, null, HOUR, 1, "urgent"));
        desk.arrives("late", 0.5);
        age("late", 2 * HOUR);
        routing.keepUp();
        desk.arrives("other", 0.5);
        assertThat(queueOf("late")).isEqualTo("urgent");
        assertThat(queueOf("other")).isEqualTo("one");

        desk.arrives(doubtful("default", "late", 0.5), Origin.AUDIT);
        routing.keepUp();

        assertThat(queueOf("late")).isEqualTo("urgent");
        assertThat(standing("urgent").overdue()).isEqualTo(1);
    }

    @Test
    void anItemThatIsReopenedHasItsWholeTimeAgain() {
        routing.set(SARA, "urgent", roles(5, "senior"));
        routing.set(
                SARA,
                "all",
                new QueueRule(6, null, null, null, null, null, null, null, null, null, HOUR, null, "urgent"));
        desk.arrives("image", 0.5);
        age("image", 2 * HOUR);
        routing.set(
                SARA,
                "urgent",
                new QueueRule(
                        5,
                        List.of("none"),
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        List.of("senior"),
                        null,
                        null,
                        null,
                        null));
        routing.keepUp();
        assertThat(queueOf("image")).isEqualTo("urgent");
        desk.decisions.decide(SARA, says(desk.queue.claim(SARA).orElseThrow(), "SAFE"));

        database.database()
                .acrossTenants(handle -> desk.intake.reported(
                        handle, doubtful("default", "image", 0.5), Origin.APPEAL, "uploader", "No."));

        assertThat(queueOf("image")).isEqualTo("all");
        assertThat(routing.keepUp()).isZero();
    }

    @Test
    void aFullQueueLetsFurtherItemsIntoTheNextThatTheyFit() {
        routing.set(SARA, "few", new QueueRule(1, null, null, null, null, null, null, null, null, null, null, 2, null));
        routing.set(
                SARA, "more", new QueueRule(2, null, null, null, null, null, null, null, null, null, null, 1, null));
        for (String image : List.of("a", "b", "c", "d")) {
            desk.arrives(image, 0.5);
        }
        assertThat(List.of(queueOf("a"), queueOf("b"), queueOf("c"), queueOf("d")))
                .containsExactly("few", "few", "more", "default");

        desk.arrives(doubtful("default", "a", 0.6), Origin.AUDIT);

        assertThat(queueOf("a")).as("it has its place").isEqualTo("few");
    }

    @Test
    void onlyTheRolesOfAQueueClaimFromIt() {
        routing.set(
                SARA,
                "grave",
                new QueueRule(
                        1,
                        List.of("violence"),
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        List.of("senior"),
                        8 * HOUR,
                        null,
                        null,
                        null));
        desk.arrives(labelled("grave", "violence"), Origin.REVIEW);
        desk.arrives("usual", 0.5);

        assertThat(desk.queue.claim(ANNA).orElseThrow().imageId()).isEqualTo("usual");
        assertThat(desk.queue.claim(BEN)).isEmpty();
        assertThatThrownBy(() -> desk.queue.claim(BEN, List.of("grave", "default")))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("grave")
                .hasMessageNotContaining("default");
        assertThatThrownBy(() -> desk.queue.claim(SARA, List.of("nothing"))).hasMessageContaining("nothing");
        assertThat(desk.queue.claim(SARA, List.of("default"))).isEmpty();
        assertThat(desk.queue.claim(SARA, List.of("grave")).orElseThrow().queue())
                .isEqualTo("grave");
        assertThat(standing("grave").held()).isEqualTo(1);
        assertThat(routing.queues(BEN))
                .filteredOn(Standing::mine)
                .extracting(Standing::name)
                .containsExactly("default");
    }

    @Test
    void acrossQueuesTheSmallestRankComesFirst() {
        routing.set(SARA, "violence", labels(1, "violence"));
        routing.set(SARA, "porn", labels(2, "porn"));
        desk.arrives(doubtful("default", "porn-low", 0.1), Origin.REVIEW);
        desk.arrives(labelled("violence-middle", "violence"), Origin.REVIEW);
        desk.arrives(doubtful("default", "porn-high", 0.9), Origin.REVIEW);

        assertThat(List.of(claimed(), claimed(), claimed()))
                .containsExactly("porn-high", "violence-middle", "porn-low");
    }

    @Test
    void whatIsDueSoonerComesFirstWhateverItsScoreAndARuleThatIsTakenBackLeavesTheOrder() {
        routing.set(SARA, "soon", due(1, 0, 0.4, HOUR / 6));
        routing.set(SARA, "later", due(2, 0.4, 0.8, HOUR));
        routing.set(SARA, "tomorrow", due(3, 0.9, 1, 24 * HOUR));
        desk.arrives("due-tomorrow", 0.95);
        desk.arrives("whenever", 0.85);
        desk.arrives("due-later", 0.6);
        desk.arrives("due-soon", 0.2);

        assertThat(texts("SELECT image_id FROM queue_item ORDER BY rank"))
                .containsExactly("due-soon", "due-later", "due-tomorrow", "whenever");
        assertThat(List.of(claimed(), claimed())).containsExactly("due-soon", "due-later");

        routing.set(SARA, "soon", scores(1, 0, 0.4));
        routing.set(SARA, "later", scores(2, 0.4, 0.8));
        routing.keepUp();
        assertThat(texts("SELECT image_id FROM queue_item ORDER BY rank"))
                .containsExactly("due-tomorrow", "whenever", "due-later", "due-soon");
    }

    /** A rule that its values fit would tell a drawn item from doubts. */
    @Test
    void drawnItemsGoWhereTheLatestDoubtWent() {
        routing.set(SARA, "low", scores(1, 0, 0.3));
        routing.set(SARA, "doubts", scores(2, 0.4, 0.6));
        desk.arrives(safe("first", 0.1), Origin.SAMPLE);
        assertThat(queueOf("first")).as("as a doubt of any score").isEqualTo("low");
        desk.arrives("doubt", 0.5);
        desk.arrives(safe("second", 0.1), Origin.SAMPLE);
        assertThat(queueOf("second")).isEqualTo("doubts");
        desk.arrives("other", 0.9);
        desk.arrives(safe("third", 0.1), Origin.SAMPLE);
        assertThat(queueOf("third")).isEqualTo("default");

        assertThatThrownBy(() -> routing.set(SARA, "drawn", origins(1, "SAMPLE")))
                .hasMessageContaining("APPEAL");
    }

    private static ReviewCandidate safe(String image, double score) {
        return new ReviewCandidate(
                "default",
                image,
                ReviewDesk.sha256(image),
                "uploader",
                null,
                "SAFE",
                Optional.empty(),
                List.of(),
                score);
    }

    @Test
    void theExampleOfThePageEscalatesToTheDefaultQueue() {
        routing.set(
                SARA,
                "appeals",
                new QueueRule(
                        1,
                        null,
                        null,
                        List.of("APPEAL"),
                        null,
                        null,
                        null,
                        null,
                        List.of("senior"),
                        7200,
                        86400,
                        null,
                        "default"));
        database.database()
                .acrossTenants(handle -> desk.intake.reported(
                        handle, doubtful("default", "late", 0.5), Origin.APPEAL, "uploader", "No."));
        age("late", 2 * 86400);

        assertThat(routing.keepUp()).isEqualTo(1);

        assertThat(queueOf("late")).isEqualTo("default");
    }

    @Test
    void aDeadlineThatWasAMistakeCanBeTakenBack() {
        routing.set(SARA, "urgent", roles(5, "senior"));
        routing.set(
                SARA,
                "violence",
                new QueueRule(
                        1, List.of("violence"), null, null, null, null, null, null, null, null, 60, null, "urgent"));
        desk.arrives(labelled("image", "violence"), Origin.REVIEW);
        age("image", 2 * HOUR);
        routing.keepUp();
        assertThat(queueOf("image")).isEqualTo("urgent");

        routing.set(
                SARA,
                "violence",
                new QueueRule(
                        1, List.of("violence"), null, null, null, null, null, null, null, null, 86400, null, "urgent"));
        routing.keepUp();

        assertThat(queueOf("image")).isEqualTo("violence");
        assertThat(standing("violence").overdue()).isZero();
    }

    /** The plan that followed from statistics of the time before queues walked all items for each empty queue. */
    @Test
    void anEmptyQueueCostsAClaimNoWalkOfTheOthers() {
        database.asOwner().useHandle(owner -> {
            owner.execute(
                    "INSERT INTO queue_item (tenant, item_id, image_id, content_sha256, uploader_id, machine_decision,"
                            + " score, origins, rank, stage) SELECT 'default', gen_random_uuid(), 'image-' || n,"
                            + " repeat(md5(n::text), 2), 'uploader', 'REVIEW', 0.5, '{REVIEW}', now() + make_interval(secs => n),"
                            + " 'FIRST' FROM generate_series(1, 20000) n");
            owner.execute("ANALYZE queue_item");
        });
        for (int i = 0; i < 10; i++) {
            routing.set(SARA, "empty-" + i, labels(i, "none-" + i));
        }
        long before = blocks();
        assertThat(desk.queue.claim(ANNA)).isPresent();
        assertThat(desk.queue.claim(ANNA, List.of("empty-3"))).isEmpty();

        assertThat(blocks() - before).as("blocks of the table and its indexes").isLessThan(2_000);
    }

    private long blocks() {
        return Long.parseLong(database.asOwner().withHandle(owner -> {
            owner.execute("SELECT pg_sleep(1.2)"); // statistics are told once a second
            return owner.select("SELECT (sum(heap_blks_read + heap_blks_hit + idx_blks_read + idx_blks_hit))::text"
                            + " FROM pg_statio_user_tables WHERE relname = 'queue_item'")
                    .mapTo(String.class)
                    .one();
        }));
    }

    @Test
    void aGoldenCopySeemsToComeFromTheQueueOfTheNextItem() {
        desk.arrives("known", 0.5);
        ReviewQueue.Claim known = desk.queue.claim(SARA).orElseThrow();
        desk.decisions.decide(SARA, says(known, "SAFE"));
        desk.golden.add(SARA, known.itemId(), "SAFE");
        routing.set(SARA, "violence", labels(1, "violence"));
        desk.arrives(labelled("fight", "violence"), Origin.REVIEW);
        var often = new ReviewDesk(
                database.database(),
                new ReviewRules(ReviewDesk.RULES.lease(), ReviewDesk.RULES.undoWithin(), 0, 1, Set.of("minor"), 0));

        ReviewQueue.Claim golden = often.queue.claim(ANNA, List.of("violence")).orElseThrow();

        assertThat(golden.imageId()).isEqualTo("known");
        assertThat(golden.queue()).isEqualTo("violence");
        routing.remove(SARA, "violence");
        often.queue.release(ANNA, golden.itemId(), golden.leaseId());
        assertThat(desk.queue.claim(ANNA).orElseThrow().itemId())
                .as("it is not lost with its queue")
                .isEqualTo(golden.itemId());
    }

    @Test
    void anotherTenantsRulesRouteNothingHere() {
        routing.set(OTHERS, "violence", labels(1, "violence"));
        desk.arrives(labelled("fight", "violence"), Origin.REVIEW);

        assertThat(queueOf("fight")).isEqualTo("default");
        assertThat(routing.queues(SARA)).extracting(Standing::name).containsExactly("default");
        assertThatThrownBy(() -> routing.remove(SARA, "violence")).hasMessageContaining("no rule");
    }

    @Test
    void eachChangeIsARowOfTheAuditLog() {
        routing.set(SARA, "violence", labels(1, "violence"));
        routing.remove(SARA, "violence");

        assertThat(texts("SELECT actor || ' ' || action || ' ' || subject FROM audit_log ORDER BY position"))
                .containsExactly("sara queue.changed queue/violence", "sara queue.removed queue/violence");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Loud|-1|0|1|0|1 to 40",
                "loud|-1|0|1|0|position is 0 to 10000",
                "loud|1|0.5|0.4|0|scoreFrom and scoreTo",
                "loud|1|0|1|700000|headStartSeconds is -604800 to 604800",
                "default|1|0.5|1|0|default takes what fits no other"
            })
    void aValueOutOfItsRangeIsNamed(String name, int position, double from, double to, int headStart, String message) {
        var rule = new QueueRule(position, null, null, null, from, to, null, null, null, headStart, null, null, null);

        assertThatThrownBy(() -> routing.set(SARA, name, rule))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining(message);
    }

    @Test
    void aQueueThatOthersEscalateToStays() {
        routing.set(SARA, "urgent", ALL);
        routing.set(
                SARA,
                "usual",
                new QueueRule(1, null, null, null, null, null, null, null, null, null, HOUR, null, "urgent"));

        assertThatThrownBy(() -> routing.remove(SARA, "urgent")).hasMessageContaining("escalates");
        assertThatThrownBy(() -> routing.set(
                        SARA,
                        "other",
                        new QueueRule(1, null, null, null, null, null, null, null, null, null, HOUR, null, "missing")))
                .hasMessageContaining("missing");
    }

    private String claimed() {
        return desk.queue.claim(ANNA).orElseThrow().imageId();
    }

    private Standing standing(String queue) {
        return routing.queues(SARA).stream()
                .filter(each -> each.name().equals(queue))
                .findFirst()
                .orElseThrow();
    }

    private String queueOf(String image) {
        return database.database()
                .inTenant(
                        "default",
                        handle -> handle.select(
                                        "SELECT queue FROM queue_item WHERE image_id = ? AND golden_for = ''", image)
                                .mapTo(String.class)
                                .one());
    }

    private List<String> texts(String sql) {
        return database.database().inTenant("default", handle -> {
            return handle.createQuery(sql).mapTo(String.class).list();
        });
    }

    /** As if it had arrived earlier. */
    private void age(String image, int seconds) {
        database.asOwner()
                .useHandle(owner -> owner.execute(
                        "UPDATE queue_item SET arrived_at = arrived_at - make_interval(secs => ?), due_at = due_at -"
                                + " make_interval(secs => ?) WHERE image_id = ?",
                        seconds,
                        seconds,
                        image));
    }

    private static ReviewCandidate labelled(String image, String label) {
        ReviewCandidate one = doubtful("default", image, 0.5);
        return new ReviewCandidate(
                one.tenant(),
                one.imageId(),
                one.contentSha256(),
                one.uploaderId(),
                one.upload(),
                one.decision(),
                one.reason(),
                List.of(label),
                one.score());
    }

    private static QueueRule labels(int position, String label) {
        return new QueueRule(
                position, List.of(label), null, null, null, null, null, null, null, null, null, null, null);
    }

    private static QueueRule origins(int position, String origin) {
        return new QueueRule(
                position, null, null, List.of(origin), null, null, null, null, null, null, null, null, null);
    }

    private static QueueRule scores(int position, double from, double to) {
        return new QueueRule(position, null, null, null, from, to, null, null, null, null, null, null, null);
    }

    private static QueueRule due(int position, double from, double to, int seconds) {
        return new QueueRule(position, null, null, null, from, to, null, null, null, null, seconds, null, null);
    }

    private static QueueRule roles(int position, String role) {
        return new QueueRule(
                position, List.of("none"), null, null, null, null, null, null, List.of(role), null, null, null, null);
    }

    private static QueueRule headStart(int seconds) {
        return new QueueRule(
                1, List.of("violence"), null, null, null, null, null, null, null, seconds, null, null, null);
    }
}
