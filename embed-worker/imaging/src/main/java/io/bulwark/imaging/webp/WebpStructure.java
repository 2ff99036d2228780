package io.bulwark.imaging.webp;

import io.bulwark.imaging.ByteCursor;
import io.bulwark.imaging.Raster.ColourConversion;
import io.bulwark.imaging.RefusedException;
import io.bulwark.imaging.colour.IccColour;
import java.util.Arrays;
import java.util.Optional;

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

    /** How the colours of a whole file become sRGB; takes {@link IccColour#bytes} of heap for the profile's length. */
    static Optional<ColourConversion> colour(byte[] file) {
        IccColour.checkLength(profileLength(file));
        return profile(file)
                .flatMap(chunk -> IccColour.read(Arrays.copyOfRange(file, chunk.start(), chunk.end())))
                .flatMap(icc -> icc.conversion(IccColour.Samples.RGB));
    }

    /** The first ICCP chunk, wherever that stands, if the header announces it; as Chromium has it. */
    private static Optional<WebpChunks> profile(byte[] file) {
        WebpChunks chunks = WebpChunks.of(file);
        if (!chunks.next() || chunks.type() != WebpChunks.VP8X || (chunks.data().u8() & PROFILE) == 0) {
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
