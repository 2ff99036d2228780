package io.bulwark.imaging.webp;

import io.bulwark.imaging.ByteCursor;
import io.bulwark.imaging.ExifOrientation;
import io.bulwark.imaging.RefusedException;

/**
 * A WebP's chunks (RFC 9649), walked for what must be known before decoding.
 *
 * @param orientation EXIF orientation, 1 to 8
 * @param frames frames of an animation, 1 for a still
 */
record WebpStructure(int width, int height, int orientation, int frames) {

    private static final int VP8 = 0x56503820;
    private static final int VP8L = 0x5650384c;
    private static final int VP8X = 0x56503858;
    private static final int ANMF = 0x414e4d46;
    private static final int EXIF = 0x45584946;

    static WebpStructure parse(byte[] file) {
        ByteCursor in = new ByteCursor(file, "WebP");
        in.skip(4);
        long declared = (in.i32LittleEndian() & 0xffffffffL) + 8;
        if (declared > file.length) {
            throw in.truncated();
        }
        in.skip(4);
        int width = 0;
        int height = 0;
        int orientation = 1;
        int animated = 0;
        boolean animation = false;
        boolean hasPicture = false;
        while (in.position() + 8 <= declared) {
            int type = in.i32();
            int length = in.i32LittleEndian();
            int start = in.skip(length);
            ByteCursor chunk = new ByteCursor(file, "WebP", start, start + length);
            switch (type) {
                case VP8X -> {
                    animation = (chunk.u8() & 2) != 0;
                    chunk.skip(3);
                    width = chunk.u24LittleEndian() + 1;
                    height = chunk.u24LittleEndian() + 1;
                }
                case VP8 -> {
                    hasPicture = true;
                    chunk.skip(6);
                    width = Math.max(width, chunk.u16LittleEndian() & 0x3fff);
                    height = Math.max(height, chunk.u16LittleEndian() & 0x3fff);
                }
                case VP8L -> {
                    hasPicture = true;
                    chunk.skip(1);
                    int bits = chunk.i32LittleEndian();
                    width = Math.max(width, (bits & 0x3fff) + 1);
                    height = Math.max(height, (bits >>> 14 & 0x3fff) + 1);
                }
                case ANMF -> animated++;
                case EXIF -> orientation = exif(file, start, length);
                default -> {}
            }
            in.skip(length & 1 & Math.min(1, in.remaining()));
        }
        if (animation ? animated == 0 : !hasPicture) {
            throw RefusedException.corrupt("WebP file ends without a picture");
        }
        return new WebpStructure(width, height, orientation, animation ? animated : 1);
    }

    private static int exif(byte[] file, int start, int length) {
        // Some writers keep JPEG's prefix in front of the TIFF block.
        boolean prefixed = length > 6 && file[start] == 'E' && file[start + 1] == 'x';
        return ExifOrientation.of(file, start + (prefixed ? 6 : 0), start + length);
    }
}
