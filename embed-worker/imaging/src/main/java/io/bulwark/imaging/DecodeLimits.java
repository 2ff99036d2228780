package io.bulwark.imaging;

import java.io.Serializable;

/**
 * What a file may cost before it is refused. All of it is checked from headers, before pixels are decoded.
 *
 * @param maxPixels width times height of one picture; 50 megapixels is what imgproxy allows
 * @param maxAnimationPixels pixels that are decoded, cleared or put back to draw all frames of an animation once, since
 *     each frame has to be drawn to draw the next: bounds the time that a small file of many large frames can take
 * @param maxAnimationFrames frames of an animation: bounds what is kept of each
 * @param memoryBytes heap that all decodes running at once may fill; a picture that needs more is refused, one that
 *     must wait for others waits
 * @param sampling which frames of an animation are taken
 */
public record DecodeLimits(
        long maxPixels, long maxAnimationPixels, int maxAnimationFrames, long memoryBytes, FrameSampling sampling)
        implements Serializable {

    private static final long MEGA = 1_000_000;

    public DecodeLimits {
        if (maxPixels < 1 || maxAnimationPixels < 1 || maxAnimationFrames < 1 || memoryBytes < 1) {
            throw new IllegalArgumentException("Decode limits must be at least 1, found maxPixels=" + maxPixels
                    + " maxAnimationPixels=" + maxAnimationPixels + " maxAnimationFrames=" + maxAnimationFrames
                    + " memoryBytes=" + memoryBytes);
        }
    }

    /**
     * 50 megapixels a picture, 250 an animation, 10,000 frames of which nine are taken, and a third of this JVM's heap.
     */
    public static DecodeLimits standard() {
        return forHeap(Runtime.getRuntime().maxMemory());
    }

    /** The standard limits for a heap of a given size: decodes in progress fill at most a third of it. */
    public static DecodeLimits forHeap(long heapBytes) {
        return new DecodeLimits(50 * MEGA, 250 * MEGA, 10_000, Math.max(1, heapBytes / 3), FrameSampling.standard());
    }

    /** The same limits with another pixel cap. */
    public DecodeLimits withMaxPixels(long pixels) {
        return new DecodeLimits(pixels, maxAnimationPixels, maxAnimationFrames, memoryBytes, sampling);
    }

    /** The same limits with another memory budget. */
    public DecodeLimits withMemoryBytes(long bytes) {
        return new DecodeLimits(maxPixels, maxAnimationPixels, maxAnimationFrames, bytes, sampling);
    }

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

        /** Eight frames by the public key. */
        public static FrameSampling standard() {
            return new FrameSampling(STANDARD_FRAMES, SamplingKey.publicKey());
        }
    }
}
