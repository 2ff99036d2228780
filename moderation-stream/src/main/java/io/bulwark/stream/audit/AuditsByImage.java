package io.bulwark.stream.audit;

import io.bulwark.events.AttackAudit;
import io.bulwark.schemas.topic.ProbeAudits;
import io.bulwark.schemas.topic.SampledAudits;
import io.bulwark.stream.erasure.ErasedImages;
import io.bulwark.stream.intake.Reading;
import io.bulwark.stream.intake.TopologyEvents;
import io.bulwark.stream.state.AgeIndex;
import io.bulwark.stream.state.StoreKey;
import io.bulwark.stream.state.StoreNames;
import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.WindowStore;

/**
 * Keeps attack audits by image and kind for the store's retention, and sends each on. An audit of the same kind of the
 * same image at the same millisecond is the same audit: it is neither kept nor sent on twice; nor is one of what was erased. A sample, which suspects nobody, is kept
 * for whoever asks about the image, and sent nowhere. One stream thread calls.
 */
public final class AuditsByImage extends ContextualProcessor<byte[], Reading<AttackAudit>, byte[], AuditMove> {

    private final Duration uploadRetention;
    private final TopologyEvents events;
    private WindowStore<String, AttackAudit> store;
    private ErasedImages erased;

    /** @param uploadRetention how long an upload may lie before it is answered */
    public AuditsByImage(Duration uploadRetention, TopologyEvents events) {
        this.uploadRetention = uploadRetention;
        this.events = events;
    }

    @Override
    public void init(ProcessorContext<byte[], AuditMove> context) {
        super.init(context);
        store = context.getStateStore(StoreNames.AUDITS);
        erased = new ErasedImages(
                context.getStateStore(StoreNames.ERASED),
                new AgeIndex(context.getStateStore(StoreNames.ERASED_AGES)),
                uploadRetention);
    }

    @Override
    public void process(Record<byte[], Reading<AttackAudit>> record) {
        var reading = (Reading.Readable<AttackAudit>) record.value();
        AttackAudit audit = reading.value();
        if (audit == null || ProbeAudits.isOne(audit)) {
            return; // the topic is not compacted: a tombstone there says nothing; and what we attack ourselves is no
            // attack
        }
        // a clock that runs ahead must not empty the window store, which drops what is older than its newest
        Instant said = audit.getDetectedAt();
        Instant detectedAt = said.isAfter(reading.timestamp()) ? reading.timestamp() : said;
        if (erased.covers(audit.getTenant(), audit.getImageId(), detectedAt)
                || erased.coversUpload(audit.getTenant(), audit.getImageId(), audit.getUpload())) {
            return;
        }
        String key = StoreKey.imageAudit(
                audit.getTenant(), reading.key(), audit.getKind().name());
        if (store.fetch(key, detectedAt.toEpochMilli()) != null) {
            return;
        }
        AttackAudit kept =
                AttackAudit.newBuilder(audit).setDetectedAt(detectedAt).build();
        store.put(key, kept, detectedAt.toEpochMilli());
        if (SampledAudits.isOne(kept)) {
            return;
        }
        events.auditKept();
        context().forward(new Record<>(record.key(), new AuditMove(kept, false), record.timestamp()));
    }
}
