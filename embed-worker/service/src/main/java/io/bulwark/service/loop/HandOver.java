package io.bulwark.service.loop;

import io.bulwark.events.Reason;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.outcome.UploadInFlight;
import io.bulwark.service.pipeline.UploadSink;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** From the line of what was read into the pipeline. Owned by the loop's thread. */
final class HandOver {

    private final UploadSink pipeline;
    private final InFlight inFlight;
    private final PoisonBreaker breaker;
    private final Quiet quiet;
    private final LoopReport report;
    private final NanoClock clock;
    private final Runnable onAnswered;

    /**
     * Makes it.
     *
     * @param onAnswered called for each upload that is answered, on any thread
     */
    HandOver(
            UploadSink pipeline,
            InFlight inFlight,
            PoisonBreaker breaker,
            Quiet quiet,
            LoopReport report,
            NanoClock clock,
            Runnable onAnswered) {
        this.pipeline = pipeline;
        this.inFlight = inFlight;
        this.breaker = breaker;
        this.quiet = quiet;
        this.report = report;
        this.clock = clock;
        this.onAnswered = onAnswered;
    }

    /** Sends what may go into the pipeline. A suspect goes alone, and not before its mark stands. */
    void handOn() {
        for (ConsumerRecord<byte[], byte[]> record : breaker.next(quiet.isQuiet(inFlight.uploads()))) {
            UploadInFlight upload = new UploadInFlight(record, clock, onAnswered, report.begins(record));
            inFlight.add(upload);
            if (breaker.onTrial().isPresent()) {
                // Answered for its deadline, it may run on; the next suspect waits for that.
                quiet.disturbed();
            }
            switch (breaker.handling(record)) {
                case TRY, RETRY -> pipeline.submit(upload);
                case REFUSE -> {
                    report.poison(upload);
                    pipeline.refusePoison(upload);
                }
                case BURY -> {
                    report.poison(upload);
                    upload.deadLetter(
                            Reason.POISON.name(),
                            "The upload was alone when two workers died, and the next one died over reading its event");
                }
            }
        }
    }
}
