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

class ProbeAuditsTest {

    @Test
    void aProbeIsDistinguishedFromAnAttackInEveryWrittenRelease() {
        for (String release : List.of("2", "3")) {
            assertThat(ProbeAudits.isOne(travelled(audit(AttackKind.ROBUSTNESS_PROBE, ProbeAudits.SIGNAL), release)))
                    .as("release %s", release)
                    .isTrue();
            assertThat(ProbeAudits.isOne(travelled(audit(AttackKind.NEAR_FLAGGED, "near-flagged"), release)))
                    .as("release %s", release)
                    .isFalse();
        }
    }

    private static AttackAudit travelled(AttackAudit audit, String release) {
        String topic = Topics.ATTACK_AUDIT.topicName();
        EventSerializer<AttackAudit> serializer = new EventSerializer<>(AttackAudit.class);
        serializer.configure(Map.of(SerdeSettings.WRITE, release), false);
        return new EventDeserializer<>(AttackAudit.class).deserialize(topic, serializer.serialize(topic, audit));
    }

    private static AttackAudit audit(AttackKind kind, String signal) {
        return AttackAudit.newBuilder()
                .setImageId("image")
                .setUploaderId(ProbeAudits.UPLOADER)
                .setKind(kind)
                .setSignals(List.of(new Signal(signal, 1.0, 0.5, true)))
                .setFusedScore(1)
                .setDecision(Decision.NSFW)
                .setModelFingerprint("model")
                .setDetectedAt(Instant.EPOCH)
                .build();
    }
}
