package io.bulwark.service.telemetry;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What one of the worker's lanes is at, tagged with its name. Any thread. */
public final class LaneMetrics {

    private final AtomicLong lag = new AtomicLong();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger suspects = new AtomicInteger();
    private final Timer latency;

    LaneMetrics(MeterRegistry registry, String lane) {
        Gauge.builder("bulwark.consumer.lag", lag, AtomicLong::get)
                .description("Uploads of this worker's partitions that have no committed answer yet")
                .tag("lane", lane)
                .register(registry);
        Gauge.builder("bulwark.uploads.in.flight", inFlight, AtomicInteger::get)
                .description("Uploads read and not yet answered")
                .tag("lane", lane)
                .register(registry);
        Gauge.builder("bulwark.uploads.suspect", suspects, AtomicInteger::get)
                .description("Uploads that are tried one at a time because a worker may have died over them, at most")
                .tag("lane", lane)
                .register(registry);
        latency = Timer.builder("bulwark.upload.latency")
                .description("From the upload record's timestamp to the commit of its answer")
                .publishPercentiles(0.5, 0.95, 0.99)
                .tag("lane", lane)
                .register(registry);
    }

    /** The answer to an upload of so long ago was committed. */
    public void answered(Duration sinceUpload) {
        latency.record(sinceUpload);
    }

    public void lag(long uploads) {
        lag.set(uploads);
    }

    public void inFlight(int uploads) {
        inFlight.set(uploads);
    }

    /** Sets how many uploads are left to try alone; returns how many there were. */
    public int suspects(int uploads) {
        return suspects.getAndSet(uploads);
    }
}
