package io.bulwark.imaging.png;

import io.bulwark.imaging.ColourConversion;
import io.bulwark.imaging.Raster;
import io.bulwark.imaging.animation.Animation;
import io.bulwark.imaging.animation.AnimationFrame;
import io.bulwark.imaging.animation.AnimationScan;
import io.bulwark.imaging.animation.Blend;
import io.bulwark.imaging.animation.Canvas;
import io.bulwark.imaging.animation.Placement;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;

/** An animated PNG's frames in turn; data stays in the file. One thread uses it. */
final class PngAnimation implements Animation {

    private static final int RGBA = 4;

    private final byte[] file;
    private final PngPicture picture;
    private final int announced;
    private final boolean endless;
    private byte[] samples = {};
    private byte[] row = {};

    /**
     * An animation.
     *
     * @param announced frames that there are, by the file's word; fewer if there are fewer
     * @param endless whether it is repeated for ever
     */
    PngAnimation(byte[] file, PngPicture picture, int announced, boolean endless) {
        this.file = file;
        this.picture = picture;
        this.announced = announced;
        this.endless = endless;
    }

    @Override
    public int width() {
        return picture.header().width();
    }

    @Override
    public int height() {
        return picture.header().height();
    }

    @Override
    public int orientation() {
        return picture.orientation();
    }

    @Override
    public Optional<ColourConversion> colour() {
        return picture.conversion();
    }

    @Override
    public boolean endless() {
        return endless;
    }

    /** Filters take a time for each byte, and inflating does. */
    @Override
    public int effort() {
        return 1 + picture.mode().bytesPerPixel();
    }

    @Override
    public long readerBytes(AnimationScan scan) {
        return (long) scan.largestPixels() * picture.mode().bytesPerPixel()
                + (long) width() * RGBA
                + PngScanlines.bytes(picture.header())
                + picture.colour().bytes();
    }

    @Override
    public void prepare(AnimationScan scan) {
        picture.conversion();
        samples = new byte[scan.largestPixels() * picture.mode().bytesPerPixel()];
        row = new byte[width() * RGBA];
    }

    @Override
    public Raster firstPicture(Canvas canvas) {
        return picture.raster(Arrays.copyOf(samples, (int) picture.bytes()));
    }

    @Override
    public Iterator<AnimationFrame> play() {
        PngFrames frames = new PngFrames(file, picture.header(), announced);
        return new Iterator<>() {
            private PngFrames.Frame next = frames.next();

            @Override
            public boolean hasNext() {
                return next != null;
            }

            @Override
            public AnimationFrame next() {
                if (next == null) {
                    throw new NoSuchElementException("A PNG has no frame behind its last");
                }
                PngFrames.Frame frame = next;
                next = frames.next();
                return new Drawing(frame);
            }
        };
    }

    private final class Drawing implements AnimationFrame {

        private final PngFrames.Frame frame;

        Drawing(PngFrames.Frame frame) {
            this.frame = frame;
        }

        @Override
        public Placement placement() {
            return frame.placement();
        }

        @Override
        public Blend blend() {
            return frame.blend();
        }

        @Override
        public void draw(Canvas canvas) {
            picture.read(file, frame.data(), frame.skipped(), frame.header(), samples);
            int width = frame.header().width();
            int rowBytes = width * picture.mode().bytesPerPixel();
            for (int y = 0; y < frame.header().height(); y++) {
                PngRgba.convert(picture, samples, y * rowBytes, width, row);
                canvas.row(y, row, 0, blend());
            }
        }
    }
}
