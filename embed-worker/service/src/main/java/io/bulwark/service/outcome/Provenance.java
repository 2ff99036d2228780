package io.bulwark.service.outcome;

/**
 * By what a worker decides; the same in all its verdicts.
 *
 * @param modelFingerprint of the encoder
 * @param preprocessFingerprint of decoder, preprocessing and views
 * @param samplingKeyId of the key that chooses an animation's frames
 * @param workerId who decides
 */
public record Provenance(
        String modelFingerprint, String preprocessFingerprint, String samplingKeyId, String workerId) {}
