package io.bulwark.stream.topology;

import static io.bulwark.stream.testing.Samples.NOON;
import static io.bulwark.stream.testing.Samples.audit;
import static io.bulwark.stream.testing.Samples.review;
import static io.bulwark.stream.testing.Samples.verdict;
import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.AttackKind;
import io.bulwark.events.Decision;
import io.bulwark.events.Erasure;
import io.bulwark.events.FlaggedContent;
import io.bulwark.events.ImageEmbedding;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.events.Subject;
import io.bulwark.events.ViewEmbedding;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.flagged.Contents;
import io.bulwark.stream.state.StoreNames;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.internals.AutoOffsetResetStrategy.StrategyType;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.internals.InternalTopologyBuilder;
import org.junit.jupiter.api.Test;

/** From decisions and embeddings to the flagged index, on the whole topology. */
class FlaggedContentTest extends TopologyTestCase {

    private static final byte[] EAST = {0, 0x3c, 0, 0};
    private static final byte[] NORTH = {0, 0, 0, 0x3c};

    @Test
    void whatIsNsfwInForceIsPublishedWhicheverComesFirst() {
        rig.send(verdict("i").setDecision(Decision.NSFW));
        rig.send(embedding("i", EAST));
        rig.send(embedding("j", NORTH));
        rig.send(verdict("j").setDecision(Decision.NSFW));
        rig.send(verdict("safe"));
        rig.send(embedding("safe", NORTH));

        assertThat(rig.flagged().values())
                .hasSize(2)
                .allSatisfy(content -> {
                    assertThat(content.getTenant()).isEqualTo("default");
                    assertThat(content.getConfirmed()).isFalse();
                    assertThat(content.getContents()).isEqualTo(1);
                    assertThat(content.getModelFingerprint()).isEqualTo("m0d31");
                })
                .extracting(content -> content.getEmbedding().duplicate().get(1))
                .containsExactlyInAnyOrder((byte) 0x3c, (byte) 0);
        assertThat(rig.flagged).isEqualTo(2);
    }

    @Test
    void aPersonsNsfwOnWhatAWorkerCalledSafeIsConfirmed() {
        rig.send(verdict("i"));
        rig.send(embedding("i", EAST));
        rig.send(review("i", Decision.NSFW).setLabels(List.of("gore")).build());

        assertThat(rig.flagged().values()).singleElement().satisfies(content -> {
            assertThat(content.getConfirmed()).isTrue();
            assertThat(content.getLabel()).isEqualTo("gore");
        });
    }

    @Test
    void aPersonsSafeRemovesTheEntryThatHeldTheImageBackAndExemptsItsFile() {
        rig.send(verdict("i").setDecision(Decision.NSFW));
        rig.send(embedding("i", EAST));
        String entry = rig.flagged().values().iterator().next().getEntryId();
        rig.send(verdict("near").setDecision(Decision.REVIEW));
        rig.send(nearFlagged(entry, 1));
        rig.send(review("near", Decision.SAFE).build());

        assertThat(rig.flagged().values()).singleElement().satisfies(exempt -> {
            assertThat(exempt.getExemptSha256()).isEqualTo("sha-of-near");
            assertThat(exempt.getEmbedding().remaining()).isZero();
        });
        assertThat(rig.inForce("i").getDecision()).isEqualTo(Decision.NSFW);
    }

    /** Else harmless content under the same id would take an entry away that other content had met. */
    @Test
    void anAuditOfAnotherUploadOfTheIdTakesNoEntryAway() {
        rig.send(verdict("i").setDecision(Decision.NSFW));
        rig.send(embedding("i", EAST));
        String entry = rig.flagged().values().iterator().next().getEntryId();
        rig.send(nearFlagged(entry, 0));
        rig.send(verdict("near").setDecision(Decision.REVIEW));
        rig.send(review("near", Decision.SAFE).build());

        assertThat(rig.flagged().keySet()).contains("default/" + entry);
    }

    private static AttackAudit.Builder nearFlagged(String entry, long offset) {
        return audit("near")
                .setKind(AttackKind.NEAR_FLAGGED)
                .setUpload(new RecordCoordinates("images.uploaded", 0, offset))
                .setEvidence(Map.of("entry", entry));
    }

    @Test
    void aSafeThatIsTakenBackExemptsNothing() {
        rig.send(verdict("i").setDecision(Decision.NSFW));
        rig.send(embedding("i", EAST));
        rig.send(review("i", Decision.SAFE).build());
        assertThat(rig.flagged().values())
                .extracting(FlaggedContent::getExemptSha256)
                .containsExactly("sha-of-i");
        rig.send(review("i", Decision.REVIEW)
                .setDecisionId("undone")
                .setAt(NOON.plusSeconds(90))
                .build());

        assertThat(rig.flagged()).isEmpty();
    }

    @Test
    void aWorkersLaterSafeOnTheSameContentTakesTheEntryAway() {
        rig.send(verdict("i").setDecision(Decision.NSFW));
        rig.send(embedding("i", EAST));
        rig.send(verdict("i").setDecidedAt(NOON.plusSeconds(60)));

        assertThat(rig.flagged()).isEmpty();
    }

    /** Otherwise the uploader could remove the entry, and go on. */
    @Test
    void otherContentUnderTheSameIdLeavesTheEntry() {
        rig.send(verdict("i").setDecision(Decision.NSFW));
        rig.send(embedding("i", EAST));
        rig.send(verdict("i")
                .setContentSha256("other")
                .setUpload(new RecordCoordinates("images.uploaded", 0, 2L))
                .setDecidedAt(NOON.plusSeconds(60)));

        assertThat(rig.flagged()).hasSize(1);
    }

    /** Without regard to what was uploaded in between under its id: an entry rests on what is NSFW. */
    @Test
    void theSameContentThatComesBackAndIsNotNsfwAnyMoreTakesTheEntryAway() {
        rig.send(verdict("i").setDecision(Decision.NSFW));
        rig.send(embedding("i", EAST));
        rig.send(verdict("i")
                .setContentSha256("other")
                .setUpload(new RecordCoordinates("images.uploaded", 0, 2L))
                .setDecidedAt(NOON.plusSeconds(60)));
        rig.send(verdict("i")
                .setDecision(Decision.REVIEW)
                .setUpload(new RecordCoordinates("images.uploaded", 0, 3L))
                .setDecidedAt(NOON.plusSeconds(120)));

        assertThat(rig.flagged()).isEmpty();
    }

    @Test
    void anEmbeddingOfOtherContentFlagsNothing() {
        rig.send(verdict("i").setDecision(Decision.NSFW));
        rig.send(ImageEmbedding.newBuilder(embedding("i", EAST))
                .setContentSha256("other")
                .build());

        assertThat(rig.flagged()).isEmpty();
    }

    /** An animation that begins with a popular picture must not flag the popular picture. */
    @Test
    void theViewThatDecidedIsFlaggedAndNotTheFirst() {
        rig.send(verdict("i").setDecision(Decision.NSFW));
        rig.send(ImageEmbedding.newBuilder(embedding("i", EAST))
                .setDecidingView("tile")
                .build());
        rig.send(review("i", Decision.NSFW).build());

        assertThat(rig.flagged().values()).singleElement().satisfies(content -> {
            assertThat(content.getEmbedding()).isEqualTo(ByteBuffer.wrap(NORTH));
            assertThat(content.getConfirmed()).isTrue();
        });
    }

    @Test
    void whereNoViewDecidedAWorkersNsfwFlagsNothingAndAPersonsEachViewUnconfirmed() {
        rig.send(verdict("i").setDecision(Decision.NSFW));
        rig.send(ImageEmbedding.newBuilder(embedding("i", EAST))
                .setDecidingView(null)
                .build());
        assertThat(rig.flagged()).isEmpty();
        rig.send(review("i", Decision.NSFW).build());

        assertThat(rig.flagged().values())
                .hasSize(2)
                .allSatisfy(content -> assertThat(content.getConfirmed()).isFalse());
    }

    @Test
    void aPersonsNsfwOnWhatAWorkerCalledSafeFlagsEachOfItsViews() {
        rig.send(verdict("i"));
        rig.send(ImageEmbedding.newBuilder(embedding("i", EAST))
                .setDecision(Decision.SAFE)
                .setDecidingView("tile")
                .build());
        rig.send(review("i", Decision.NSFW).build());

        assertThat(rig.flagged().values())
                .extracting(FlaggedContent::getEmbedding)
                .containsExactlyInAnyOrder(ByteBuffer.wrap(EAST), ByteBuffer.wrap(NORTH));
    }

    @Test
    void otherContentUnderTheSameIdDoesNotTakeTheEmbeddingOfTheOneBefore() {
        rig.send(verdict("i"));
        rig.send(embedding("i", EAST));
        rig.send(ImageEmbedding.newBuilder(embedding("i", NORTH))
                .setContentSha256("other")
                .build());
        rig.send(review("i", Decision.NSFW).build());

        assertThat(rig.flagged().values())
                .singleElement()
                .satisfies(content -> assertThat(content.getEmbedding()).isEqualTo(ByteBuffer.wrap(EAST)));
    }

    @Test
    void aSafeOnWhatManyEntriesHeldBackRemovesFew() {
        for (int i = 0; i < 12; i++) {
            rig.send(verdict("i" + i).setUploaderId("u" + i).setDecision(Decision.NSFW));
            rig.send(embedding("i" + i, Contents.row(0.2 * i)));
        }
        List<String> entries =
                rig.flagged().values().stream().map(FlaggedContent::getEntryId).toList();
        assertThat(entries).hasSize(12);
        rig.send(verdict("near").setDecision(Decision.REVIEW));
        for (int i = 0; i < entries.size(); i++) {
            rig.send(nearFlagged(entries.get(i), 1).setDetectedAt(NOON.plusSeconds(i)));
        }
        rig.send(review("near", Decision.SAFE).build());

        assertThat(rig.flagged().values())
                .filteredOn(content -> content.getExemptSha256() == null)
                .hasSize(4);
    }

    /** After an upgrade the topic may be read from long ago. */
    @Test
    void anEmbeddingThatIsOlderThanTheyAreKeptIsNotKept() {
        rig.send(verdict("newer"));
        rig.send(embedding("i", EAST), NOON.minus(Duration.ofDays(8)));

        assertThat(rig.all(StoreNames.SEEN)).isEmpty();
        assertThat(rig.all(StoreNames.SEEN_AGES)).isEmpty();
    }

    /** Else nothing is decided after an upgrade before the embeddings of a month were read. */
    @Test
    void embeddingsFromLongBeforeTheFirstStartAreNotRead() throws ReflectiveOperationException {
        var topology = new ModerationTopology(TopologyRig.SETTINGS, rig, Optional::empty, Map.of()).build();
        var field = Topology.class.getDeclaredField("internalTopologyBuilder");
        field.setAccessible(true);
        var reset = ((InternalTopologyBuilder) field.get(topology)).offsetResetStrategy(Topics.EMBEDDINGS.topicName());

        assertThat(reset.type()).isEqualTo(StrategyType.BY_DURATION);
        assertThat(reset.duration()).contains(Duration.ofHours(1));
    }

    @Test
    void tenantsHaveNothingOfEachOther() {
        rig.send(verdict("i").setDecision(Decision.NSFW));
        rig.send(embedding("i", EAST));
        rig.send(verdict("j").setTenant("kids").setDecision(Decision.NSFW));
        rig.send(ImageEmbedding.newBuilder(embedding("j", EAST))
                .setTenant("kids")
                .build());

        assertThat(rig.flagged().values())
                .hasSize(2)
                .allSatisfy(content -> assertThat(content.getContents()).isEqualTo(1));
        rig.send(review("j", Decision.SAFE).setTenant("kids").build());
        assertThat(rig.flagged().keySet()).anyMatch(key -> key.startsWith("default/"));
    }

    @Test
    void anErasureAndAnExpiryRemoveTheEntryAndWhatWasKeptForIt() {
        rig.send(verdict("i").setDecision(Decision.NSFW));
        rig.send(embedding("i", EAST));
        rig.send(verdict("j").setDecision(Decision.NSFW));
        rig.send(embedding("j", NORTH));
        rig.send(new Erasure("default", Subject.IMAGE, "i", "keeper", "asked", NOON.plusSeconds(100)));
        assertThat(rig.flagged()).hasSize(1);
        assertThat(rig.all(StoreNames.SEEN)).hasSize(1);
        assertThat(rig.all(StoreNames.FLAGGED)).hasSize(1);

        rig.advance(TopologyRig.RETENTION.plusMinutes(2));
        assertThat(rig.flagged()).isEmpty();
        assertThat(rig.all(StoreNames.SEEN)).isEmpty();
        assertThat(rig.all(StoreNames.SEEN_AGES)).isEmpty();
        assertThat(rig.all(StoreNames.FLAGGED)).isEmpty();
    }

    @Test
    void anEmbeddingWaitsForSomeDaysAlone() {
        rig.send(verdict("i"));
        rig.send(embedding("i", EAST));
        rig.advance(Duration.ofDays(8));

        assertThat(rig.all(StoreNames.SEEN)).isEmpty();
    }

    @Test
    void whatCannotBeReadIsADeadLetter() {
        rig.sendEmbeddingBytes("i".getBytes(), new byte[] {1, 2, 3});

        assertThat(rig.deadLetters()).hasSize(1);
        assertThat(rig.reports).anyMatch(report -> report.startsWith("dead letter " + Topics.EMBEDDINGS.topicName()));
    }

    private static ImageEmbedding embedding(String imageId, byte[] row) {
        return ImageEmbedding.newBuilder()
                .setImageId(imageId)
                .setTenant("default")
                .setUploaderId("u1")
                .setContentSha256("sha-of-" + imageId)
                .setModelFingerprint("m0d31")
                .setPreprocessFingerprint("pr3")
                .setDecision(Decision.NSFW)
                .setScore(0.9)
                .setViews(List.of(
                        new ViewEmbedding("whole", ByteBuffer.wrap(row)),
                        new ViewEmbedding("tile", ByteBuffer.wrap(NORTH))))
                .setDecidingView("whole")
                .setDecidedAt(NOON)
                .build();
    }
}
