package io.bulwark.perception.image;

/** Reads numbers from a file in memory; reading past the end is a refusal that names the format, not an exception. */
final class ByteCursor {

    private final byte[] bytes;
    private final String format;
    private final int end;
    private int position;

    ByteCursor(byte[] bytes, String format) {
        this(bytes, format, 0, bytes.length);
    }

    ByteCursor(byte[] bytes, String format, int start, int end) {
        this.bytes = bytes;
        this.format = format;
        this.position = start;
        this.end = end;
    }

    int position() {
        return position;
    }

    int remaining() {
        return end - position;
    }

    /** Steps over {@code count} bytes and returns where they began. */
    int skip(int count) {
        if (count < 0 || count > end - position) {
            throw truncated();
        }
        int start = position;
        position += count;
        return start;
    }

    int u8() {
        return bytes[skip(1)] & 0xff;
    }

    int u16() {
        int at = skip(2);
        return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
    }

    int u16LittleEndian() {
        return Integer.reverseBytes(u16()) >>> 16;
    }

    int u24LittleEndian() {
        int at = skip(3);
        return bytes[at] & 0xff | (bytes[at + 1] & 0xff) << 8 | (bytes[at + 2] & 0xff) << 16;
    }

    /** Four bytes, big-endian; sizes above 2^31 - 1, which no array holds, come out negative. */
    int i32() {
        int at = skip(4);
        return (bytes[at] & 0xff) << 24
                | (bytes[at + 1] & 0xff) << 16
                | (bytes[at + 2] & 0xff) << 8
                | bytes[at + 3] & 0xff;
    }

    int i32LittleEndian() {
        return Integer.reverseBytes(i32());
    }

    RefusedException truncated() {
        return RefusedException.corrupt(format + " file ends in the middle, after " + bytes.length + " bytes");
    }
}
