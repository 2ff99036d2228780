package io.bulwark.service.telemetry;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;

/** What confines the decoder processes of a worker, a score server or a preview, as a number. Any thread. */
final class IsolationGauge {

    private final AtomicInteger complete = new AtomicInteger();

    IsolationGauge(MeterRegistry registry) {
        Gauge.builder("bulwark.decoder.isolated", complete, AtomicInteger::get)
                .description(
                        "1 where Landlock and seccomp confine the decoder processes, 0 where less does or none has started")
                .register(registry);
    }

    void set(boolean isComplete) {
        complete.set(isComplete ? 1 : 0);
    }
}
