package io.bulwark.lab.bank;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.events.Reference;
import io.bulwark.events.ReferenceVariant;
import io.bulwark.lab.terminal.CommandFailure;
import io.bulwark.lab.traffic.Broker;
import io.bulwark.schemas.topic.ReferenceKey;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BankTopicTest {

    private static final ReferenceKey KEY = new ReferenceKey("default", "model", "a");

    @Test
    void variantsAreNotLeftOutForWantOfARelease() {
        Reference varied = Reference.newBuilder()
                .setLabel("label")
                .setEmbedding(ByteBuffer.wrap(new byte[] {1, 2}))
                .setAddedBy("somebody")
                .setAddedAt(Instant.EPOCH)
                .setVariants(List.of(new ReferenceVariant("text", ByteBuffer.wrap(new byte[] {1, 2}))))
                .build();
        try (BankTopic topic = new BankTopic(writing(2))) {
            assertThatThrownBy(topic::requireVariants)
                    .isInstanceOf(CommandFailure.class)
                    .hasMessageContaining("bulwark.schemas.write=3");
            assertThatThrownBy(() -> topic.put(KEY, varied)).isInstanceOf(CommandFailure.class);
        }
    }

    @Test
    void inTheReleaseThatHasThemTheyAreWritten() {
        try (BankTopic topic = new BankTopic(writing(3))) {
            assertThatCode(topic::requireVariants).doesNotThrowAnyException();
        }
    }

    private static Broker writing(int release) {
        return new Broker("localhost:1", Optional.empty(), Optional.empty(), Map.of(), release);
    }
}
