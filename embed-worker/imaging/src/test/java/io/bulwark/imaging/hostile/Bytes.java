package io.bulwark.imaging.hostile;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes files by hand. */
final class Bytes {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Bytes text(String ascii) {
        return bytes(ascii.getBytes(StandardCharsets.ISO_8859_1));
    }

    Bytes bytes(byte... bytes) {
        out.writeBytes(bytes);
        return this;
    }

    Bytes bytes(byte[] bytes, int from, int to) {
        out.write(bytes, from, to - from);
        return this;
    }

    /** The low eight bits of each. */
    Bytes u8(int... values) {
        for (int value : values) {
            out.write(value);
        }
        return this;
    }

    Bytes u16(int value) {
        return u8(value >> 8, value);
    }

    Bytes u32(long value) {
        return u16((int) (value >> 16)).u16((int) value);
    }

    Bytes u16LittleEndian(int value) {
        return u8(value, value >> 8);
    }

    Bytes u24LittleEndian(int value) {
        return u8(value, value >> 8, value >> 16);
    }

    Bytes u32LittleEndian(long value) {
        return u16LittleEndian((int) value).u16LittleEndian((int) (value >> 16));
    }

    /** The same again and again. */
    Bytes times(int count, byte... bytes) {
        for (int i = 0; i < count; i++) {
            out.writeBytes(bytes);
        }
        return this;
    }

    int size() {
        return out.size();
    }

    byte[] end() {
        return out.toByteArray();
    }
}
