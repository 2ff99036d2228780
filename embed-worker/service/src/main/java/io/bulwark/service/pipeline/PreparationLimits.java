package io.bulwark.service.pipeline;

import java.time.Duration;

/**
 * Bounds of preparation.
 *
 * @param threads that read events and wait for the processes that decode
 * @param fetchThreads that fetch
 * @param fetchDeadline time that a fetch has
 * @param maxReadyBytes bytes of views that wait for the encoder
 */
public record PreparationLimits(int threads, int fetchThreads, Duration fetchDeadline, long maxReadyBytes) {}
