package io.bulwark.stream.topology;

import io.bulwark.events.AttackAudit;
import java.time.Instant;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.WindowStore;

/**
 * Keeps attack audits by image and kind for the store's retention, and sends each on under its uploader. An audit of the
 * same kind of the same image at the same millisecond is the same audit: it is neither kept nor sent on twice. One stream
 * thread calls.
 */
final class AuditsByImage extends ContextualProcessor<byte[], Reading<AttackAudit>, String, AttackAudit> {

    private final TopologyEvents events;
    private WindowStore<String, AttackAudit> store;

    AuditsByImage(TopologyEvents events) {
        this.events = events;
    }

    @Override
    public void init(ProcessorContext<String, AttackAudit> context) {
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
        String key = AuditKeys.ofImage(reading.key(), audit.getKind());
        if (store.fetch(key, detectedAt.toEpochMilli()) != null) {
            return;
        }
        AttackAudit kept =
                AttackAudit.newBuilder(audit).setDetectedAt(detectedAt).build();
        store.put(key, kept, detectedAt.toEpochMilli());
        events.auditKept();
        context().forward(new Record<>(kept.getUploaderId(), kept, record.timestamp()));
    }
}
