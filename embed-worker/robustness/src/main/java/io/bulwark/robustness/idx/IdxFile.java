package io.bulwark.robustness.idx;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/**
 * An array of unsigned bytes: two zero bytes, the type, the number of extents, each extent as four bytes, big-endian, and
 * the values, row-major (yann.lecun.com/exdb/mnist). Any thread.
 *
 * @param extents of the array
 * @param values {@code [extents]}
 */
record IdxFile(int[] extents, byte[] values) {

    /** EMNIST's largest part has 639 MB. */
    static final long LARGEST = 1L << 30;

    private static final int UNSIGNED_BYTE = 8;
    private static final int GZIP = 0x1f8b;

    /** Whether the file begins as an idx file of unsigned bytes with so many extents does. */
    static boolean isOne(Path file, int extents) throws IOException {
        try (DataInputStream in = open(file)) {
            return in.readInt() == magic(extents);
        } catch (EOFException tooShort) {
            return false;
        }
    }

    private static int magic(int extents) {
        return UNSIGNED_BYTE << 8 | extents;
    }

    /**
     * Reads a file.
     *
     * @param extents how many there must be
     * @throws IdxException if it cannot be read, is no such file, is larger than is allowed, or holds less or more than
     *     its header says
     */
    static IdxFile read(Path file, int extents) {
        try (DataInputStream in = open(file)) {
            int magic = in.readInt();
            if (magic != magic(extents)) {
                throw new IdxException(
                        file,
                        "is no idx file of unsigned bytes with %d extents: it begins with %08x, wanted is %08x"
                                .formatted(extents, magic, magic(extents)));
            }
            int[] sizes = new int[extents];
            long bytes = 1;
            for (int i = 0; i < extents; i++) {
                sizes[i] = in.readInt();
                // An extent is below 2^31 and the product so far at most LARGEST: no overflow.
                bytes = sizes[i] < 1 ? LARGEST + 1 : bytes * sizes[i];
                if (bytes > LARGEST) {
                    throw new IdxException(
                            file,
                            "says that extent %d is %s and the array more than %d bytes or none"
                                    .formatted(i, Integer.toUnsignedString(sizes[i]), LARGEST));
                }
            }
            // Grows as bytes come: a header that promises what is not there costs nothing.
            byte[] values = in.readNBytes((int) bytes);
            if (values.length < bytes || in.read() >= 0) {
                throw new IdxException(
                        file,
                        "holds %s than the %d bytes that its header says"
                                .formatted(values.length < bytes ? "fewer" : "more", bytes));
            }
            return new IdxFile(sizes, values);
        } catch (EOFException e) {
            throw new IdxException(file, "ends within its header or is cut off", e);
        } catch (IOException e) {
            throw new IdxException(file, "cannot be read: " + e, e);
        }
    }

    private static DataInputStream open(Path file) throws IOException {
        InputStream raw = new BufferedInputStream(Files.newInputStream(file));
        try {
            raw.mark(2);
            boolean zipped = (raw.read() << 8 | raw.read()) == GZIP;
            raw.reset();
            return new DataInputStream(zipped ? new BufferedInputStream(new GZIPInputStream(raw)) : raw);
        } catch (IOException e) {
            raw.close();
            throw e;
        }
    }
}
