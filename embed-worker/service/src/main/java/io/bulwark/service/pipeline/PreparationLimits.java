package io.bulwark.service.pipeline;

import java.time.Duration;

/**
 * Bounds of preparation.
 *
 * @param threads that decode and preprocess
 * @param fetchThreads that fetch
 * @param decodeDeadline time to read, decode and preprocess one file
 * @param fetchDeadline time that a fetch has
 * @param maxReadyBytes bytes of views that wait for the encoder
 */
public record PreparationLimits(
        int threads, int fetchThreads, Duration decodeDeadline, Duration fetchDeadline, long maxReadyBytes) {}
