package io.bulwark.imaging.animation;

import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.PixelBudget.Lease;
import io.bulwark.imaging.RefusedException;
import java.util.Iterator;

/**
 * What drawing an animation would cost, counted from its frames' headers before anything is allocated.
 *
 * @param frames of the file
 * @param largestPixels of the largest frame
 * @param undoPixels of the canvas that the largest frame that is undone can cover
 */
public record AnimationScan(int frames, int largestPixels, int undoPixels) {

    /**
     * Walks an animation's headers.
     *
     * @throws RefusedException if there are more frames, or more pixels to decode, clear and put back, than are allowed
     */
    public static AnimationScan of(String format, Animation animation, Lease lease) {
        DecodeLimits limits = lease.limits();
        lease.checkPixels(format, animation.width(), animation.height());
        int frames = 0;
        long work = 0;
        long largest = 0;
        long undone = 0;
        for (Iterator<AnimationFrame> play = animation.play(); play.hasNext(); ) {
            Placement place = play.next().placement();
            if (place.pixels() > 0) {
                lease.checkPixels(format + " frame", place.width(), place.height());
            }
            frames++;
            work += animation.effort() * place.pixels();
            work += place.disposal() == Disposal.KEEP ? 0 : place.pixels();
            largest = Math.max(largest, place.pixels());
            undone = place.disposal() == Disposal.UNDO ? Math.max(undone, place.pixels()) : undone;
            check(format, frames, work, limits);
        }
        return new AnimationScan(
                frames, (int) largest, (int) Math.min(undone, (long) animation.width() * animation.height()));
    }

    private static void check(String format, int frames, long work, DecodeLimits limits) {
        if (frames > limits.maxAnimationFrames()) {
            throw RefusedException.tooLarge(format + " has more than " + limits.maxAnimationFrames()
                    + " frames, which is what is allowed (bulwark.decode.max-animation-frames)");
        }
        if (frames > 1 && work > limits.maxAnimationPixels()) {
            throw RefusedException.tooLarge(format + " has work of " + work + " pixels of a GIF in its first " + frames
                    + " frames, at most " + limits.maxAnimationPixels()
                    + " are allowed (bulwark.decode.max-animation-pixels)");
        }
    }
}
