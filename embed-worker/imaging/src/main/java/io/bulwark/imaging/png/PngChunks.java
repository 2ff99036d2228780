package io.bulwark.imaging.png;

/** Names of chunks, and where the head of one says what it is. */
final class PngChunks {

    static final int IDAT = 0x49444154;
    static final int IEND = 0x49454e44;
    static final int ACTL = 0x6163544c;
    static final int FCTL = 0x6663544c;
    static final int FDAT = 0x66644154;

    private PngChunks() {}

    /** The length of the chunk that begins at an offset. */
    static int lengthAt(byte[] file, int offset) {
        return i32(file, offset);
    }

    /** The type of the chunk that begins at an offset. */
    static int typeAt(byte[] file, int offset) {
        return i32(file, offset + Integer.BYTES);
    }

    private static int i32(byte[] file, int at) {
        return (file[at] & 0xff) << 24 | (file[at + 1] & 0xff) << 16 | (file[at + 2] & 0xff) << 8 | file[at + 3] & 0xff;
    }
}
