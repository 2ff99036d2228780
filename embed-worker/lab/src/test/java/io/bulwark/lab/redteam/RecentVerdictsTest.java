package io.bulwark.lab.redteam;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.Decider;
import io.bulwark.events.DeciderKind;
import io.bulwark.events.Decision;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.events.Verdict;
import io.bulwark.lab.attack.AttackGoal;
import io.bulwark.schemas.serde.BundledSchemas;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.schemas.serde.SerdeSettings;
import io.bulwark.schemas.testing.SampleEvents;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.service.lifecycle.NanoClock;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.internals.AutoOffsetResetStrategy;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class RecentVerdictsTest {

    private static final TopicNames ACME = new TopicNames("acme.");
    private static final String TOPIC = ACME.of(Topics.VERDICTS);
    private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);
    private static final Node NODE = new Node(0, "localhost", 1);

    private final EventSerializer<Verdict> serializer = new EventSerializer<>(Verdict.class);
    private final List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();

    @Test
    void eachGoalStartsFromItsOwnDecision() {
        add("flagged", verdict("flagged", Decision.NSFW));
        add("harmless", verdict("harmless", Decision.SAFE));
        add("doubtful", verdict("doubtful", Decision.REVIEW));

        assertThat(drawn(AttackGoal.EVADE, Set.of(), 100)).containsExactly("flagged");
        assertThat(drawn(AttackGoal.FALSE_FLAG, Set.of(), 100)).containsExactly("harmless");
    }

    @Test
    void onlyTheNewestAreDrawnFrom() {
        for (int i = 0; i < 40; i++) {
            add("image-" + i, verdict("image-" + i, Decision.SAFE));
        }
        assertThat(drawn(AttackGoal.FALSE_FLAG, Set.of(), 3))
                .containsExactlyInAnyOrder("image-37", "image-38", "image-39");
    }

    @Test
    void whatWasErasedOrDecidedOtherwiseSinceIsNotAttacked() {
        add("erased", verdict("erased", Decision.SAFE));
        add("again", verdict("again", Decision.SAFE));
        add("kept", verdict("kept", Decision.SAFE));
        add("erased", null);
        add("again", verdict("again", Decision.NSFW));

        assertThat(drawn(AttackGoal.FALSE_FLAG, Set.of(), 100)).containsExactly("kept");
    }

    @Test
    void aFileThatIsKnownIsNotDrawnAgain() {
        add("known", verdict("known", Decision.SAFE));
        add("new", verdict("new", Decision.SAFE));

        assertThat(drawn(AttackGoal.FALSE_FLAG, Set.of(sha256("known")), 100)).containsExactly("new");
        assertThat(drawn(AttackGoal.FALSE_FLAG, Set.of(sha256("known"), sha256("new")), 100))
                .isEmpty();
    }

    @Test
    void aRestrictedPictureIsNeverAttacked() {
        serializer.configure(Map.of(SerdeSettings.WRITE, BundledSchemas.RELEASES), false);
        add(
                "sealed",
                Verdict.newBuilder(verdict("sealed", Decision.NSFW))
                        .setRestricted(true)
                        .build());
        add("other", verdict("other", Decision.NSFW));

        assertThat(drawn(AttackGoal.EVADE, Set.of(), 100)).containsExactly("other");
    }

    @Test
    void withoutCoordinatesOrAHashThereIsNothingToFetch() {
        add(
                "asked",
                Verdict.newBuilder(verdict("asked", Decision.SAFE))
                        .setUpload(null)
                        .build());
        add(
                "unfetched",
                Verdict.newBuilder(verdict("unfetched", Decision.SAFE))
                        .setContentSha256(null)
                        .build());

        assertThat(drawn(AttackGoal.FALSE_FLAG, Set.of(), 100)).isEmpty();
    }

    /** All that is drawn in many tries. */
    private Set<String> drawn(AttackGoal goal, Set<String> known, int recent) {
        Set<String> drawn = new HashSet<>();
        for (int seed = 0; seed < 25; seed++) {
            try (RecentVerdicts verdicts = new RecentVerdicts(
                    ACME, this::consumer, new EventDecoder<>(Verdict.class), recent, seed, NanoClock.SYSTEM)) {
                Optional<Verdict> one = verdicts.draw(goal, known);
                one.ifPresent(verdict -> drawn.add(verdict.getImageId()));
            }
        }
        return drawn;
    }

    private MockConsumer<byte[], byte[]> consumer() {
        MockConsumer<byte[], byte[]> consumer = new MockConsumer<>(AutoOffsetResetStrategy.EARLIEST.name());
        consumer.updatePartitions(
                TOPIC, List.of(new PartitionInfo(TOPIC, 0, NODE, new Node[] {NODE}, new Node[] {NODE})));
        consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
        consumer.updateEndOffsets(Map.of(PARTITION, (long) records.size()));
        consumer.schedulePollTask(() -> records.forEach(consumer::addRecord));
        return consumer;
    }

    private void add(String imageId, Verdict verdict) {
        byte[] value = verdict == null ? null : serializer.serialize(TOPIC, verdict);
        records.add(new ConsumerRecord<>(TOPIC, 0, records.size(), imageId.getBytes(StandardCharsets.UTF_8), value));
    }

    static Verdict verdict(String imageId, Decision decision) {
        return SampleEvents.verdictOn(imageId, decision)
                .setScore(decision == Decision.NSFW ? 0.9 : 0.1)
                .setPreprocessFingerprint("preprocessing")
                .setContentSha256(sha256(imageId))
                .setUpload(new RecordCoordinates(ACME.of(Topics.IMAGES_UPLOADED), 0, 7L))
                .setDecidedBy(new Decider(DeciderKind.WORKER, "worker"))
                .build();
    }

    private static String sha256(String imageId) {
        return String.format("%064x", imageId.hashCode() & 0xffffffffL);
    }
}
