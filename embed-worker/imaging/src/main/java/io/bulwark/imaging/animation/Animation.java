package io.bulwark.imaging.animation;

import io.bulwark.imaging.ColourConversion;
import io.bulwark.imaging.Raster;
import java.util.Iterator;
import java.util.Optional;

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
     * @return frames, each read when it is asked for, which throws {@link io.bulwark.imaging.RefusedException} where the
     *     file is damaged
     */
    Iterator<AnimationFrame> play();

    /**
     * Time that drawing a pixel takes at the worst, as a multiple of a GIF's: what is allowed of pixels is divided by it, so
     * that the limit is one of time.
     */
    default int effort() {
        return 1;
    }

    /** Heap that {@link #prepare} and the drawing of frames take, beside the canvas. */
    long readerBytes(AnimationScan scan);

    /** Makes room for the largest frame. To be called once, after the memory was leased and before a frame is drawn. */
    void prepare(AnimationScan scan);

    /**
     * The first frame as a picture, right after it was drawn: as the canvas shows it, or in the mode that the format's
     * stills have.
     */
    default Raster firstPicture(Canvas canvas) {
        return canvas.picture(orientation()).withColour(colour());
    }
}
