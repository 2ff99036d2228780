package io.bulwark.imaging.png;

import io.bulwark.imaging.ByteCursor;
import io.bulwark.imaging.Raster;
import io.bulwark.imaging.Raster.ColourConversion;
import io.bulwark.imaging.Raster.Mode;
import io.bulwark.imaging.RefusedException;
import io.bulwark.imaging.animation.Animation;
import io.bulwark.imaging.animation.Animation.AnimationFrame;
import io.bulwark.imaging.animation.Animation.AnimationFrame.Blend;
import io.bulwark.imaging.animation.Animation.AnimationFrame.Disposal;
import io.bulwark.imaging.animation.Animation.AnimationFrame.Placement;
import io.bulwark.imaging.animation.Canvas;
import io.bulwark.imaging.rows.Transparency;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;

/** An animated PNG's frames in turn; data stays in the file. One thread uses it. */
final class PngAnimation implements Animation {

    private static final int RGBA = 4;
    private static final int SEQUENCE_NUMBER = 4;
    private static final int SIGNATURE = 8;
    private static final int MILLIS = 1000;

    /** What a denominator of 0 stands for. */
    private static final int USUAL_DENOMINATOR = 100;

    private final byte[] file;
    private final PngDecoder.Picture picture;
    private final PngHeader header;
    private final int announced;
    private final boolean endless;
    private byte[] samples;
    private byte[] row;

    /**
     * An animation.
     *
     * @param announced frames that there are, by the file's word; fewer if there are fewer
     * @param endless whether it is repeated for ever
     */
    PngAnimation(byte[] file, PngDecoder.Picture picture, int announced, boolean endless) {
        this.file = file;
        this.picture = picture;
        this.header = picture.header();
        this.announced = announced;
        this.endless = endless;
    }

    @Override
    public int width() {
        return header.width();
    }

    @Override
    public int height() {
        return header.height();
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
    public long readerBytes(Scan scan) {
        return (long) scan.largestPixels() * picture.mode().bytesPerPixel()
                + (long) width() * RGBA
                + PngRows.bytes(header)
                + picture.colour().bytes();
    }

    @Override
    public void prepare(Scan scan) {
        picture.conversion();
        samples = new byte[scan.largestPixels() * picture.mode().bytesPerPixel()];
        row = new byte[width() * RGBA];
    }

    @Override
    public Raster firstPicture(Canvas canvas) {
        return picture.raster(Arrays.copyOf(samples, (int) picture.bytes()));
    }

    @Override
    public Supplier<AnimationFrame> play() {
        return new Frames();
    }

    /**
     * Walks the chunks from frame to frame (PNG specification, third edition, 11.3.6), keeping none. What browsers
     * would not show, or each in another way, is refused: chunks out of sequence, a frame outside the picture, a frame
     * without data.
     */
    private final class Frames implements Supplier<AnimationFrame> {

        private final ByteCursor in = new ByteCursor(file, "PNG");

        /** Browsers take no notice of frames beyond the announced number. */
        private int left = announced;

        private int sequence;
        private boolean pictureSeen;
        private Placement control; // of the frame whose data comes next, else null
        private Blend blend;

        Frames() {
            in.skip(SIGNATURE);
        }

        /** A picture that is no part of the animation is the first frame. */
        @Override
        public AnimationFrame get() {
            while (left > 0 || control != null || !pictureSeen) {
                int at = in.position();
                int length = in.i32();
                int type = in.i32();
                int start = in.skip(length);
                in.skip(4);
                ByteCursor chunk = new ByteCursor(file, "PNG", start, start + length);
                switch (type) {
                    case PngRows.FCTL -> control(chunk);
                    case PngRows.IDAT -> {
                        if (!pictureSeen) {
                            pictureSeen = true;
                            return picture(at);
                        }
                    }
                    case PngRows.FDAT -> {
                        count(chunk);
                        if (control != null) {
                            return frame(control, blend, at, SEQUENCE_NUMBER);
                        }
                    }
                    case PngRows.IEND -> {
                        if (control != null) {
                            throw RefusedException.corrupt("PNG animation ends with a frame without data");
                        }
                        return null;
                    }
                    default -> {}
                }
            }
            return null;
        }

        private void control(ByteCursor chunk) {
            if (control != null) {
                throw RefusedException.corrupt("PNG animation holds a frame without data");
            }
            count(chunk);
            int width = chunk.i32();
            int height = chunk.i32();
            header.resized(width, height);
            int column = chunk.i32();
            int line = chunk.i32();
            boolean whole = width == header.width() && height == header.height();
            if (column < 0
                    || line < 0
                    || column > header.width() - width
                    || line > header.height() - height
                    || !pictureSeen && !whole) {
                throw RefusedException.corrupt("PNG animation of " + header.width() + "x" + header.height()
                        + " pixels holds a frame of " + width + "x" + height + " at " + column + ", " + line);
            }
            int numerator = chunk.u16();
            int denominator = chunk.u16();
            int millis = numerator * MILLIS / (denominator == 0 ? USUAL_DENOMINATOR : denominator);
            int disposal = chunk.u8();
            int blending = chunk.u8();
            if (disposal >= Disposal.values().length || blending >= Blend.values().length) {
                throw RefusedException.corrupt(
                        "PNG animation holds a frame of disposal " + disposal + " and blending " + blending);
            }
            left--;
            control = new Placement(column, line, width, height, Disposal.values()[disposal], millis);
            blend = Blend.values()[blending];
        }

        /**
         * The picture of viewers without animation: the first frame, or one that is gone before the animation begins.
         */
        private AnimationFrame picture(int at) {
            Placement place =
                    control == null ? new Placement(0, 0, header.width(), header.height(), Disposal.CLEAR, 0) : control;
            return frame(place, Blend.SOURCE, at, 0);
        }

        private AnimationFrame frame(Placement place, Blend how, int data, int skipped) {
            control = null;
            return new AnimationFrame(place, how, canvas -> draw(place, how, data, skipped, canvas));
        }

        private void count(ByteCursor chunk) {
            int found = chunk.i32();
            if (found != sequence) {
                throw RefusedException.corrupt("PNG animation holds chunk " + found + " in the place of " + sequence);
            }
            sequence++;
        }
    }

    /**
     * Draws a frame.
     *
     * @param data offset of its first data chunk
     * @param skipped bytes before the data in each of them
     */
    private void draw(Placement place, Blend blend, int data, int skipped, Canvas canvas) {
        picture.read(file, data, skipped, header.resized(place.width(), place.height()), samples);
        int rowBytes = place.width() * picture.mode().bytesPerPixel();
        Raster stored = picture.raster(samples);
        for (int y = 0; y < place.height(); y++) {
            if (picture.mode() == Mode.RGBA) {
                canvas.row(y, samples, y * rowBytes, blend);
                continue;
            }
            for (int x = 0; x < place.width(); x++) {
                Transparency.rgba(stored, y * rowBytes + x * picture.mode().bytesPerPixel(), row, RGBA * x);
            }
            canvas.row(y, row, 0, blend);
        }
    }
}
