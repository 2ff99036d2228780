package io.bulwark.imaging;

import java.io.Serializable;

/**
 * How many frames of an animation are looked at, and by whose secret some of them are chosen.
 *
 * @param frames pictures taken, the first frame included
 * @param key shared by all workers of a deployment
 */
public record FrameSampling(int frames, SamplingKey key) implements Serializable {

    private static final int STANDARD_FRAMES = 8;

    public FrameSampling {
        if (frames < 1) {
            throw new IllegalArgumentException("At least 1 frame is looked at, found " + frames);
        }
    }

    /** Eight frames by the key that everybody knows. */
    public static FrameSampling standard() {
        return new FrameSampling(STANDARD_FRAMES, SamplingKey.publicKey());
    }
}
