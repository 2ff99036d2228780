package io.bulwark.imaging.jpeg;

import java.util.Optional;

/**
 * An ICC profile in the parts that a JPEG file holds it in (ICC.1:2022, annex B.4): each says its number, from 1, and how
 * many there are. The first profile that is whole counts, in whatever order its parts come; one part that does not fit the
 * others, and there is none.
 */
final class JpegProfile {

    private static final int PREFIX = 14;

    private record Part(byte[] file, int start, int length) {}

    private Part[] parts = {};
    private int missing;
    private boolean isBroken;

    /** A segment that begins with {@code ICC_PROFILE}. */
    void add(byte[] file, int start, int length) {
        if (isBroken || parts.length > 0 && missing == 0) {
            return;
        }
        if (length <= PREFIX) {
            isBroken = true;
            return;
        }
        int number = file[start + PREFIX - 2] & 0xff;
        int count = file[start + PREFIX - 1] & 0xff;
        if (parts.length == 0) {
            parts = new Part[count];
            missing = count;
        }
        isBroken = count != parts.length || number < 1 || number > count || parts[number - 1] != null;
        if (!isBroken) {
            parts[number - 1] = new Part(file, start + PREFIX, length - PREFIX);
            missing--;
        }
    }

    /** Bytes of the whole profile; 0 where there is none. */
    int length() {
        int length = 0;
        if (!isBroken && missing == 0) {
            for (Part part : parts) {
                length += part.length();
            }
        }
        return length;
    }

    /** The profile in an array of its own: {@link #length} bytes of heap. Empty where there is none. */
    Optional<byte[]> whole() {
        byte[] whole = new byte[length()];
        int at = 0;
        for (int i = 0; at < whole.length; i++) {
            System.arraycopy(parts[i].file(), parts[i].start(), whole, at, parts[i].length());
            at += parts[i].length();
        }
        return Optional.of(whole).filter(profile -> profile.length > 0);
    }
}
