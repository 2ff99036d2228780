package io.bulwark.imaging.webp;

import io.bulwark.imaging.ByteCursor;
import io.bulwark.imaging.RefusedException;

/** Walks the chunks of a WebP, or those within an animation's frame (RFC 9649, section 2.3). One thread uses it. */
final class WebpChunks {

    static final int VP8 = 0x56503820;
    static final int VP8L = 0x5650384c;
    static final int VP8X = 0x56503858;
    static final int ALPH = 0x414c5048;
    static final int ICCP = 0x49434350;
    static final int ANIM = 0x414e494d;
    static final int ANMF = 0x414e4d46;

    private static final int HEAD = 8;

    private final byte[] file;
    private final ByteCursor in;
    private int type;
    private int start;
    private int end;

    WebpChunks(byte[] file, int from, int until) {
        this.file = file;
        this.in = new ByteCursor(file, "WebP", from, until);
    }

    /** The chunks of a whole file, as far as its header says that it goes. */
    static WebpChunks of(byte[] file) {
        ByteCursor header = new ByteCursor(file, "WebP");
        header.skip(4);
        long declared = (header.i32LittleEndian() & 0xffffffffL) + HEAD;
        header.skip(4);
        if (declared > file.length || declared < header.position()) {
            throw header.truncated();
        }
        return new WebpChunks(file, header.position(), (int) declared);
    }

    /** Goes to the next chunk, if there is one. */
    boolean next() {
        if (in.remaining() < HEAD) {
            return false;
        }
        type = in.i32();
        int length = in.i32LittleEndian();
        start = in.skip(length);
        end = start + length;
        in.skip(length & 1 & Math.min(1, in.remaining()));
        return true;
    }

    int type() {
        return type;
    }

    /** Offset of the chunk's data. */
    int start() {
        return start;
    }

    /** Offset behind the chunk's data. */
    int end() {
        return end;
    }

    ByteCursor data() {
        return new ByteCursor(file, "WebP", start, end);
    }

    /**
     * The picture from here on, in a frame or an extended file: an ALPH chunk perhaps, then a VP8 or VP8L chunk. What
     * comes in another order or twice is refused, as browsers do.
     *
     * @param withAlpha whether the file announces alpha; without that none counts
     * @throws RefusedException if there is none
     */
    WebpPicture picture(boolean withAlpha) {
        int alphaStart = 0;
        int alphaEnd = 0;
        WebpPicture picture = null;
        do {
            if (picture != null && (type == VP8 || type == VP8L || type == ALPH) || alphaStart > 0 && type == ALPH) {
                throw RefusedException.corrupt("WebP holds two pictures in the place of one");
            }
            if (type == ALPH) {
                alphaStart = start;
                alphaEnd = end;
            } else if (type == VP8) {
                picture = WebpPicture.lossy(file, start, end, withAlpha ? alphaStart : 0, alphaEnd);
            } else if (type == VP8L) {
                picture = WebpPicture.lossless(file, start, end, withAlpha);
            }
        } while (next());
        if (picture == null) {
            throw RefusedException.corrupt("WebP file ends without a picture");
        }
        return picture;
    }

    /**
     * The picture of a simple file, which is its first chunk.
     *
     * @throws RefusedException if it is another one
     */
    WebpPicture simplePicture() {
        return switch (type) {
            case VP8 -> WebpPicture.lossy(file, start, end, 0, 0);
            case VP8L -> WebpPicture.lossless(file, start, end, true);
            default -> throw RefusedException.corrupt("WebP file does not begin with a picture or a header");
        };
    }
}
