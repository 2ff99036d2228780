package io.bulwark.service.loop;

import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.lifecycle.ThreadWatch;
import io.bulwark.service.lifecycle.VerdictGate;
import io.bulwark.service.telemetry.Tracing;
import io.bulwark.service.telemetry.WorkerMetrics;
import java.time.Clock;

/**
 * What every loop of a worker finds around it.
 *
 * @param banks what verdicts wait for
 * @param clock that waits are measured with
 * @param wallClock that latencies are told by
 */
public record LoopEnvironment(
        VerdictGate banks,
        WorkerMetrics metrics,
        Tracing tracing,
        NanoClock clock,
        Clock wallClock,
        ThreadWatch watch) {}
