package io.bulwark.imaging;

/** Reads numbers from a file in memory; reading past the end is a refusal that names the format, not an exception. */
public final class ByteCursor {

    private final byte[] bytes;
    private final String format;
    private final int end;
    private int position;

    public ByteCursor(byte[] bytes, String format) {
        this(bytes, format, 0, bytes.length);
    }

    public ByteCursor(byte[] bytes, String format, int start, int end) {
        this.bytes = bytes;
        this.format = format;
        this.position = start;
        this.end = end;
    }

    public int position() {
        return position;
    }

    public int remaining() {
        return end - position;
    }

    /** Steps over {@code count} bytes and returns where they began. */
    public int skip(int count) {
        if (count < 0 || count > end - position) {
            throw truncated();
        }
        int start = position;
        position += count;
        return start;
    }

    public int u8() {
        return bytes[skip(1)] & 0xff;
    }

    public int u16() {
        int at = skip(2);
        return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
    }

    public int u16LittleEndian() {
        return Integer.reverseBytes(u16()) >>> 16;
    }

    public int u24LittleEndian() {
        int at = skip(3);
        return bytes[at] & 0xff | (bytes[at + 1] & 0xff) << 8 | (bytes[at + 2] & 0xff) << 16;
    }

    /** Four bytes, big-endian; sizes above 2^31 - 1, which no array holds, come out negative. */
    public int i32() {
        int at = skip(4);
        return (bytes[at] & 0xff) << 24
                | (bytes[at + 1] & 0xff) << 16
                | (bytes[at + 2] & 0xff) << 8
                | bytes[at + 3] & 0xff;
    }

    public int i32LittleEndian() {
        return Integer.reverseBytes(i32());
    }

    public RefusedException truncated() {
        return RefusedException.corrupt(format + " file ends in the middle, after " + bytes.length + " bytes");
    }
}
