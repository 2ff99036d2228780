package io.bulwark.imaging.parity;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** EXIF's TIFF blocks that say how a picture is to be turned. */
final class ExifBlocks {

    private static final int ORIENTATION = 0x0112;
    private static final int SHORT = 3;

    private ExifBlocks() {}

    /** Big-endian, in the first directory, where cameras put it. */
    static byte[] orientation(int value) {
        return directory(ByteOrder.BIG_ENDIAN, SHORT, value);
    }

    static byte[] littleEndian(int value) {
        return directory(ByteOrder.LITTLE_ENDIAN, SHORT, value);
    }

    /** With another type than SHORT: 4 is LONG, 1 BYTE. */
    static byte[] typed(int type, int value) {
        return directory(ByteOrder.LITTLE_ENDIAN, type, value);
    }

    /** In the second directory, that of the thumbnail; the first is empty. */
    static byte[] ofTheThumbnail(int value) {
        ByteBuffer tiff = header(ByteOrder.BIG_ENDIAN, 32);
        tiff.putShort((short) 0).putInt(14);
        entry(tiff, SHORT, value);
        return tiff.array();
    }

    /** The block as a segment APP1 of a JPEG holds it. */
    static byte[] segment(byte[] tiff) {
        return ByteBuffer.allocate(6 + tiff.length)
                .put("Exif\0\0".getBytes(StandardCharsets.US_ASCII))
                .put(tiff)
                .array();
    }

    private static byte[] directory(ByteOrder order, int type, int value) {
        ByteBuffer tiff = header(order, 26);
        entry(tiff, type, value);
        return tiff.array();
    }

    private static ByteBuffer header(ByteOrder order, int length) {
        ByteBuffer tiff = ByteBuffer.allocate(length).order(order);
        tiff.put((order == ByteOrder.BIG_ENDIAN ? "MM" : "II").getBytes(StandardCharsets.US_ASCII));
        return tiff.putShort((short) 42).putInt(8);
    }

    private static void entry(ByteBuffer tiff, int type, int value) {
        tiff.putShort((short) 1)
                .putShort((short) ORIENTATION)
                .putShort((short) type)
                .putInt(1);
        if (type == SHORT) {
            tiff.putShort((short) value).putShort((short) 0);
        } else {
            tiff.putInt(value);
        }
        tiff.putInt(0);
    }
}
