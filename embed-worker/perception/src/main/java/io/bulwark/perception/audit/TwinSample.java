package io.bulwark.perception.audit;

import io.bulwark.imaging.SamplingKey;
import io.bulwark.perception.verdict.Testimony;
import java.nio.charset.StandardCharsets;

/**
 * Which images the twin is asked about: a second encoder costs as much as the first. Immutable; any thread.
 *
 * @param share of all images, above 0 up to 1
 * @param key by which it is drawn: nobody who lacks it can upload what the twin does not see
 */
public record TwinSample(double share, SamplingKey key) {

    /** Distance from a threshold within which attacks end that leave off as soon as the decision turns. */
    static final double NEAR = 0.1;

    /** Sets the draw apart from others of the same key and file, of which one is published. */
    private static final String USE = "twin:";

    public TwinSample {
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException(
                    "bulwark.twin.sample is " + share + ", allowed is a share above 0 up to 1");
        }
    }

    /** The twin is asked about all. */
    public static TwinSample all() {
        return new TwinSample(1, SamplingKey.publicKey());
    }

    /** Whether it sees every batch beside the encoder, before anything is decided. */
    public boolean isOfAll() {
        return share == 1;
    }

    /**
     * Whether it is asked about an image that was decided.
     *
     * @param sha256 of the file
     * @param said what was decided
     * @param suspicious whether something else points at an attack
     */
    public boolean wants(String sha256, Testimony said, boolean suspicious) {
        return isOfAll()
                || suspicious
                || said.judgement().margin() <= NEAR
                || key.draws((USE + sha256).getBytes(StandardCharsets.US_ASCII)).next() < share;
    }
}
