package io.bulwark.imaging.gif;

import io.bulwark.imaging.DecodeResult;
import io.bulwark.imaging.ImageFormat;
import io.bulwark.imaging.PixelBudget.Lease;
import io.bulwark.imaging.Raster;
import io.bulwark.imaging.Raster.Mode;
import io.bulwark.imaging.RefusedException;
import io.bulwark.imaging.animation.Animation;
import io.bulwark.imaging.animation.Animation.AnimationFrame;
import io.bulwark.imaging.animation.AnimationDecoder;
import io.bulwark.imaging.animation.Canvas;
import java.util.Arrays;
import java.util.function.Supplier;

/** GIF: the first frame as Pillow gives it (palette indices), further ones as a viewer shows them. */
public final class GifDecoder {

    private static final String NAME = "GIF";

    private final Lease lease;

    public GifDecoder(Lease lease) {
        this.lease = lease;
    }

    /** @throws RefusedException if the file is damaged or costs more than is allowed */
    public DecodeResult decode(byte[] file) {
        Gif gif = new Gif(file);
        Animation.Scan scan = Animation.Scan.of(NAME, gif, lease);
        if (scan.frames() > 1) {
            return new AnimationDecoder(NAME, lease).decode(gif, scan, file);
        }
        lease.reserveBytes(NAME, gif.width, gif.height, gif.readerBytes(scan) + gif.stillBytes());
        gif.prepare(scan);
        gif.indices(gif.first);
        return DecodeResult.Decoded.still(ImageFormat.GIF.title(), gif.picture());
    }

    /** A GIF's frames in turn; palettes and data stay in the file. One thread uses it. */
    private static final class Gif implements Animation {

        private static final int COLOURS = 256;
        private static final int RGBA = 4;

        /** Offset of the digit in which GIF87a and GIF89a differ. */
        private static final int VERSION = 4;

        private final byte[] file;
        private final GifBlocks.Frame first;
        private final int width;
        private final int height;
        private final boolean endless;
        private final byte[] palette = new byte[COLOURS * RGBA];
        private byte[] indices;
        private byte[] row;
        private LzwDecoder lzw;

        /** @throws RefusedException if the file is cut short, or holds no picture */
        Gif(byte[] file) {
            this.file = file;
            GifBlocks blocks = new GifBlocks(file);
            this.first = blocks.next();
            if (first == null) {
                throw RefusedException.corrupt("GIF file ends without a picture");
            }
            // A screen smaller than its first frame is a common slip; viewers enlarge it.
            this.width = Math.max(blocks.width(), first.placement().left() + first.width());
            this.height = Math.max(blocks.height(), first.placement().top() + first.height());
            if (file[VERSION] == '7' && (first.width() < width || first.height() < height)) {
                throw RefusedException.corrupt("GIF87a of " + width + "x" + height + " pixels has a picture of "
                        + first.width() + "x" + first.height() + ": some browsers show nothing but that");
            }
            while (blocks.next() != null) {
                // The last block says whether the animation is repeated.
            }
            this.endless = blocks.endless();
        }

        @Override
        public int width() {
            return width;
        }

        @Override
        public int height() {
            return height;
        }

        @Override
        public boolean endless() {
            return endless;
        }

        /** Heap that the first frame takes as a picture. */
        long stillBytes() {
            return GifPicture.bytes(first, width, height);
        }

        private Raster picture() {
            return new GifPicture(first, indices, file, width, height).make();
        }

        @Override
        public Raster firstPicture(Canvas canvas) {
            return picture();
        }

        @Override
        public long readerBytes(Scan scan) {
            return LzwDecoder.BYTES + scan.largestPixels() + (long) width * RGBA;
        }

        @Override
        public void prepare(Scan scan) {
            lzw = new LzwDecoder(file);
            indices = new byte[scan.largestPixels()];
            row = new byte[width * RGBA];
        }

        @Override
        public Supplier<AnimationFrame> play() {
            GifBlocks blocks = new GifBlocks(file);
            return () -> {
                GifBlocks.Frame frame = blocks.next();
                return frame == null
                        ? null
                        : new AnimationFrame(frame.placement(), frame.blend(), canvas -> draw(frame, canvas));
            };
        }

        /** Decodes a frame's palette indices, rows in the order of the data; valid until the next frame. */
        private void indices(GifBlocks.Frame frame) {
            int count = frame.width() * frame.height();
            int found = lzw.decode(frame.data(), frame.minimumCodeSize(), indices, count);
            if (found < count) {
                throw RefusedException.corrupt("GIF frame ends after " + found + " of " + count + " pixels");
            }
        }

        /** RGBA of all 256 indices: opaque black behind the palette's end, alpha 0 for the transparent one. */
        private void readPalette(GifBlocks.Frame frame) {
            for (int i = 0; i < COLOURS; i++) {
                for (int c = 0; c < 3; c++) {
                    palette[RGBA * i + c] = i < frame.entries() ? file[frame.palette() + 3 * i + c] : 0;
                }
                palette[RGBA * i + 3] = (byte) (i == frame.transparent() ? 0 : 255);
            }
        }

        private void draw(GifBlocks.Frame frame, Canvas canvas) {
            indices(frame);
            readPalette(frame);
            int columns = Math.min(frame.width(), width - frame.placement().left());
            for (int y = 0; y < frame.height(); y++) {
                int from = frame.storedRow(y) * frame.width();
                for (int x = 0; x < columns; x++) {
                    System.arraycopy(palette, RGBA * (indices[from + x] & 0xff), row, RGBA * x, RGBA);
                }
                canvas.row(y, row, 0, frame.blend());
            }
        }
    }

    /**
     * A GIF's first frame as Pillow gives it: mode P, or L where the palette is the ramp of grays; outside the frame
     * the transparent index, or the first colour. That colour is transparent there, as in browsers, which Pillow does
     * not say.
     */
    private static final class GifPicture {

        private static final int RGBA = 4;
        private static final int INDICES = 256;

        private final GifBlocks.Frame frame;
        private final byte[] indices;
        private final byte[] file;
        private final int width;
        private final int height;

        /**
         * A picture to be made.
         *
         * @param indices of the frame, rows in the order of the data
         * @param width of the screen
         * @param height of the screen
         */
        GifPicture(GifBlocks.Frame frame, byte[] indices, byte[] file, int width, int height) {
            this.frame = frame;
            this.indices = indices;
            this.file = file;
            this.width = width;
            this.height = height;
        }

        /** Bytes of its samples, at most. */
        static long bytes(GifBlocks.Frame frame, int width, int height) {
            return (long) width * height * (covers(frame, width, height) || frame.transparent() >= 0 ? 1 : RGBA);
        }

        private static boolean covers(GifBlocks.Frame frame, int width, int height) {
            // The screen is at least as large as its first frame.
            return frame.width() == width && frame.height() == height;
        }

        Raster make() {
            byte[] palette = palette();
            int outside = frame.transparent();
            if (outside < 0 && !covers(frame, width, height)) {
                outside = unused();
                if (outside < 0) {
                    return rgba(palette);
                }
                palette = withTransparentFirst(palette, outside);
            }
            byte[] samples = samples(Math.max(0, outside));
            if (outside != frame.transparent() || !isGrayRamp(palette)) {
                return new Raster(Mode.P, width, height, samples, palette, 1);
            }
            byte[] key = outside < 0 ? new byte[0] : new byte[] {(byte) outside, 0, 0, 0};
            return new Raster(Mode.L, width, height, samples, key, 1);
        }

        private byte[] samples(int outside) {
            byte[] samples = new byte[width * height];
            Arrays.fill(samples, (byte) outside);
            int at = frame.placement().top() * width + frame.placement().left();
            for (int y = 0; y < frame.height(); y++) {
                System.arraycopy(indices, frame.storedRow(y) * frame.width(), samples, at + y * width, frame.width());
            }
            return samples;
        }

        /** An index that no pixel has, -1 if all are taken. */
        private int unused() {
            boolean[] used = new boolean[INDICES];
            for (int i = 0; i < frame.width() * frame.height(); i++) {
                used[indices[i] & 0xff] = true;
            }
            int index = INDICES - 1;
            while (index >= 0 && used[index]) {
                index--;
            }
            return index;
        }

        /** A palette with the first colour once more, transparent. */
        private static byte[] withTransparentFirst(byte[] palette, int index) {
            byte[] longer = Arrays.copyOf(palette, Math.max(palette.length, RGBA * (index + 1)));
            for (int i = palette.length + 3; i < longer.length; i += RGBA) {
                longer[i] = (byte) 255;
            }
            for (int c = 0; c < RGBA; c++) {
                longer[RGBA * index + c] = c == 3 ? 0 : palette[c];
            }
            return longer;
        }

        /** Where all 256 colours are in use there is no index left for what is outside. */
        private Raster rgba(byte[] palette) {
            byte[] samples = new byte[width * height * RGBA];
            for (int y = 0; y < frame.height(); y++) {
                int from = frame.storedRow(y) * frame.width();
                int to = ((frame.placement().top() + y) * width
                                + frame.placement().left())
                        * RGBA;
                for (int x = 0; x < frame.width(); x++) {
                    int entry = RGBA * (indices[from + x] & 0xff);
                    for (int c = 0; c < RGBA; c++) {
                        samples[to + RGBA * x + c] =
                                entry < palette.length ? palette[entry + c] : (byte) (c == 3 ? 255 : 0);
                    }
                }
            }
            return new Raster(Mode.RGBA, width, height, samples, new byte[0], 1);
        }

        /**
         * {@code [entries, 4]} RGBA, the transparent entry with alpha 0; it may be one behind the file's, the rest
         * black.
         */
        private byte[] palette() {
            byte[] rgba = new byte[Math.max(frame.entries(), frame.transparent() + 1) * RGBA];
            for (int i = 0; i < rgba.length / RGBA; i++) {
                if (i < frame.entries()) {
                    System.arraycopy(file, frame.palette() + 3 * i, rgba, RGBA * i, 3);
                }
                rgba[RGBA * i + 3] = (byte) (i == frame.transparent() ? 0 : 255);
            }
            return rgba;
        }

        private static boolean isGrayRamp(byte[] palette) {
            for (int i = 0; i < palette.length / RGBA; i++) {
                byte level = (byte) i;
                if (palette[RGBA * i] != level || palette[RGBA * i + 1] != level || palette[RGBA * i + 2] != level) {
                    return false;
                }
            }
            return true;
        }
    }
}
