package io.bulwark.perception.audit;

import io.bulwark.imaging.SamplingKey;
import java.nio.charset.StandardCharsets;

/**
 * Which images leave their scores in an audit although no detector fired. Detectors publish what exceeds a threshold, and a
 * distribution cannot be drawn from its tail. Immutable; any thread.
 *
 * @param share of all images, from 0 to 1
 * @param key by which it is drawn from the file
 */
public record AuditSample(double share, SamplingKey key) {

    /** Sets the draw apart from others of the same key and file, of which one is published. */
    private static final String USE = "audit:";

    public AuditSample {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("bulwark.audit.sample is " + share + ", allowed is a share from 0 to 1");
        }
    }

    /** No image. */
    public static AuditSample none() {
        return new AuditSample(0, SamplingKey.publicKey());
    }

    /**
     * Whether a file is drawn.
     *
     * @param sha256 of the file, lower-case hexadecimal
     */
    public boolean draws(String sha256) {
        return share > 0
                && key.draws((USE + sha256).getBytes(StandardCharsets.US_ASCII)).next() < share;
    }
}
