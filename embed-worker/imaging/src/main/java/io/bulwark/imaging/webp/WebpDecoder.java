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
import io.bulwark.imaging.animation.Animation.AnimationFrame;
import io.bulwark.imaging.animation.Animation.AnimationFrame.Blend;
import io.bulwark.imaging.animation.Animation.AnimationFrame.Disposal;
import io.bulwark.imaging.animation.Animation.AnimationFrame.Placement;
import io.bulwark.imaging.animation.AnimationDecoder;
import io.bulwark.imaging.animation.Canvas;
import io.bulwark.imaging.colour.IccColour;
import java.util.Arrays;
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

    /**
     * What must be known of a WebP before it is decoded. Where sizes disagree the file is refused, as libwebp does.
     *
     * @param width of the picture or of the animation's canvas
     * @param height of it
     * @param alpha whether the file announces alpha
     * @param still the picture of a file without animation, else null
     */
    record WebpStructure(int width, int height, boolean alpha, WebpPicture still) {

        private static final int ANIMATION = 2;
        private static final int ALPHA = 16;
        private static final int PROFILE = 32;
        private static final int VP8X_BYTES = 10;

        static WebpStructure parse(byte[] file) {
            WebpChunks chunks = WebpChunks.of(file);
            if (!chunks.next()) {
                throw RefusedException.corrupt("WebP file ends without a picture");
            }
            if (chunks.type() != WebpChunks.VP8X) {
                WebpPicture picture = chunks.simplePicture();
                return new WebpStructure(picture.width(), picture.height(), true, picture);
            }
            ByteCursor head = chunks.data();
            if (head.remaining() < VP8X_BYTES) {
                throw RefusedException.corrupt("WebP header is " + head.remaining() + " bytes long");
            }
            int flags = head.u8();
            head.skip(3);
            int width = head.u24LittleEndian() + 1;
            int height = head.u24LittleEndian() + 1;
            boolean alpha = (flags & ALPHA) != 0;
            if ((flags & ANIMATION) != 0) {
                checkAnimation(chunks);
                return new WebpStructure(width, height, alpha, null);
            }
            WebpPicture still = chunks.picture(alpha);
            if (still.width() != width || still.height() != height) {
                throw RefusedException.corrupt("WebP header says " + width + "x" + height + " pixels, its data "
                        + still.width() + "x" + still.height());
            }
            return new WebpStructure(width, height, alpha, still);
        }

        private static void checkAnimation(WebpChunks chunks) {
            while (chunks.next()) {
                if (chunks.type() == WebpChunks.VP8 || chunks.type() == WebpChunks.VP8L) {
                    throw RefusedException.corrupt("WebP animation holds a picture outside its frames");
                }
            }
        }

        /** Bytes of the file's profile, 0 without one. */
        static int profileLength(byte[] file) {
            return profile(file).map(chunk -> chunk.end() - chunk.start()).orElse(0);
        }

        /**
         * How the colours of a whole file become sRGB; takes {@link IccColour#bytes} of heap for the profile's length.
         */
        static Optional<ColourConversion> colour(byte[] file) {
            IccColour.checkLength(profileLength(file));
            return profile(file)
                    .flatMap(chunk -> IccColour.read(Arrays.copyOfRange(file, chunk.start(), chunk.end())))
                    .flatMap(icc -> icc.conversion(IccColour.Samples.RGB));
        }

        /** The first ICCP chunk, wherever that stands, if the header announces it; as Chromium has it. */
        private static Optional<WebpChunks> profile(byte[] file) {
            WebpChunks chunks = WebpChunks.of(file);
            if (!chunks.next()
                    || chunks.type() != WebpChunks.VP8X
                    || (chunks.data().u8() & PROFILE) == 0) {
                return Optional.empty();
            }
            while (chunks.next()) {
                if (chunks.type() == WebpChunks.ICCP) {
                    return Optional.of(chunks);
                }
            }
            return Optional.empty();
        }
    }
}
