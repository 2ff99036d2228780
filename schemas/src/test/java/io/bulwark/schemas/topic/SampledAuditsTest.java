package io.bulwark.schemas.topic;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.AttackKind;
import io.bulwark.events.Decision;
import io.bulwark.events.Signal;
import io.bulwark.schemas.serde.EventDeserializer;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.schemas.serde.SerdeSettings;
import io.bulwark.schemas.topic.SampledAudits.ProbeAudits;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SampledAuditsTest {

    @ParameterizedTest
    @ValueSource(strings = {"2", "3"})
    void a_sample_is_told_from_an_attack_in_every_release_that_is_written(String release) {
        AttackAudit sample = travelled(audit(SampledAudits.SIGNAL, "near-flagged"), release);

        assertThat(SampledAudits.isOne(sample)).isTrue();
        assertThat(SampledAudits.isSuspicion(sample)).isFalse();
        assertThat(SampledAudits.isOne(travelled(audit("near-flagged"), release)))
                .isFalse();
    }

    @Test
    void neither_a_sample_nor_a_probe_is_a_suspicion() {
        assertThat(SampledAudits.isSuspicion(audit("near-flagged"))).isTrue();
        assertThat(SampledAudits.isSuspicion(audit(SampledAudits.SIGNAL))).isFalse();
        assertThat(SampledAudits.isSuspicion(audit(ProbeAudits.SIGNAL))).isFalse();
    }

    private static AttackAudit travelled(AttackAudit audit, String release) {
        String topic = Topics.ATTACK_AUDIT.topicName();
        EventSerializer<AttackAudit> serializer = new EventSerializer<>(AttackAudit.class);
        serializer.configure(Map.of(SerdeSettings.WRITE, release), false);
        return new EventDeserializer<>(AttackAudit.class).deserialize(topic, serializer.serialize(topic, audit));
    }

    private static AttackAudit audit(String... signals) {
        return AttackAudit.newBuilder()
                .setImageId("image")
                .setUploaderId(SampledAudits.UPLOADER)
                .setKind(AttackKind.OTHER)
                .setSignals(List.of(signals).stream()
                        .map(name -> new Signal(name, 0.0, 1.0, false))
                        .toList())
                .setFusedScore(0)
                .setDecision(Decision.SAFE)
                .setModelFingerprint("model")
                .setDetectedAt(Instant.EPOCH)
                .build();
    }
}
