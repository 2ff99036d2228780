package io.bulwark.stream.audit;

import io.bulwark.events.AttackAudit;
import io.bulwark.schemas.topic.SampledAudits;
import io.bulwark.schemas.topic.SampledAudits.ProbeAudits;
import io.bulwark.stream.audit.AuditsByImage.AuditMove;
import io.bulwark.stream.decision.DecisionProcessor;
import io.bulwark.stream.decision.ErasedImages;
import io.bulwark.stream.decision.StoredDecision;
import io.bulwark.stream.state.AgeIndex;
import io.bulwark.stream.state.ClockedProcessor;
import io.bulwark.stream.state.ClockedProcessor.TaskClock;
import io.bulwark.stream.state.Restriction;
import io.bulwark.stream.state.SourceReader.Reading;
import io.bulwark.stream.state.StateLayout;
import io.bulwark.stream.state.StoreKey;
import io.bulwark.stream.state.StoreNames;
import io.bulwark.stream.state.TopologyEvents;
import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.WindowStore;

/**
 * Keeps attack audits by image and kind for the store's retention, and forwards them. Duplicates (same image, kind and
 * millisecond) and audits of erased or restricted images are dropped. Samples, which suspect no attack, are kept and
 * not forwarded. One stream thread calls.
 */
public final class AuditsByImage
        extends ContextualProcessor<byte[], Reading.Readable<AttackAudit>, byte[], AuditsByImage.AuditMove> {

    private final Duration uploadRetention;
    private final TopologyEvents events;
    private final Restriction restriction;
    private WindowStore<String, AttackAudit> store;
    private ErasedImages erased;
    private KeyValueStore<String, StoredDecision> decisions;

    /** @param settings how long an upload may lie before it is answered, and what is restricted */
    public AuditsByImage(DecisionProcessor.Settings settings, TopologyEvents events) {
        this.uploadRetention = settings.uploadRetention();
        this.restriction = settings.restriction();
        this.events = events;
    }

    @Override
    public void init(ProcessorContext<byte[], AuditMove> context) {
        super.init(context);
        store = context.getStateStore(StoreNames.AUDITS);
        erased = new ErasedImages(context, uploadRetention);
        decisions = context.getStateStore(StoreNames.DECISIONS);
    }

    @Override
    public void process(Record<byte[], Reading.Readable<AttackAudit>> record) {
        Reading.Readable<AttackAudit> reading = record.value();
        AttackAudit audit = reading.value();
        if (audit == null || ProbeAudits.isOne(audit)) {
            return; // the topic is not compacted, so a tombstone means nothing; a probe is no attack
        }
        // a clock that runs ahead must not empty the window store, whose retention follows its newest audit
        Instant claimed = audit.getDetectedAt();
        Instant detectedAt = claimed.isAfter(reading.timestamp()) ? reading.timestamp() : claimed;
        if (erased.covers(audit.getTenant(), audit.getImageId(), detectedAt)
                || erased.coversUpload(audit.getTenant(), audit.getImageId(), audit.getUpload())
                || isRestricted(audit)) {
            return;
        }
        String key = StoreKey.ofImage(
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
        events.count(TopologyEvents.Count.AUDIT_KEPT, 1);
        context().forward(new Record<>(record.key(), new AuditMove(kept, false), record.timestamp()));
    }

    private boolean isRestricted(AttackAudit audit) {
        StoredDecision stored = decisions.get(StoreKey.image(audit.getTenant(), audit.getImageId()));
        return restriction.covers(audit.getTenant(), audit.getContentSha256())
                || (stored != null && stored.isRestricted());
    }

    /**
     * An audit on its way to its uploader.
     *
     * @param erased whether it is to be removed there
     */
    public record AuditMove(AttackAudit audit, boolean erased) {

        /** The layout in the internal topic: whether it is erased (byte), then the audit. */
        public static Serde<AuditMove> serde(Serde<AttackAudit> audits) {
            return StateLayout.of(
                    "audit moves",
                    (out, move) -> {
                        out.writeBoolean(move.erased());
                        out.write(audits.serializer().serialize("", move.audit()));
                    },
                    in -> {
                        boolean erased = in.readBoolean();
                        return new AuditMove(audits.deserializer().deserialize("", in.readAllBytes()), erased);
                    });
        }
    }

    /**
     * Keeps attack audits by uploader, newest first, so that the newest of an uploader are found without reading the
     * others. One stream thread calls.
     */
    public static final class AuditsByUploader extends ClockedProcessor<String, AuditMove, Void, Void> {

        private static final Duration SWEEP_EVERY = Duration.ofSeconds(10);
        private static final long LEAST_A_SWEEP = 50_000;

        private final Duration retention;
        private KeyValueStore<String, AttackAudit> store;
        private AgeIndex ages;

        /** @param retention how long after its detection an audit is kept */
        public AuditsByUploader(Duration retention, TaskClock.Source clocks) {
            super("audits-by-uploader", clocks);
            this.retention = retention;
        }

        @Override
        public void init(ProcessorContext<Void, Void> context) {
            super.init(context);
            store = context.getStateStore(StoreNames.UPLOADER_AUDITS);
            ages = new AgeIndex(context.getStateStore(StoreNames.UPLOADER_AUDIT_AGES), LEAST_A_SWEEP);
            every(SWEEP_EVERY, now -> ages.sweep(now.minus(retention)).forEach(due -> store.delete(due.key())));
        }

        @Override
        protected void take(AuditMove move) {
            AttackAudit audit = move.audit();
            String key = StoreKey.uploaderAudit(
                    audit.getTenant(),
                    audit.getUploaderId(),
                    audit.getDetectedAt(),
                    audit.getImageId(),
                    audit.getKind().name());
            if (move.erased()) {
                store.delete(key);
                ages.remove(audit.getDetectedAt(), key);
            } else {
                store.put(key, audit);
                ages.add(audit.getDetectedAt(), key);
            }
        }
    }
}
