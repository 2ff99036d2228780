package io.bulwark.lab.attack.upload;

import io.bulwark.imaging.preprocess.UprightPicture;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * A PNG whose pixels are stored and not compressed (ISO/IEC 15948, sections 5, 10.1 and 11.2): the cheapest file that
 * holds a picture exactly. An attacker of many queries makes such files, and who decides about them need not decode
 * them: what was written is what is read.
 */
final class StoredPng {

    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    private static final int RGB = 2;

    private StoredPng() {}

    /** The file of a picture, in 8 bits of RGB without filters. */
    static byte[] of(UprightPicture picture) {
        byte[] header = ByteBuffer.allocate(13)
                .putInt(picture.width())
                .putInt(picture.height())
                .put((byte) 8)
                .put((byte) RGB)
                .array();
        ByteArrayOutputStream file = new ByteArrayOutputStream(picture.rgb().length + picture.height() + 1024);
        file.writeBytes(SIGNATURE);
        chunk(file, "IHDR", header);
        chunk(file, "IDAT", stored(picture));
        chunk(file, "IEND", new byte[0]);
        return file.toByteArray();
    }

    /** Each row behind the number of its filter, which is none. */
    private static byte[] stored(UprightPicture picture) {
        int row = 3 * picture.width();
        byte[] rows = new byte[(row + 1) * picture.height()];
        for (int y = 0; y < picture.height(); y++) {
            System.arraycopy(picture.rgb(), y * row, rows, y * (row + 1) + 1, row);
        }
        Deflater deflater = new Deflater(Deflater.NO_COMPRESSION);
        try {
            deflater.setInput(rows);
            deflater.finish();
            ByteArrayOutputStream stream = new ByteArrayOutputStream(rows.length + 1024);
            byte[] part = new byte[1 << 16];
            while (!deflater.finished()) {
                stream.write(part, 0, deflater.deflate(part));
            }
            return stream.toByteArray();
        } finally {
            deflater.end();
        }
    }

    private static void chunk(ByteArrayOutputStream file, String type, byte[] content) {
        byte[] named = ByteBuffer.allocate(4 + content.length)
                .put(type.getBytes(StandardCharsets.US_ASCII))
                .put(content)
                .array();
        CRC32 checksum = new CRC32();
        checksum.update(named);
        file.writeBytes(ByteBuffer.allocate(4).putInt(content.length).array());
        file.writeBytes(named);
        file.writeBytes(ByteBuffer.allocate(4).putInt((int) checksum.getValue()).array());
    }
}
