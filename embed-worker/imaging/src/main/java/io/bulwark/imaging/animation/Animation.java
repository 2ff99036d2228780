package io.bulwark.imaging.animation;

import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.PixelBudget.Lease;
import io.bulwark.imaging.Raster;
import io.bulwark.imaging.Raster.ColourConversion;
import io.bulwark.imaging.RefusedException;
import java.util.Optional;
import java.util.function.Consumer;
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

    /**
     * One frame of an animation, undecoded.
     *
     * @param placement where it is drawn
     * @param blend how it is drawn over the canvas, by its header: {@link Blend#SOURCE} leaves nothing of what is there
     * @param drawing decodes it and gives its rows to a canvas; throws {@link io.bulwark.imaging.RefusedException} if
     *     it is damaged
     */
    record AnimationFrame(Placement placement, Blend blend, Consumer<Canvas> drawing) {

        /**
         * Where and for how long a frame is seen.
         *
         * @param left column of the canvas at which it begins
         * @param top row of the canvas at which it begins
         * @param width of the frame in pixels; what reaches out of the canvas is not seen
         * @param height of the frame in pixels
         * @param disposal what becomes of its rectangle afterwards
         * @param millis for which it is shown, as browsers do
         */
        public record Placement(int left, int top, int width, int height, Disposal disposal, int millis) {

            /** A delay that asks for no more than this is taken for a mistake by all browsers ... */
            private static final int HASTY_MILLIS = 10;

            /** ... which show the frame for this long. */
            private static final int USUAL_MILLIS = 100;

            public Placement {
                millis = millis <= HASTY_MILLIS ? USUAL_MILLIS : millis;
            }

            /** Pixels in the file, seen or not. */
            public long pixels() {
                return (long) width * height;
            }

            /** Columns that are seen on a canvas. */
            int columns(int canvasWidth) {
                return Math.max(0, Math.min(width, canvasWidth - left));
            }

            /** Rows that are seen on a canvas. */
            int rows(int canvasHeight) {
                return Math.max(0, Math.min(height, canvasHeight - top));
            }
        }

        /** What becomes of a frame's rectangle when the next frame is drawn. */
        public enum Disposal {
            /** It stays. */
            KEEP,

            /** It becomes transparent, whatever background colour the file names: browsers ignore that colour. */
            CLEAR,

            /** It becomes what it was before the frame. */
            UNDO
        }

        /** How a frame's pixels meet what is on the canvas. */
        public enum Blend {
            /** They replace it, their transparency included. */
            SOURCE,

            /** They are laid over it. */
            OVER
        }
    }
}
