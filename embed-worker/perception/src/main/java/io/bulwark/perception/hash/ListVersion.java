package io.bulwark.perception.hash;

import io.bulwark.perception.hash.ListedHash.ListedDigest;
import io.bulwark.perception.hash.ListedHash.ListedFile;
import io.bulwark.perception.hash.ListedHash.ListedPicture;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;

/**
 * The name of a set of entries of hash lists: equal sets have one version, whatever came and went before, and it changes
 * with any part of an entry. Two levels of SHA-256: the digests of entries stand in {@value #BUCKETS} buckets by
 * their first bits, in the order of the digests, and the version is the digest of all buckets' digests. So a change costs the
 * buckets it is in and 128 KiB: at a million entries some 8 KB each. 32 bytes of memory an entry. Owned by one
 * thread.
 */
public final class ListVersion {

    private static final int BUCKETS = 4096;
    private static final int BYTES = 32;

    /** Raised when the same entries get another version. */
    private static final String FORMAT = "bulwark-lists-2";

    private final byte[][] buckets = new byte[BUCKETS][];
    private final int[] sizes = new int[BUCKETS];
    private final byte[] digests = new byte[BUCKETS * BYTES];
    private final BitSet changed = new BitSet(BUCKETS);
    private final MessageDigest sha256 = Sha256.newDigest();
    private long size;

    /** Adds an entry that the set does not have. */
    public void add(ListedHash entry) {
        byte[] digest = digest(entry);
        int bucket = bucket(digest);
        byte[] rows = buckets[bucket];
        int used = sizes[bucket]++ * BYTES;
        if (rows == null || rows.length == used) {
            rows = rows == null
                    ? new byte[BYTES]
                    : Arrays.copyOf(rows, used + Math.max(BYTES, used / BYTES / 2 * BYTES));
            buckets[bucket] = rows;
        }
        System.arraycopy(digest, 0, rows, used, BYTES);
        changed.set(bucket);
        size++;
    }

    /**
     * Removes an entry.
     *
     * @throws IllegalArgumentException where the set does not have it
     */
    public void remove(ListedHash entry) {
        byte[] digest = digest(entry);
        int bucket = bucket(digest);
        byte[] rows = buckets[bucket];
        for (int at = 0; at < sizes[bucket] * BYTES; at += BYTES) {
            if (Arrays.equals(rows, at, at + BYTES, digest, 0, BYTES)) {
                System.arraycopy(rows, --sizes[bucket] * BYTES, rows, at, BYTES);
                changed.set(bucket);
                size--;
                return;
            }
        }
        throw new IllegalArgumentException("The set has no entry " + entry.id() + ".");
    }

    /** SHA-256 in lower-case hexadecimal; empty where there is no entry. */
    public String hex() {
        if (size == 0) {
            return "";
        }
        for (int bucket = changed.nextSetBit(0); bucket >= 0; bucket = changed.nextSetBit(bucket + 1)) {
            byte[] rows = buckets[bucket];
            int rowCount = sizes[bucket];
            byte[][] sorted = new byte[rowCount][];
            for (int row = 0; row < rowCount; row++) {
                sorted[row] = Arrays.copyOfRange(rows, row * BYTES, (row + 1) * BYTES);
            }
            Arrays.sort(sorted, Arrays::compareUnsigned);
            for (byte[] row : sorted) {
                sha256.update(row);
            }
            // A bucket that got empty is as one that was never used.
            byte[] digest = rowCount == 0 ? new byte[BYTES] : sha256.digest();
            System.arraycopy(digest, 0, digests, bucket * BYTES, BYTES);
        }
        changed.clear();
        sha256.update(FORMAT.getBytes(StandardCharsets.UTF_8));
        sha256.update(ByteBuffer.allocate(Long.BYTES).putLong(size).array());
        return HexFormat.of().formatHex(sha256.digest(digests));
    }

    private static int bucket(byte[] digest) {
        return (digest[0] & 0xff) << 4 | (digest[1] & 0xf0) >> 4;
    }

    /** Each text with its length before it, so that no two entries read the same. */
    private byte[] digest(ListedHash entry) {
        for (String text : texts(entry)) {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            sha256.update(ByteBuffer.allocate(Integer.BYTES).putInt(utf8.length).array());
            sha256.update(utf8);
        }
        return sha256.digest();
    }

    private static List<String> texts(ListedHash entry) {
        String source = entry.source().map(ListedHash.ListSource::toString).orElse("");
        if (entry instanceof ListedFile file) {
            return List.of("SHA256", file.hash().hex(), "", file.id(), file.label(), source);
        }
        if (entry instanceof ListedDigest file) {
            return List.of(file.hash().kind().name(), file.hash().hex(), "", file.id(), file.label(), source);
        }
        ListedPicture picture = (ListedPicture) entry;
        String quality = picture.quality().isEmpty()
                ? ""
                : Integer.toString(picture.quality().getAsInt());
        return List.of("PDQ", picture.hash().hex(), quality, picture.id(), picture.label(), source);
    }
}
