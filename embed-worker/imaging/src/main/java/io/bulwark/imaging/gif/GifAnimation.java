package io.bulwark.imaging.gif;

import io.bulwark.imaging.Raster;
import io.bulwark.imaging.RefusedException;
import io.bulwark.imaging.animation.Animation;
import io.bulwark.imaging.animation.AnimationFrame;
import io.bulwark.imaging.animation.AnimationScan;
import io.bulwark.imaging.animation.Blend;
import io.bulwark.imaging.animation.Canvas;
import io.bulwark.imaging.animation.Placement;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** A GIF's frames in turn; palettes and data stay in the file. One thread uses it. */
final class GifAnimation implements Animation {

    private static final int COLOURS = 256;
    private static final int RGBA = 4;

    /** Offset of the digit that tells GIF87a and GIF89a apart. */
    private static final int VERSION = 4;

    private final byte[] file;
    private final GifFrame firstFrame;
    private final int width;
    private final int height;
    private final boolean endless;
    private final byte[] palette = new byte[COLOURS * RGBA];
    private byte[] indices = {};
    private byte[] row = {};
    private LzwDecoder lzw;

    /** @throws RefusedException if the file is cut short, or holds no picture */
    GifAnimation(byte[] file) {
        this.file = file;
        GifBlocks blocks = new GifBlocks(file);
        this.firstFrame = blocks.next();
        if (firstFrame == null) {
            throw RefusedException.corrupt("GIF file ends without a picture");
        }
        // A screen smaller than its first frame is a common slip; viewers enlarge it.
        Placement place = firstFrame.placement();
        this.width = Math.max(blocks.width(), place.left() + place.width());
        this.height = Math.max(blocks.height(), place.top() + place.height());
        if (file[VERSION] == '7' && (place.width() < width || place.height() < height)) {
            throw RefusedException.corrupt("GIF87a of " + width + "x" + height + " pixels has a picture of "
                    + place.width() + "x" + place.height() + ": some browsers show nothing but that");
        }
        GifFrame frame = firstFrame;
        while (frame != null) {
            frame = blocks.next();
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
        return GifPicture.bytes(firstFrame, width, height);
    }

    /** The one frame of a still, decoded: Pillow's picture. */
    Raster still() {
        indices(firstFrame);
        return new GifPicture(firstFrame, indices, file, width, height).make();
    }

    @Override
    public Raster firstPicture(Canvas canvas) {
        return new GifPicture(firstFrame, indices, file, width, height).make();
    }

    @Override
    public long readerBytes(AnimationScan scan) {
        return LzwDecoder.BYTES + scan.largestPixels() + (long) width * RGBA;
    }

    @Override
    public void prepare(AnimationScan scan) {
        lzw = new LzwDecoder(file);
        indices = new byte[scan.largestPixels()];
        row = new byte[width * RGBA];
    }

    @Override
    public Iterator<AnimationFrame> play() {
        GifBlocks blocks = new GifBlocks(file);
        return new Iterator<>() {
            private GifFrame next = blocks.next();

            @Override
            public boolean hasNext() {
                return next != null;
            }

            @Override
            public AnimationFrame next() {
                if (next == null) {
                    throw new NoSuchElementException("A GIF has no frame behind its last");
                }
                GifFrame frame = next;
                next = blocks.next();
                return new Drawing(frame);
            }
        };
    }

    /** Decodes a frame's palette indices, rows in the order of the data; valid until the next frame. */
    private byte[] indices(GifFrame frame) {
        int count = frame.width() * frame.height();
        int found = count == 0 ? 0 : lzw.decode(frame.data(), frame.minimumCodeSize(), indices, count);
        if (found < count) {
            throw RefusedException.corrupt("GIF frame ends after " + found + " of " + count + " pixels");
        }
        return indices;
    }

    /** RGBA of all 256 indices: opaque black behind the palette's end, alpha 0 for the transparent one. */
    private void readPalette(GifFrame frame) {
        int entries = frame.entries();
        for (int i = 0; i < COLOURS; i++) {
            for (int c = 0; c < 3; c++) {
                palette[RGBA * i + c] = i < entries ? file[frame.palette() + 3 * i + c] : 0;
            }
            palette[RGBA * i + 3] = (byte) (i == frame.transparent() ? 0 : 255);
        }
    }

    private final class Drawing implements AnimationFrame {

        private final GifFrame frame;

        Drawing(GifFrame frame) {
            this.frame = frame;
        }

        @Override
        public Placement placement() {
            return frame.placement();
        }

        @Override
        public Blend blend() {
            return frame.transparent() < 0 ? Blend.SOURCE : Blend.OVER;
        }

        @Override
        public void draw(Canvas canvas) {
            byte[] stored = indices(frame);
            readPalette(frame);
            int columns =
                    Math.max(0, Math.min(frame.width(), width - placement().left()));
            for (int y = 0; y < frame.height(); y++) {
                int from = frame.storedRow(y) * frame.width();
                for (int x = 0; x < columns; x++) {
                    System.arraycopy(palette, RGBA * (stored[from + x] & 0xff), row, RGBA * x, RGBA);
                }
                canvas.row(y, row, 0, blend());
            }
        }
    }
}
