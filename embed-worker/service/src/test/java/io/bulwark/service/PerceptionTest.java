package io.bulwark.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.Reference;
import io.bulwark.perception.bank.Bank;
import io.bulwark.perception.encoder.Encoder;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.service.config.WorkerConfig;
import io.bulwark.service.follow.BankTopic;
import io.bulwark.service.follow.BankTopic.BankIdentity.Reader;
import io.bulwark.service.follow.SnapshotHolder;
import io.bulwark.service.follow.TopicFollower;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.lifecycle.ThreadWatch;
import io.bulwark.service.telemetry.WorkerMetrics;
import io.bulwark.service.testing.TestConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.Map;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PerceptionTest {

    /** As the red team does. */
    @Test
    void a_bank_is_followed_for_an_encoder_that_was_opened_unmeasured() {
        WorkerConfig config = TestConfig.defaults();
        Perception perception = new Perception(config);
        try (Encoder encoder = perception.openPlain();
                SnapshotHolder<Bank> shelf = BankTopic.holder();
                var references = new EventDecoder<>(Reference.class);
                TopicFollower bank = new Following(
                                config,
                                perception,
                                () -> new MockConsumer<>("earliest"),
                                new Following.Instruments(
                                        new WorkerMetrics(new SimpleMeterRegistry()),
                                        NanoClock.SYSTEM,
                                        Clock.systemUTC(),
                                        new ThreadWatch(NanoClock.SYSTEM)))
                        .bank(references, Reader.ENCODER, encoder.description(), shelf)) {
            assertThat(bank).isNotNull();
            float[] black = encoder.embed(
                            ByteBuffer.allocateDirect(3
                                    * encoder.description().preprocess().height()
                                    * encoder.description().preprocess().width()),
                            1)
                    .embedding(0);
            assertThat(perception.plainRows(encoder.description().fingerprint()).has(black))
                    .isTrue();
        }
    }

    /** Its caller waits, and nothing would take what it defers. */
    @Test
    void a_score_server_defers_no_file_for_its_many_views() {
        assertThat(new Perception(TestConfig.of(Map.of("bulwark.score.enabled", "true")))
                        .limits()
                        .deferrableBytes())
                .isZero();
        assertThat(new Perception(TestConfig.defaults()).limits().deferrableBytes())
                .isPositive();
    }

    /** By the verdict or the embedding an erasure finds which images an uploader had; the audit names no uploader. */
    @ParameterizedTest
    @CsvSource({"false, true, 0.25", "false, false, 0.25", "true, true, 0.25", "true, false, 0"})
    void nothing_is_sampled_that_no_erasure_would_find(String score, String embeddings, double share) {
        Perception perception = new Perception(TestConfig.of(Map.of(
                "bulwark.audit.sample", "0.25",
                "bulwark.score.enabled", score,
                "bulwark.embeddings.publish", embeddings)));

        assertThat(perception.auditSample().share()).isEqualTo(share);
    }
}
