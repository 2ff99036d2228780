package io.bulwark.imaging.gif;

import io.bulwark.imaging.DecodeResult;
import io.bulwark.imaging.ImageFormat;
import io.bulwark.imaging.PixelBudget.Lease;
import io.bulwark.imaging.Raster;
import io.bulwark.imaging.RefusedException;
import io.bulwark.imaging.animation.Animation;
import io.bulwark.imaging.animation.AnimationDecoder;
import io.bulwark.imaging.animation.AnimationFrame;
import io.bulwark.imaging.animation.Canvas;
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
}
