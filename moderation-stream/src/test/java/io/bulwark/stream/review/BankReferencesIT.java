package io.bulwark.stream.review;

import static io.bulwark.stream.testing.ReviewDesk.ANNA;
import static io.bulwark.stream.testing.ReviewDesk.BEN;
import static io.bulwark.stream.testing.ReviewDesk.SARA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.events.ImageEmbedding;
import io.bulwark.events.LabelSource;
import io.bulwark.events.Reference;
import io.bulwark.schemas.serde.BundledSchemas;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.serde.SerdeSettings;
import io.bulwark.schemas.testing.TestBroker;
import io.bulwark.schemas.topic.ReferenceKey;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.database.Database;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.problem.Problem.ProblemException;
import io.bulwark.stream.review.BankProposals.Proposal;
import io.bulwark.stream.testing.EventProducer;
import io.bulwark.stream.testing.ReviewDesk;
import io.bulwark.stream.testing.ReviewDeskTestCase;
import io.bulwark.stream.testing.SeenPictures;
import io.bulwark.stream.testing.TopicDump;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From an approved proposal to the bank, on a real PostgreSQL and a real Kafka. */
class BankReferencesIT extends ReviewDeskTestCase {

    private static final String MODEL = "model-1";

    private final String name = "outbox-" + UUID.randomUUID();

    /** Topics of each test's own. */
    private final TopicNames names = new TopicNames(name + ".");

    private final Map<String, Object> clients =
            Map.of("bootstrap.servers", TestBroker.bootstrapServers(), TopicNames.SETTING, names.prefix());

    @AutoClose
    private EventProducer producer;

    private BankProposals proposals;

    @BeforeEach
    void open() {
        TestBroker.createTopics(names);
        producer = new EventProducer(TestBroker.bootstrapServers(), names);
        proposals = new BankProposals(
                database.database(), new KafkaReferences(clients, new EventDecoder<>(ImageEmbedding.class), "default"));
        SeenPictures.addReference(producer, MODEL);
    }

    @Test
    void anApprovedPictureIsAReferenceThatAWorkerReadsWithBothNames() {
        UUID decision = proposed("image");
        seen("image", MODEL, "whole", "tile-1", "tile-2");
        proposals.approve(SARA, decision, List.of("tile-2"));
        publish();

        Map<String, Reference> bank = bank();
        ReferenceKey key = new ReferenceKey("default", MODEL, "review/" + decision);
        assertThat(bank).hasSize(2).containsKey(key.toString());
        Reference reference = bank.get(key.toString());
        assertThat(reference.getAddedBy()).isEqualTo("anna");
        assertThat(reference.getApprovedBy()).isEqualTo("sara");
        assertThat(reference.getLabelSource()).isEqualTo(LabelSource.REVIEW);
        assertThat(reference.getSourceSha256()).isEqualTo(ReviewDesk.sha256("image"));
        assertThat(reference.getLabel()).isEqualTo("porn");
        assertThat(reference.getEmbedding()).isEqualTo(halves(4, 0));
        assertThat(reference.getVariants()).singleElement().satisfies(variant -> {
            assertThat(variant.getName()).isEqualTo("tile-2");
            assertThat(variant.getEmbedding()).isEqualTo(halves(4, 2));
        });
    }

    @Test
    void theReferencesOfAFileThatIsRestrictedLaterAreDeleted() {
        UUID decision = proposed("image");
        seen("image", MODEL, "whole/white", "whole/black");
        proposals.approve(SARA, decision, List.of());
        publish();
        assertThat(bank()).hasSize(3);

        database.database().inTenant("default", handle -> {
            BankProposals.deleteReferences(handle, "default", ReviewDesk.sha256("another"));
            BankProposals.deleteReferences(handle, "default", ReviewDesk.sha256("image"));
            return null;
        });
        assertThat(desk.rows("outbox", "default")).isEqualTo(1);
        publish();
        assertThat(bank()).hasSize(1);
    }

    @Test
    void aTransparentPictureIsAReferenceOnEachGround() {
        UUID decision = proposed("image");
        seen("image", MODEL, "whole/white", "whole/black", "tile-1/white");
        assertThat(proposals.approve(SARA, decision, List.of()))
                .containsExactly(
                        "default/model-1/review/" + decision + "@white",
                        "default/model-1/review/" + decision + "@black");
    }

    @Test
    void aDeathBetweenThePublicationAndTheRemovalOfTheRowDoublesNothing() {
        UUID decision = proposed("image");
        seen("image", MODEL, "whole");
        proposals.approve(SARA, decision, List.of());
        try (Database.Held held = database.database().hold();
                OutboxPublisher.Topic real = topic()) {
            var outbox = new Outbox(held.handle());
            assertThat(outbox.lock()).isTrue();
            var publication = new OutboxPublisher.Publication(
                    outbox, new DiesAfterwards(real), new OutboxPublisher.Lanes(System::nanoTime));
            assertThatThrownBy(publication::next).isInstanceOf(IllegalStateException.class);
        }
        assertThat(desk.rows("outbox", "default")).isEqualTo(2);
        publish();
        assertThat(desk.rows("outbox", "default")).isZero();
        assertThat(TopicDump.all(TestBroker.bootstrapServers(), names.of(Topics.REFERENCES)))
                .hasSize(2);
    }

    @Test
    void anEmbeddingThatIsGoneIsAProblemAndTheProposalStaysOpen() {
        UUID decision = proposed("image");
        seen("another", MODEL, "whole");
        assertRefused(Problem.EMBEDDING_GONE, () -> proposals.approve(SARA, decision, List.of()));
        seen("image", MODEL, "whole");
        producer.send(names.of(Topics.EMBEDDINGS), "image", null);
        assertRefused(Problem.EMBEDDING_GONE, () -> proposals.approve(SARA, decision, List.of()));
        assertThat(proposals.open(SARA, 10)).hasSize(1);
        assertThat(desk.rows("outbox", "default")).isEqualTo(1);
    }

    @Test
    void aPictureThatAnotherModelSawIsNoReference() {
        UUID decision = proposed("image");
        seen("image", "model-0", "whole");
        assertRefused(Problem.MODEL_MISMATCH, () -> proposals.approve(SARA, decision, List.of()));
        seen("image", MODEL, "whole");
        assertThat(proposals.approve(SARA, decision, List.of())).hasSize(1);
    }

    @Test
    void ofAnAnimationThereIsAReferenceOnceFramesAreNamed() {
        UUID decision = proposed("image");
        seen("image", MODEL, "frame-0/whole", "frame-7/whole");
        assertRefused(Problem.BAD_PARAMETER, () -> proposals.approve(SARA, decision, List.of()));
        assertRefused(Problem.BAD_PARAMETER, () -> proposals.approve(SARA, decision, List.of("frame-1/whole")));
        assertThat(proposals.approve(SARA, decision, List.of("frame-7/whole"))).hasSize(1);
    }

    /** What one of two people says, or who was overruled, does not teach the bank. */
    @Test
    void aProposalWaitsUntilItsDecisionHoldsAndNotForOneThatIsOverruled() {
        desk.arrives("image", 0.5);
        UUID decision = decides(ANNA, "NSFW", "minor", Optional.of("minor"));
        seen("image", MODEL, "whole");
        assertThat(proposals.open(SARA, 10)).isEmpty();
        assertRefused(Problem.NOT_FOUND, () -> proposals.approve(SARA, decision, List.of()));

        decides(BEN, "SAFE", "", Optional.empty());
        decides(SARA, "SAFE", "", Optional.empty());
        assertThat(proposals.open(SARA, 10)).isEmpty();

        desk.arrives("other", 0.5);
        decides(ANNA, "NSFW", "minor", Optional.of("minor"));
        decides(BEN, "NSFW", "minor", Optional.empty());
        assertThat(proposals.open(SARA, 10)).extracting(Proposal::imageId).containsExactly("other");
    }

    private UUID proposed(String imageId) {
        desk.arrives(imageId, 0.5);
        return decides(ANNA, "NSFW", "porn", Optional.of("porn"));
    }

    private UUID decides(Person person, String decision, String label, Optional<String> bankLabel) {
        ReviewQueue.Claim claim = desk.queue.claim(person).orElseThrow();
        var answer = new Decisions.Answer(
                claim.itemId(),
                claim.leaseId(),
                UUID.randomUUID(),
                claim.contentSha256(),
                decision,
                label.isEmpty() ? List.of() : List.of(label),
                Optional.empty(),
                bankLabel);
        return desk.decisions.decide(person, answer).decisionId();
    }

    private void seen(String imageId, String model, String... views) {
        producer.send(SeenPictures.of(imageId, model, views));
    }

    private Map<String, Reference> bank() {
        return TopicDump.latest(TestBroker.bootstrapServers(), names.of(Topics.REFERENCES), Reference.class);
    }

    /** A row with 1 at one place and 0 elsewhere, as {@code Reference.avsc} has it: half precision, little-endian. */
    private static ByteBuffer halves(int elements, int one) {
        ByteBuffer row = ByteBuffer.allocate(2 * elements).order(ByteOrder.LITTLE_ENDIAN);
        return row.putShort(2 * one, (short) 0x3c00);
    }

    private OutboxPublisher.Topic topic() {
        return new OutboxPublisher.KafkaTopic(clients, Map.of(SerdeSettings.WRITE, BundledSchemas.RELEASES), name);
    }

    private void publish() {
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

    private static void assertRefused(Problem kind, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        refused -> assertThat(refused.problem()).isEqualTo(kind));
    }

    /** The process ends after the publication. */
    private record DiesAfterwards(OutboxPublisher.Topic real) implements OutboxPublisher.Topic {

        @Override
        public Mark lastBatch() {
            return real.lastBatch();
        }

        @Override
        public void publish(List<OutboxPublisher.Row> batch) {
            real.publish(batch);
            throw new IllegalStateException("The process ends here.");
        }

        @Override
        public void close() {}
    }
}
