package io.bulwark.stream.audit;

import io.bulwark.events.AttackAudit;
import io.bulwark.stream.state.AgeIndex;
import io.bulwark.stream.state.StoreKey;
import io.bulwark.stream.state.StoreNames;
import io.bulwark.stream.state.TaskClock;
import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Keeps attack audits by uploader, newest first, so that the newest of an uploader are found without reading the others.
 * Takes each audit once. One stream thread calls.
 */
public final class AuditsByUploader extends ContextualProcessor<String, AuditMove, Void, Void> {

    private static final Duration SWEEP_EVERY = Duration.ofSeconds(10);
    private static final long MOST_A_SWEEP = 50_000;

    private final Duration retention;
    private final TaskClock.Source clocks;
    private TaskClock clock;
    private KeyValueStore<String, AttackAudit> store;
    private AgeIndex ages;

    /** @param retention how long after its detection an audit is kept */
    public AuditsByUploader(Duration retention, TaskClock.Source clocks) {
        this.retention = retention;
        this.clocks = clocks;
    }

    @Override
    public void init(ProcessorContext<Void, Void> context) {
        super.init(context);
        store = context.getStateStore(StoreNames.UPLOADER_AUDITS);
        ages = new AgeIndex(context.getStateStore(StoreNames.UPLOADER_AUDIT_AGES));
        clock = clocks.clock(context.taskId() + " audits-by-uploader", context.currentSystemTimeMs());
        context.schedule(
                SWEEP_EVERY,
                PunctuationType.WALL_CLOCK_TIME,
                wall -> clock.look(wall).ifPresent(this::sweep));
    }

    @Override
    public void close() {
        clock.close();
    }

    @Override
    public void process(Record<String, AuditMove> record) {
        clock.saw(record.timestamp());
        AttackAudit audit = record.value().audit();
        String key = StoreKey.uploaderAudit(
                audit.getTenant(),
                audit.getUploaderId(),
                audit.getDetectedAt(),
                audit.getImageId(),
                audit.getKind().name());
        if (record.value().erased()) {
            store.delete(key);
            ages.remove(audit.getDetectedAt(), key);
        } else {
            store.put(key, audit);
            ages.add(audit.getDetectedAt(), key);
        }
    }

    private void sweep(Instant now) {
        for (AgeIndex.Due due : ages.due(now.minus(retention), MOST_A_SWEEP)) {
            store.delete(due.key());
            ages.remove(due.at(), due.key());
        }
    }
}
