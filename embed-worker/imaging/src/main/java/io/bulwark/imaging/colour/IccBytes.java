package io.bulwark.imaging.colour;

import java.util.Optional;

/**
 * A profile's header and table of tags (ICC.1:2022, 7.2 and 7.3). What is read here is checked once: after that every
 * tag lies within the profile.
 */
final class IccBytes {

    private static final int HEADER = 128;
    private static final int TABLE = HEADER + 4;
    private static final int ENTRY = 12;
    private static final int NEWEST_VERSION = 4;
    private static final int[] D50 = {63190, 65536, 54061};

    /** The most that an illuminant's coordinates may differ from D50's: a hundredth. */
    private static final int ILLUMINANT = 655;

    /** Where a tag's data lies. */
    record Tag(int start, int length) {

        int end() {
            return start + length;
        }
    }

    private final byte[] bytes;

    private IccBytes(byte[] bytes) {
        this.bytes = bytes;
    }

    /** The profile, or none where Chromium takes it for broken. */
    static Optional<IccBytes> of(byte[] profile) {
        IccBytes icc = new IccBytes(profile);
        return profile.length >= TABLE && icc.isWhole() && icc.tagsLieWithin() ? Optional.of(icc) : Optional.empty();
    }

    private boolean isWhole() {
        boolean illuminantIsD50 = true;
        for (int i = 0; i < D50.length; i++) {
            illuminantIsD50 &= Math.abs((long) i32(68 + 4 * i) - D50[i]) <= ILLUMINANT;
        }
        return i32(0) >= TABLE
                && i32(0) <= bytes.length
                && u8(8) <= NEWEST_VERSION
                && is(36, "acsp")
                && (isLab() || is(20, "XYZ "))
                && illuminantIsD50;
    }

    private boolean tagsLieWithin() {
        int size = i32(0);
        int count = i32(HEADER);
        if (count < 0 || count > (size - TABLE) / ENTRY) {
            return false;
        }
        for (int i = 0; i < count; i++) {
            long start = i32(TABLE + ENTRY * i + 4) & 0xffffffffL;
            long length = i32(TABLE + ENTRY * i + 8) & 0xffffffffL;
            if (length < 4 || start + length > size) {
                return false;
            }
        }
        return true;
    }

    /** The first tag of a name. */
    Optional<Tag> tag(String name) {
        for (int i = 0; i < i32(HEADER); i++) {
            int entry = TABLE + ENTRY * i;
            if (is(entry, name)) {
                return Optional.of(new Tag(i32(entry + 4), i32(entry + 8)));
            }
        }
        return Optional.empty();
    }

    /** Whether devices' colours are of a space, such as {@code "GRAY"}. */
    boolean isOfSpace(String space) {
        return is(16, space);
    }

    /** Whether colours are connected by CIELAB; else by XYZ. */
    boolean isLab() {
        return is(20, "Lab ");
    }

    boolean is(int at, String four) {
        for (int i = 0; i < 4; i++) {
            if (bytes[at + i] != four.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    int u8(int at) {
        return bytes[at] & 0xff;
    }

    int u16(int at) {
        return u8(at) << 8 | u8(at + 1);
    }

    int i32(int at) {
        return u16(at) << 16 | u16(at + 2);
    }

    /** A signed number with 16 bits after the point. */
    double fixed(int at) {
        return i32(at) / 65536.0;
    }

    /** For tables, which are read where they lie. */
    byte[] array() {
        return bytes;
    }
}
