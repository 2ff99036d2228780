package io.bulwark.stream.audit;

import io.bulwark.events.AttackAudit;
import io.bulwark.stream.audit.AuditsByImage.AuditMove;
import io.bulwark.stream.state.AgeIndex;
import io.bulwark.stream.state.ClockedProcessor;
import io.bulwark.stream.state.StoreKey;
import io.bulwark.stream.state.StoreNames;
import io.bulwark.stream.state.TaskClock;
import java.time.Duration;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Keeps attack audits by uploader, newest first, so that the newest of an uploader are found without reading the
 * others. One stream thread calls.
 */
public final class AuditsByUploader extends ClockedProcessor<String, AuditMove, Void, Void> {

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
