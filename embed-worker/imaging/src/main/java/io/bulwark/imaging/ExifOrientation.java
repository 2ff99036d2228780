package io.bulwark.imaging;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Reads the one EXIF tag that changes what people see: Orientation (0x0112) of the first directory. A general EXIF
 * library walks maker notes and thumbnails as well, all of it attacker-controlled; the tests hold this reader to one.
 */
public final class ExifOrientation {

    private static final int UPRIGHT = 1;
    private static final int TAG = 0x0112;
    private static final int SHORT = 3;
    private static final int TIFF = 42;

    private ExifOrientation() {}

    /**
     * The orientation in a TIFF block.
     *
     * @param start offset of the byte-order mark
     * @param end end of the block
     * @return 1 to 8; the first that is in the standard; 1 where the block is broken or has none
     */
    public static int of(byte[] file, int start, int end) {
        if (end - start < 8) {
            return UPRIGHT;
        }
        ByteBuffer tiff = ByteBuffer.wrap(file, start, end - start).slice();
        if (tiff.get(0) == 'I' && tiff.get(1) == 'I') {
            tiff.order(ByteOrder.LITTLE_ENDIAN);
        } else if (tiff.get(0) != 'M' || tiff.get(1) != 'M') {
            return UPRIGHT;
        }
        int directory = tiff.getInt(4);
        if (tiff.getShort(2) != TIFF || directory < 8 || directory > tiff.limit() - 2) {
            return UPRIGHT;
        }
        int entries = tiff.getShort(directory) & 0xffff;
        for (int i = 0; i < entries; i++) {
            int entry = directory + 2 + 12 * i;
            if (entry > tiff.limit() - 12) {
                return UPRIGHT;
            }
            int value = tiff.getShort(entry + 8);
            if (tiff.getShort(entry) == TAG
                    && tiff.getShort(entry + 2) == SHORT
                    && tiff.getInt(entry + 4) == 1
                    && value >= 1
                    && value <= 8) {
                return value;
            }
        }
        return UPRIGHT;
    }
}
