package io.bulwark.imaging.webp;

import io.bulwark.imaging.ByteCursor;
import io.bulwark.imaging.ColourConversion;
import io.bulwark.imaging.RefusedException;
import io.bulwark.imaging.animation.Animation;
import io.bulwark.imaging.animation.AnimationFrame;
import io.bulwark.imaging.animation.AnimationScan;
import io.bulwark.imaging.animation.Blend;
import io.bulwark.imaging.animation.Canvas;
import io.bulwark.imaging.animation.Disposal;
import io.bulwark.imaging.animation.Placement;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;

/** An animated WebP's frames in turn; data stays in the file. One thread uses it. */
final class WebpAnimation implements Animation {

    private static final int CLEARED = 1;
    private static final int REPLACES = 2;

    private final byte[] file;
    private final WebpStructure webp;
    private boolean endless;
    private long frameBytes;
    private byte[] row = {};

    WebpAnimation(byte[] file, WebpStructure webp) {
        this.file = file;
        this.webp = webp;
    }

    @Override
    public int width() {
        return webp.width();
    }

    @Override
    public int height() {
        return webp.height();
    }

    /** Chromium heeds no profile of an animation. */
    @Override
    public Optional<ColourConversion> colour() {
        return Optional.empty();
    }

    @Override
    public boolean endless() {
        return endless;
    }

    /** Lossless and lossy alike. */
    @Override
    public int effort() {
        return 5;
    }

    @Override
    public long readerBytes(AnimationScan scan) {
        return frameBytes + (long) width() * WebpPixels.RGBA;
    }

    @Override
    public void prepare(AnimationScan scan) {
        // Each frame makes room for its own planes: their kinds differ.
        row = new byte[width() * WebpPixels.RGBA];
    }

    @Override
    public Iterator<AnimationFrame> play() {
        WebpChunks chunks = WebpChunks.of(file);
        return new Iterator<>() {
            private boolean begun;
            private Drawing next = find();

            private Drawing find() {
                while (chunks.next()) {
                    if (chunks.type() == WebpChunks.ANIM && !begun) {
                        begun = true;
                        ByteCursor data = chunks.data();
                        // The background colour, of which browsers take no notice.
                        data.skip(4);
                        endless = data.u16LittleEndian() == 0;
                    } else if (chunks.type() == WebpChunks.ANMF) {
                        if (!begun) {
                            throw RefusedException.corrupt("WebP holds a frame before its animation's header");
                        }
                        return frame(chunks);
                    }
                }
                return null;
            }

            @Override
            public boolean hasNext() {
                return next != null;
            }

            @Override
            public AnimationFrame next() {
                if (next == null) {
                    throw new NoSuchElementException("A WebP has no frame behind its last");
                }
                Drawing frame = next;
                next = find();
                return frame;
            }
        };
    }

    private Drawing frame(WebpChunks chunks) {
        ByteCursor in = chunks.data();
        int left = 2 * in.u24LittleEndian();
        int top = 2 * in.u24LittleEndian();
        int width = in.u24LittleEndian() + 1;
        int height = in.u24LittleEndian() + 1;
        int millis = in.u24LittleEndian();
        int flags = in.u8();
        if (left > width() - width || top > height() - height) {
            throw RefusedException.corrupt("WebP animation of " + width() + "x" + height() + " pixels holds a frame of "
                    + width + "x" + height + " at " + left + ", " + top);
        }
        WebpChunks own = new WebpChunks(file, in.position(), chunks.end());
        if (!own.next()) {
            throw RefusedException.corrupt("WebP animation holds a frame without data");
        }
        WebpPicture picture = own.picture(webp.alpha());
        if (picture.width() != width || picture.height() != height) {
            throw RefusedException.corrupt("WebP frame says " + width + "x" + height + " pixels, its data "
                    + picture.width() + "x" + picture.height());
        }
        frameBytes = Math.max(frameBytes, picture.bytes());
        Disposal disposal = (flags & CLEARED) != 0 ? Disposal.CLEAR : Disposal.KEEP;
        return new Drawing(
                new Placement(left, top, width, height, disposal, millis),
                (flags & REPLACES) != 0 ? Blend.SOURCE : Blend.OVER,
                picture);
    }

    private final class Drawing implements AnimationFrame {

        private final Placement placement;
        private final Blend blend;
        private final WebpPicture picture;

        Drawing(Placement placement, Blend blend, WebpPicture picture) {
            this.placement = placement;
            this.blend = blend;
            this.picture = picture;
        }

        @Override
        public Placement placement() {
            return placement;
        }

        @Override
        public Blend blend() {
            return blend;
        }

        @Override
        public void draw(Canvas canvas) {
            try (WebpPixels pixels = picture.decode(file)) {
                for (int y = 0; y < picture.height(); y++) {
                    pixels.row(y, row, WebpPixels.RGBA);
                    canvas.row(y, row, 0, blend);
                }
            }
        }
    }
}
