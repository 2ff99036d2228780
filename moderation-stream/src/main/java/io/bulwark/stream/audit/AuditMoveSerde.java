package io.bulwark.stream.audit;

import io.bulwark.events.AttackAudit;
import java.util.Arrays;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/** How audits travel through the internal topic: a byte that says whether it is erased, then the audit. */
public final class AuditMoveSerde implements Serde<AuditMove> {

    private static final byte ERASED = 1;

    private final Serde<AttackAudit> audits;

    public AuditMoveSerde(Serde<AttackAudit> audits) {
        this.audits = audits;
    }

    @Override
    public Serializer<AuditMove> serializer() {
        return (topic, move) -> {
            byte[] audit = audits.serializer().serialize(topic, move.audit());
            byte[] bytes = new byte[1 + audit.length];
            bytes[0] = move.erased() ? ERASED : 0;
            System.arraycopy(audit, 0, bytes, 1, audit.length);
            return bytes;
        };
    }

    @Override
    public Deserializer<AuditMove> deserializer() {
        return (topic, bytes) -> new AuditMove(
                audits.deserializer().deserialize(topic, Arrays.copyOfRange(bytes, 1, bytes.length)),
                bytes[0] == ERASED);
    }
}
