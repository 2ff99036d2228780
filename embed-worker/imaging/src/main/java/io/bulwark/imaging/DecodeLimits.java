package io.bulwark.imaging;

import java.io.Serializable;

/**
 * What a file may cost before it is refused. All of it is checked from headers, before pixels are decoded.
 *
 * @param maxPixels width times height of one picture; 50 megapixels is what imgproxy allows
 * @param maxAnimationPixels pixels of all frames of an animation together, since each frame has to be decoded to draw
 *     the next: bounds the time that a small file of many large frames can take
 * @param memoryBytes heap that all decodes running at once may fill with pixels; a picture that needs more is refused,
 *     one that must wait for others waits
 * @param maxFrames pictures taken from an animation, the first frame included
 */
public record DecodeLimits(long maxPixels, long maxAnimationPixels, long memoryBytes, int maxFrames)
        implements Serializable {

    private static final long MEGA = 1_000_000;

    public DecodeLimits {
        if (maxPixels < 1 || maxAnimationPixels < 1 || memoryBytes < 1 || maxFrames < 1) {
            throw new IllegalArgumentException("Decode limits must be at least 1, found maxPixels=" + maxPixels
                    + " maxAnimationPixels=" + maxAnimationPixels + " memoryBytes=" + memoryBytes + " maxFrames="
                    + maxFrames);
        }
    }

    /** 50 megapixels a picture, 500 an animation, nine frames, and a third of this JVM's largest heap for pixels. */
    public static DecodeLimits standard() {
        return forHeap(Runtime.getRuntime().maxMemory());
    }

    /** The standard limits for a heap of a given size: pixels of decodes in progress fill at most a third of it. */
    public static DecodeLimits forHeap(long heapBytes) {
        return new DecodeLimits(50 * MEGA, 500 * MEGA, Math.max(1, heapBytes / 3), 9);
    }

    /** The same limits with another pixel cap. */
    public DecodeLimits withMaxPixels(long pixels) {
        return new DecodeLimits(pixels, maxAnimationPixels, memoryBytes, maxFrames);
    }

    /** The same limits with another memory budget. */
    public DecodeLimits withMemoryBytes(long bytes) {
        return new DecodeLimits(maxPixels, maxAnimationPixels, bytes, maxFrames);
    }
}
