package io.bulwark.service.pipeline;

import java.time.Duration;

/**
 * Bounds of preparation.
 *
 * @param threads that read events and wait for the processes that decode
 * @param maxReadyBytes bytes of views that wait for the encoder
 * @param promptThreads that try to fetch before an upload is deferred
 * @param prompt time that such a try has
 * @param patientThreads that fetch for deferred uploads
 * @param patientPerHost of these for one host
 * @param patience time that such a fetch has
 */
public record PreparationLimits(
        int threads,
        long maxReadyBytes,
        int promptThreads,
        Duration prompt,
        int patientThreads,
        int patientPerHost,
        Duration patience) {}
