package io.bulwark.imaging.animation;

import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.PixelBudget.Lease;
import io.bulwark.imaging.Raster;
import io.bulwark.imaging.Raster.ColourConversion;
import io.bulwark.imaging.RefusedException;
import java.util.Optional;
import java.util.function.Supplier;

/** A file of several frames. What is kept of it in memory does not grow with their number. One thread uses it. */
public interface Animation {

    /** Columns of the canvas. */
    int width();

    /** Rows of the canvas. */
    int height();

    /** EXIF orientation of all frames, 1 to 8. */
    default int orientation() {
        return 1;
    }

    /** How the colours of all frames become sRGB; the canvas is drawn in the file's own. */
    default Optional<ColourConversion> colour() {
        return Optional.empty();
    }

    /** Whether it is repeated for ever; else its last frame stays. */
    boolean endless();

    /**
     * Reads the file from its first frame on. Only the frame that was given last may be drawn.
     *
     * @return gives the next frame, null behind the last; throws {@link io.bulwark.imaging.RefusedException} where the
     *     file is damaged
     */
    Supplier<AnimationFrame> play();

    /**
     * Time that drawing a pixel takes at the worst, as a multiple of a GIF's: what is allowed of pixels is divided by
     * it, so that the limit is one of time.
     */
    default int effort() {
        return 1;
    }

    /** Heap that {@link #prepare} and the drawing of frames take, beside the canvas. */
    long readerBytes(Scan scan);

    /** Makes room for the largest frame. To be called once, after the memory was leased and before a frame is drawn. */
    void prepare(Scan scan);

    /**
     * The first frame as a picture, right after it was drawn: as the canvas shows it, or in the mode that the format's
     * stills have.
     */
    default Raster firstPicture(Canvas canvas) {
        return canvas.picture(orientation()).withColour(colour());
    }

    /**
     * What drawing an animation would cost, counted from its frames' headers before anything is allocated.
     *
     * @param frames of the file
     * @param largestPixels of the largest frame
     * @param undoPixels of the canvas that the largest frame that is undone can cover
     */
    record Scan(int frames, int largestPixels, int undoPixels) {

        /**
         * Walks an animation's headers.
         *
         * @throws RefusedException if there are more frames, or more pixels to decode, clear and put back, than are
         *     allowed
         */
        public static Scan of(String format, Animation animation, Lease lease) {
            DecodeLimits limits = lease.limits();
            lease.checkPixels(format, animation.width(), animation.height());
            int frames = 0;
            long work = 0;
            long largest = 0;
            long undone = 0;
            Supplier<AnimationFrame> play = animation.play();
            for (AnimationFrame frame = play.get(); frame != null; frame = play.get()) {
                AnimationFrame.Placement place = frame.placement();
                if (place.pixels() > 0) {
                    lease.checkPixels(format + " frame", place.width(), place.height());
                }
                frames++;
                work += animation.effort() * place.pixels();
                work += place.disposal() == AnimationFrame.Disposal.KEEP ? 0 : place.pixels();
                largest = Math.max(largest, place.pixels());
                undone = place.disposal() == AnimationFrame.Disposal.UNDO ? Math.max(undone, place.pixels()) : undone;
                check(format, frames, work, limits);
            }
            return new Scan(
                    frames, (int) largest, (int) Math.min(undone, (long) animation.width() * animation.height()));
        }

        private static void check(String format, int frames, long work, DecodeLimits limits) {
            if (frames > limits.maxAnimationFrames()) {
                throw RefusedException.tooLarge(format + " has more than " + limits.maxAnimationFrames()
                        + " frames, which is what is allowed (bulwark.decode.max-animation-frames)");
            }
            if (frames > 1 && work > limits.maxAnimationPixels()) {
                throw RefusedException.tooLarge(
                        format + " has work of " + work + " pixels of a GIF in its first " + frames
                                + " frames, at most " + limits.maxAnimationPixels()
                                + " are allowed (bulwark.decode.max-animation-pixels)");
            }
        }
    }
}
