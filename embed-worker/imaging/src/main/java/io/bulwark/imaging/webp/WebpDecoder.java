package io.bulwark.imaging.webp;

import io.bulwark.imaging.ByteCursor;
import io.bulwark.imaging.DecodeResult;
import io.bulwark.imaging.ImageFormat;
import io.bulwark.imaging.PixelBudget.Lease;
import io.bulwark.imaging.Raster;
import io.bulwark.imaging.Raster.ColourConversion;
import io.bulwark.imaging.Raster.Mode;
import io.bulwark.imaging.RefusedException;
import io.bulwark.imaging.animation.Animation;
import io.bulwark.imaging.animation.AnimationDecoder;
import io.bulwark.imaging.animation.AnimationFrame;
import io.bulwark.imaging.animation.AnimationFrame.Blend;
import io.bulwark.imaging.animation.AnimationFrame.Disposal;
import io.bulwark.imaging.animation.AnimationFrame.Placement;
import io.bulwark.imaging.animation.Canvas;
import io.bulwark.imaging.colour.IccColour;
import java.util.Optional;
import java.util.function.Supplier;

/** WebP: lossy, lossless, with alpha, animated; bit for bit what libwebp gives. */
public final class WebpDecoder {

    private static final String NAME = "WebP";

    private final Lease lease;

    public WebpDecoder(Lease lease) {
        this.lease = lease;
    }

    /** @throws RefusedException if the file is damaged or costs more than is allowed */
    public DecodeResult decode(byte[] file) {
        WebpStructure webp = WebpStructure.parse(file);
        if (webp.still() != null) {
            return DecodeResult.Decoded.still(ImageFormat.WEBP.title(), still(file, webp));
        }
        WebpAnimation animation = new WebpAnimation(file, webp);
        Animation.Scan scan = Animation.Scan.of(NAME, animation, lease);
        if (scan.frames() == 0) {
            throw RefusedException.corrupt("WebP file ends without a picture");
        }
        return new AnimationDecoder(NAME, lease).decode(animation, scan, file);
    }

    private Raster still(byte[] file, WebpStructure webp) {
        WebpPicture picture = webp.still();
        int width = webp.width();
        int height = webp.height();
        lease.checkPixels(NAME, width, height);
        long colours = IccColour.bytes(Math.min(WebpStructure.profileLength(file), IccColour.LARGEST));
        lease.reserveBytes(NAME, width, height, picture.bytes() + (height + 1L) * width * WebpPixels.RGBA + colours);
        Optional<ColourConversion> colour = WebpStructure.colour(file);
        try (WebpPixels pixels = picture.decode(file)) {
            Mode mode = picture.isTranslucent(pixels) ? Mode.RGBA : Mode.RGB;
            int rowBytes = width * mode.bytesPerPixel();
            byte[] samples = new byte[rowBytes * height];
            byte[] row = new byte[rowBytes];
            for (int y = 0; y < height; y++) {
                pixels.row(y, row, mode.bytesPerPixel());
                System.arraycopy(row, 0, samples, y * rowBytes, rowBytes);
            }
            return new Raster(mode, width, height, samples, new byte[0], 1, colour);
        }
    }

    /** An animated WebP's frames in turn, in sRGB: Chromium heeds no profile of an animation. One thread uses it. */
    static final class WebpAnimation implements Animation {

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
        public long readerBytes(Scan scan) {
            return frameBytes + (long) width() * WebpPixels.RGBA;
        }

        @Override
        public void prepare(Scan scan) {
            // Each frame makes room for its own planes: their kinds differ.
            row = new byte[width() * WebpPixels.RGBA];
        }

        @Override
        public Supplier<AnimationFrame> play() {
            WebpChunks chunks = WebpChunks.of(file);
            boolean[] begun = {false};
            return () -> {
                while (chunks.next()) {
                    if (chunks.type() == WebpChunks.ANIM && !begun[0]) {
                        begun[0] = true;
                        ByteCursor data = chunks.data();
                        // The background colour, of which browsers take no notice.
                        data.skip(4);
                        endless = data.u16LittleEndian() == 0;
                    } else if (chunks.type() == WebpChunks.ANMF) {
                        if (!begun[0]) {
                            throw RefusedException.corrupt("WebP holds a frame before its animation's header");
                        }
                        return frame(chunks);
                    }
                }
                return null;
            };
        }

        private AnimationFrame frame(WebpChunks chunks) {
            ByteCursor in = chunks.data();
            int left = 2 * in.u24LittleEndian();
            int top = 2 * in.u24LittleEndian();
            int width = in.u24LittleEndian() + 1;
            int height = in.u24LittleEndian() + 1;
            int millis = in.u24LittleEndian();
            int flags = in.u8();
            if (left > width() - width || top > height() - height) {
                throw RefusedException.corrupt("WebP animation of " + width() + "x" + height()
                        + " pixels holds a frame of " + width + "x" + height + " at " + left + ", " + top);
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
            Blend blend = (flags & REPLACES) != 0 ? Blend.SOURCE : Blend.OVER;
            return new AnimationFrame(
                    new Placement(left, top, width, height, disposal, millis),
                    blend,
                    canvas -> draw(picture, blend, canvas));
        }

        private void draw(WebpPicture picture, Blend blend, Canvas canvas) {
            try (WebpPixels pixels = picture.decode(file)) {
                for (int y = 0; y < picture.height(); y++) {
                    pixels.row(y, row, WebpPixels.RGBA);
                    canvas.row(y, row, 0, blend);
                }
            }
        }
    }
}
