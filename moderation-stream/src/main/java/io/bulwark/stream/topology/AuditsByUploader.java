package io.bulwark.stream.topology;

import io.bulwark.events.AttackAudit;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.WindowStore;

/** Keeps attack audits by uploader for the store's retention. Takes each audit once. One stream thread calls. */
final class AuditsByUploader extends ContextualProcessor<String, AttackAudit, Void, Void> {

    private WindowStore<String, AttackAudit> store;

    @Override
    public void init(ProcessorContext<Void, Void> context) {
        super.init(context);
        store = context.getStateStore(StoreNames.UPLOADER_AUDITS);
    }

    @Override
    public void process(Record<String, AttackAudit> record) {
        AttackAudit audit = record.value();
        store.put(
                AuditKeys.ofUploader(record.key(), audit),
                audit,
                audit.getDetectedAt().toEpochMilli());
    }
}
