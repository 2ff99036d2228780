package io.bulwark.imaging.jpeg;

import java.io.ByteArrayOutputStream;
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

    Optional<byte[]> whole() {
        if (isBroken || parts.length == 0 || missing > 0) {
            return Optional.empty();
        }
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        for (Part part : parts) {
            whole.write(part.file(), part.start(), part.length());
        }
        return Optional.of(whole.toByteArray());
    }
}
