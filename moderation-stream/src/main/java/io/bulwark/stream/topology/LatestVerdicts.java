package io.bulwark.stream.topology;

import io.bulwark.events.UploaderStats;
import io.bulwark.events.Verdict;
import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Keeps the verdict in force for each image (see {@link Precedence}) and sends on what that changes in the uploader's
 * statistics. A tombstone removes the verdict and leaves the statistics as they are. One stream thread calls.
 */
final class LatestVerdicts extends ContextualProcessor<byte[], Reading<Verdict>, String, UploaderStats> {

    private static final Duration SWEEP_EVERY = Duration.ofMinutes(1);

    private final Duration retention;
    private final UploaderDeltas deltas;
    private final TopologyEvents events;
    private KeyValueStore<String, StoredVerdict> store;

    LatestVerdicts(Duration retention, UploaderDeltas deltas, TopologyEvents events) {
        this.retention = retention;
        this.deltas = deltas;
        this.events = events;
    }

    @Override
    public void init(ProcessorContext<String, UploaderStats> context) {
        super.init(context);
        store = context.getStateStore(StoreNames.VERDICTS);
        var expiry = new VerdictExpiry(store, retention, VerdictExpiry.ENTRIES_A_SWEEP);
        context.schedule(
                SWEEP_EVERY,
                PunctuationType.WALL_CLOCK_TIME,
                now -> events.verdictsExpired(expiry.sweep(Instant.ofEpochMilli(now))));
    }

    @Override
    public void process(Record<byte[], Reading<Verdict>> record) {
        var reading = (Reading.Readable<Verdict>) record.value();
        if (reading.value() == null) {
            store.delete(reading.key());
            return;
        }
        Verdict verdict = reading.value();
        StoredVerdict present = store.get(reading.key());
        if (present == null) {
            keepNew(record, reading, verdict);
        } else if (!Precedence.prevails(verdict, present)) {
            events.verdictOutranked();
        } else if (isSameUpload(verdict, present.verdict())) {
            keep(reading, verdict, present.countedAt());
            if (verdict.getDecision() != present.verdict().getDecision()) {
                forward(record, deltas.moved(present, verdict));
            }
        } else {
            keepNew(record, reading, verdict);
        }
    }

    private void keepNew(Record<?, ?> record, Reading.Readable<Verdict> reading, Verdict verdict) {
        Instant countedAt = notAhead(verdict.getDecidedAt(), reading.timestamp());
        keep(reading, verdict, countedAt);
        forward(record, deltas.counted(verdict, countedAt));
    }

    private void keep(Reading.Readable<Verdict> reading, Verdict verdict, Instant countedAt) {
        store.put(reading.key(), new StoredVerdict(verdict, reading.coordinates(), countedAt));
        events.verdictKept(verdict.getDecision());
    }

    private void forward(Record<?, ?> record, UploaderStats delta) {
        context().forward(new Record<>(delta.getUploaderId(), delta, record.timestamp()));
    }

    private static boolean isSameUpload(Verdict one, Verdict other) {
        return Precedence.sameContent(one, other) && one.getUploaderId().equals(other.getUploaderId());
    }

    /** A clock that runs ahead must not open windows in the future: see the package's notes on time. */
    static Instant notAhead(Instant said, Instant recorded) {
        return said.isAfter(recorded) ? recorded : said;
    }
}
