package io.bulwark.imaging.webp;

import io.bulwark.imaging.ByteCursor;
import io.bulwark.imaging.RefusedException;

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
}
