package io.bulwark.stream.topology;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.AttackKind;
import io.bulwark.events.UploaderStats;
import java.time.Instant;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.WindowStore;

/**
 * Keeps attack audits by image and kind for the store's retention, and counts each in the uploader's statistics. An
 * audit of the same kind of the same image at the same millisecond is the same audit: it is neither kept nor counted
 * twice. One stream thread calls.
 */
final class AuditsByImage extends ContextualProcessor<byte[], Reading<AttackAudit>, String, UploaderStats> {

    private static final char SEPARATOR = '\u0000';

    private final UploaderDeltas deltas;
    private final TopologyEvents events;
    private WindowStore<String, AttackAudit> store;

    AuditsByImage(UploaderDeltas deltas, TopologyEvents events) {
        this.deltas = deltas;
        this.events = events;
    }

    /** The store's key: all kinds of one image lie in the partition of the image's id. */
    static String storeKey(String imageId, AttackKind kind) {
        return imageId + SEPARATOR + kind;
    }

    @Override
    public void init(ProcessorContext<String, UploaderStats> context) {
        super.init(context);
        store = context.getStateStore(StoreNames.AUDITS);
    }

    @Override
    public void process(Record<byte[], Reading<AttackAudit>> record) {
        var reading = (Reading.Readable<AttackAudit>) record.value();
        AttackAudit audit = reading.value();
        if (audit == null) {
            return; // the topic is not compacted: a tombstone there says nothing
        }
        Instant detectedAt = LatestVerdicts.notAhead(audit.getDetectedAt(), reading.timestamp());
        String key = storeKey(reading.key(), audit.getKind());
        if (store.fetch(key, detectedAt.toEpochMilli()) != null) {
            return;
        }
        store.put(key, audit, detectedAt.toEpochMilli());
        events.auditKept();
        UploaderStats delta = deltas.audited(audit, detectedAt);
        context().forward(new Record<>(delta.getUploaderId(), delta, record.timestamp()));
    }
}
