package io.bulwark.cli.bank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.bulwark.cli.bank.BankFile.StoredReference;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.traffic.Broker;
import io.bulwark.events.Reference;
import io.bulwark.events.ReferenceVariant;
import io.bulwark.schemas.topic.ReferenceKey;
import io.bulwark.schemas.topic.TopicNames;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

class BankTopicTest {

    private static final ReferenceKey KEY = new ReferenceKey("default", "model", "a");
    private static final ReferenceVariant TEXT = new ReferenceVariant("text", ByteBuffer.wrap(new byte[] {1, 2}));

    @Test
    void variantsAreNotLeftOutForWantOfARelease() {
        try (BankTopic topic = new BankTopic(writing(2))) {
            assertThatThrownBy(topic::requireVariants)
                    .isInstanceOf(CommandFailure.class)
                    .hasMessageContaining("bulwark.schemas.write=3");
            assertThatThrownBy(() -> topic.put(KEY, reference(TEXT))).isInstanceOf(CommandFailure.class);
        }
    }

    /** The broker cannot be reached: a sent record would wait for it. */
    @Test
    void ofSeveralReferencesNoneIsSentWhereOneWouldLoseItsVariants() {
        List<StoredReference> references = List.of(
                new StoredReference(new ReferenceKey("default", "model", "bare"), reference()),
                new StoredReference(KEY, reference(TEXT)));
        try (BankTopic topic = new BankTopic(writing(2))) {
            assertTimeoutPreemptively(
                    Duration.ofSeconds(5),
                    () -> assertThatThrownBy(() -> topic.putAll(references))
                            .isInstanceOf(CommandFailure.class)
                            .hasMessageContaining("bulwark.schemas.write=3"));
        }
    }

    /** One failed write must not fail every later one. */
    @Test
    void what_the_broker_did_not_take_fails_once() {
        MockProducer<String, Reference> producer =
                new MockProducer<>(false, null, new StringSerializer(), (name, value) -> new byte[0]);
        try (BankTopic topic = new BankTopic(writing(3), producer)) {
            topic.put(KEY, reference());
            producer.errorNext(new TimeoutException("no leader"));
            assertThatThrownBy(topic::confirm).isInstanceOf(CommandFailure.class);

            topic.put(KEY, reference());
            assertThatCode(topic::confirm).doesNotThrowAnyException();
        }
    }

    private static Reference reference(ReferenceVariant... variants) {
        return Reference.newBuilder()
                .setLabel("label")
                .setEmbedding(ByteBuffer.wrap(new byte[] {1, 2}))
                .setAddedBy("a-curator")
                .setAddedAt(Instant.EPOCH)
                .setVariants(List.of(variants))
                .build();
    }

    @Test
    void referencesThatWouldLoseTheirVariantsAreCounted() {
        ReferenceKey bare = new ReferenceKey("default", "model", "bare");
        ReferenceKey other = new ReferenceKey("default", "model", "other");
        BankTopic.Content content = new BankTopic.Content(
                List.of(
                        new StoredReference(KEY, reference(TEXT)),
                        new StoredReference(bare, reference()),
                        new StoredReference(other, reference(TEXT))),
                List.of());

        assertThat(content.varied(Set.of(KEY, bare))).isEqualTo(1);
    }

    @Test
    void inTheReleaseThatHasThemTheyAreWritten() {
        try (BankTopic topic = new BankTopic(writing(3))) {
            assertThatCode(topic::requireVariants).doesNotThrowAnyException();
        }
    }

    private static Broker writing(int release) {
        return new Broker("localhost:1", Optional.empty(), Optional.empty(), Map.of(), release, TopicNames.UNPREFIXED);
    }
}
