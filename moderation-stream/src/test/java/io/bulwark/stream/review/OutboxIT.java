package io.bulwark.stream.review;

import static io.bulwark.stream.testing.ReviewDesk.ANNA;
import static io.bulwark.stream.testing.ReviewDesk.OTHERS;
import static io.bulwark.stream.testing.ReviewDesk.SARA;
import static io.bulwark.stream.testing.ReviewDesk.says;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.bulwark.events.CampaignRuling;
import io.bulwark.events.ModerationPolicy;
import io.bulwark.events.Review;
import io.bulwark.events.Ruling;
import io.bulwark.events.UploaderAction;
import io.bulwark.schemas.policy.PolicyRecords;
import io.bulwark.schemas.policy.PolicyRecords.PolicyVersion;
import io.bulwark.schemas.serde.BundledSchemas;
import io.bulwark.schemas.serde.EventDeserializer;
import io.bulwark.schemas.serde.SerdeSettings;
import io.bulwark.schemas.testing.TestBroker;
import io.bulwark.schemas.topic.CampaignReviews;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.database.Database;
import io.bulwark.stream.policy.Policies;
import io.bulwark.stream.policy.PolicyState;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.problem.Problem.ProblemException;
import io.bulwark.stream.review.ItemRow.Origin;
import io.bulwark.stream.testing.CommandPolicies;
import io.bulwark.stream.testing.ReviewDesk;
import io.bulwark.stream.testing.ReviewDeskTestCase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The outbox between a real PostgreSQL and a real Kafka, and what a death at each of its steps leaves. */
class OutboxIT extends ReviewDeskTestCase {

    private static final Map<String, Object> SERDES = Map.of(SerdeSettings.WRITE, BundledSchemas.RELEASES);

    private String name;

    @BeforeEach
    void open() {
        TestBroker.recreateTopics();
        name = "outbox-" + UUID.randomUUID();
    }

    @Test
    void everyDecisionIsPublishedOnceInItsOrder() {
        List<UUID> decided = decide(3);
        try (var publisher = new OutboxPublisher(database.database(), this::topic, Duration.ofMillis(50))) {
            publisher.start();
            await().atMost(Duration.ofSeconds(30)).until(() -> desk.rows("outbox", "default") == 0);
        }
        assertThat(published()).containsExactlyInAnyOrderElementsOf(decided);
    }

    @Test
    void aDeathBeforeThePublicationLosesNothing() {
        List<UUID> decided = decide(3);
        dies(false);
        assertThat(published()).isEmpty();
        publishAll();
        assertThat(published()).containsExactlyInAnyOrderElementsOf(decided);
    }

    @Test
    void aDeathBetweenThePublicationAndTheRemovalOfTheRowsDoublesNothing() {
        List<UUID> decided = decide(3);
        dies(true);
        assertThat(published()).containsExactlyInAnyOrderElementsOf(decided);
        assertThat(desk.rows("outbox", "default")).isEqualTo(3);
        List<UUID> later = decide(2);
        publishAll();
        decided.addAll(later);
        assertThat(published()).containsExactlyInAnyOrderElementsOf(decided);
        assertThat(desk.rows("outbox", "default")).isZero();
    }

    @Test
    void twoCommitsThatFailOneAfterTheOtherDoubleNothing() {
        List<UUID> decided = decide(3);
        dies(true);
        decided.addAll(decide(2));
        dies(true);
        decided.addAll(decide(1));
        publishAll();
        assertThat(published()).containsExactlyInAnyOrderElementsOf(decided);
        assertThat(desk.rows("outbox", "default")).isZero();
    }

    @Test
    void anIdThatAnotherTenantUsedIsPublishedToo() {
        UUID id = decide(1).get(0);
        publishAll();
        desk.arrives(ReviewDesk.doubtful("another", "theirs", 0.5), Origin.REVIEW);
        desk.decisions.decide(OTHERS, withId(desk.queue.claim(OTHERS).orElseThrow(), id));
        publishAll();
        assertThat(published()).containsExactly(id, id);
    }

    @Test
    void anIdOfAnotherItemIsAConflict() {
        UUID id = decide(1).get(0);
        publishAll();
        desk.arrives("second", 0.5);
        Decisions.Answer again = withId(desk.queue.claim(ANNA).orElseThrow(), id);
        assertThatThrownBy(() -> desk.decisions.decide(ANNA, again))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        refused -> assertThat(refused.problem()).isEqualTo(Problem.ID_REUSED));
        assertThat(desk.rows("decision", "default")).isOne();
        assertThat(desk.rows("outbox", "default")).isZero();
    }

    /** A version before wrote the ids of decisions where the rows' stand now. */
    @Test
    void theMarkOfAnEarlierVersionCounts() {
        List<UUID> decided = decide(2);
        try (Database.Held held = database.database().hold()) {
            var outbox = new Outbox(held.handle());
            assertThat(outbox.remove(new OutboxPublisher.Topic.Mark(Set.of(), Set.of(decided.get(0)))))
                    .isOne();
        }
        publishAll();
        assertThat(published()).containsExactly(decided.get(1));
    }

    @Test
    void onlyOneInstancePublishes() {
        try (Database.Held first = database.database().hold();
                Database.Held second = database.database().hold()) {
            assertThat(new Outbox(first.handle()).lock()).isTrue();
            assertThat(new Outbox(second.handle()).lock()).isFalse();
            first.close();
            try (Database.Held third = database.database().hold()) {
                assertThat(new Outbox(third.handle()).lock()).isTrue();
            }
        }
    }

    @Test
    void aRulingOnACampaignIsPublishedOnItsTopicAndStandsInTheAuditLog() {
        var rulings = new CampaignRulings(database.database());
        assertThatThrownBy(() -> rulings.rule(ANNA, "c1", "CONFIRM", null, null))
                .hasMessageContaining("senior");
        assertThatThrownBy(() -> rulings.rule(SARA, "c1", "MAYBE", null, null))
                .hasMessageContaining("CONFIRM or DISMISS");
        rulings.rule(SARA, "c1", "DISMISS", " a meme ", List.of("i1"));
        publishAll();

        List<CampaignRuling> published = read(Topics.CAMPAIGN_RULINGS, CampaignRuling.class);
        assertThat(published).singleElement().satisfies(ruling -> {
            assertThat(ruling.getTenant()).isEqualTo("default");
            assertThat(ruling.getCampaignId()).isEqualTo("c1");
            assertThat(ruling.getRuling()).isEqualTo(Ruling.DISMISS);
            assertThat(ruling.getNote()).isEqualTo("a meme");
            assertThat(ruling.getBy()).isEqualTo("sara");
            assertThat(ruling.getSeen())
                    .as("digests of what she was shown")
                    .containsExactly(CampaignReviews.digest("default", "i1"));
        });
        assertThat(desk.rows("audit_log", "default")).isOne();
    }

    @Test
    void aPolicyIsPublishedOnceAcrossADeathAndAsItWasApproved() {
        var policies = PolicyDesk.policies(database.database());
        PolicyDesk.follows(database.database(), CommandPolicies.inForce("default", 0.6, 0.4));
        long revision = policies.propose(
                        "default", "sara", new Policies.Proposal(1L, 0.7, null, null, "Too many false flags."))
                .revision();
        dies(true);
        policies.approve("default", "cleo", revision, null);
        publishAll();

        assertThat(read(Topics.POLICIES, ModerationPolicy.class))
                .extracting(ModerationPolicy::getRevision)
                .containsExactly(2L, 3L);
        ModerationPolicy last = read(Topics.POLICIES, ModerationPolicy.class).get(1);
        assertThat(last.getShadow()).isNull();
        assertThat(last.getInForce().getFlag()).isEqualTo(0.7);
        assertThat(last.getInForce().getAuthor()).isEqualTo("sara");
        assertThat(last.getInForce().getApprover()).isEqualTo("cleo");
        assertThat(last.getInForce().getVersion()).isEqualTo(PolicyVersion.of(last.getInForce()));
        assertThat(last.getHistory())
                .singleElement()
                .satisfies(before -> assertThat(before.getFlag()).isEqualTo(0.6));
    }

    @Test
    void aChangeThatTheCommandOvertookWhileItWaitedIsNotPublished() {
        var policies = PolicyDesk.policies(database.database());
        ModerationPolicy first = CommandPolicies.inForce("default", 0.6, 0.4);
        PolicyDesk.follows(database.database(), first);
        policies.propose("default", "sara", new Policies.Proposal(1L, 0.7, null, null, "Too many false flags."));
        ModerationPolicy theirs = PolicyRecords.proposed(first, CommandPolicies.document(0.9, 0.4, "model-1"));
        PolicyDesk.follows(database.database(), theirs);
        PolicyDesk.follows(database.database(), PolicyRecords.approved(theirs, "bob", CommandPolicies.APPROVED));

        decide(1);
        publishAll();
        assertThat(read(Topics.POLICIES, ModerationPolicy.class)).isEmpty();
        assertThat(desk.rows("outbox", "default")).isZero();
        policies.propose("default", "sara", new Policies.Proposal(3L, 0.8, null, null, "Again."));
        publishAll();
        assertThat(read(Topics.POLICIES, ModerationPolicy.class))
                .extracting(ModerationPolicy::getRevision)
                .containsExactly(4L);
    }

    @Test
    void aTopicThatRefusesPoliciesHoldsUpNoDecisionAndNoAction() {
        var policies = PolicyDesk.policies(database.database());
        PolicyDesk.follows(database.database(), CommandPolicies.inForce("default", 0.6, 0.4));
        policies.propose("default", "sara", new Policies.Proposal(1L, 0.7, null, null, "Too many false flags."));
        add("ACTION", Outbox.write(action()));
        add("OF_A_LATER_VERSION", "{}");
        List<UUID> decided = decide(2);
        try (Database.Held held = database.database().hold();
                OutboxPublisher.Topic topic = new RefusesPolicies(topic())) {
            var publication = new OutboxPublisher.Publication(
                    new Outbox(held.handle()), topic, new OutboxPublisher.Lanes(System::nanoTime));
            assertThat(publication.next()).isEqualTo(2);
            assertThatThrownBy(publication::next).isInstanceOf(Death.class);
            decided.addAll(decide(1));
            assertThat(publication.next()).isOne();
            assertThat(publication.next()).isOne();
            assertThat(publication.next()).isZero();
        }
        assertThat(published()).containsExactlyInAnyOrderElementsOf(decided);
        assertThat(read(Topics.UPLOADER_ACTIONS, UploaderAction.class)).containsExactly(action());
        publishAll();
        assertThat(read(Topics.POLICIES, ModerationPolicy.class)).hasSize(1);
        assertThat(desk.rows("outbox", "default"))
                .as("of a version that knows it")
                .isOne();
    }

    private static UploaderAction action() {
        return UploaderAction.newBuilder()
                .setTenant("default")
                .setUploaderId("u")
                .setStrikes(3)
                .setAt(CommandPolicies.APPROVED)
                .build();
    }

    private void add(String kind, String content) {
        database.database()
                .inTenant(
                        "default",
                        handle -> handle.execute(
                                "INSERT INTO outbox (tenant, decision_id, kind, review) VALUES ('default', ?, ?, CAST(? AS jsonb))",
                                UUID.randomUUID(),
                                kind,
                                content));
    }

    private record RefusesPolicies(OutboxPublisher.Topic real) implements OutboxPublisher.Topic {

        @Override
        public Mark lastBatch() {
            return real.lastBatch();
        }

        @Override
        public void publish(List<OutboxPublisher.Row> batch) {
            if (batch.stream().anyMatch(row -> row.content() instanceof PolicyState)) {
                throw new Death();
            }
            real.publish(batch);
        }

        @Override
        public void close() {
            real.close();
        }
    }

    private OutboxPublisher.Topic topic() {
        return new OutboxPublisher.KafkaTopic(Map.of("bootstrap.servers", TestBroker.bootstrapServers()), SERDES, name);
    }

    private static Decisions.Answer withId(ReviewQueue.Claim claim, UUID decisionId) {
        return new Decisions.Answer(
                claim.itemId(),
                claim.leaseId(),
                decisionId,
                claim.contentSha256(),
                "SAFE",
                List.of(),
                Optional.empty(),
                Optional.empty());
    }

    private List<UUID> decide(int count) {
        var ids = new ArrayList<UUID>();
        for (int i = 0; i < count; i++) {
            desk.arrives("image-" + UUID.randomUUID(), 0.5);
            ids.add(desk.decisions
                    .decide(ANNA, says(desk.queue.claim(ANNA).orElseThrow(), "SAFE"))
                    .decisionId());
        }
        return ids;
    }

    private void publishAll() {
        try (Database.Held held = database.database().hold();
                OutboxPublisher.Topic topic = topic()) {
            var outbox = new Outbox(held.handle());
            assertThat(outbox.lock()).isTrue();
            var publication =
                    new OutboxPublisher.Publication(outbox, topic, new OutboxPublisher.Lanes(System::nanoTime));
            while (publication.next() > 0) {
                assertThat(topic.lastBatch().rows()).isNotEmpty();
            }
        }
    }

    /** A publisher that dies in a batch, before Kafka's commit or after it. */
    private void dies(boolean published) {
        try (Database.Held held = database.database().hold();
                OutboxPublisher.Topic real = topic()) {
            var dying = new OutboxPublisher.Topic() {
                @Override
                public Mark lastBatch() {
                    return real.lastBatch();
                }

                @Override
                public void publish(List<OutboxPublisher.Row> batch) {
                    if (published) {
                        real.publish(batch);
                    }
                    throw new Death();
                }

                @Override
                public void close() {}
            };
            var outbox = new Outbox(held.handle());
            assertThat(outbox.lock()).isTrue();
            var publication =
                    new OutboxPublisher.Publication(outbox, dying, new OutboxPublisher.Lanes(System::nanoTime));
            assertThatThrownBy(publication::next).isInstanceOf(Death.class);
        }
    }

    private static List<UUID> published() {
        return read(Topics.REVIEWS, Review.class).stream()
                .map(review -> UUID.fromString(review.getDecisionId()))
                .toList();
    }

    /** What a reader at read_committed sees. */
    private static <T extends SpecificRecord> List<T> read(Topics topic, Class<T> type) {
        var found = new ArrayList<T>();
        try (var values = new EventDeserializer<>(type);
                var consumer = new KafkaConsumer<>(
                        Map.of("bootstrap.servers", TestBroker.bootstrapServers(), "isolation.level", "read_committed"),
                        new StringDeserializer(),
                        values)) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic.topicName()).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> found.add(record.value()));
            }
        }
        return found;
    }

    /** The process ends here. */
    private static final class Death extends RuntimeException {

        private static final long serialVersionUID = 1L;
    }
}
