package io.bulwark.perception.hash;

import io.bulwark.imaging.pdq.PdqHash;
import io.bulwark.imaging.pdq.PdqHash.PdqVariants;
import io.bulwark.imaging.pdq.PdqHash.PdqVariants.PdqFingerprint;
import io.bulwark.imaging.preprocess.Pose;
import io.bulwark.perception.hash.ListedHash.ListedDigest;
import io.bulwark.perception.hash.ListedHash.ListedFile;
import io.bulwark.perception.hash.ListedHash.ListedPicture;
import io.bulwark.perception.hash.SortedEntries.Gone;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Hashes of known files and pictures, to be searched. A set: what is added twice is there once. Immutable; any thread.
 *
 * <p>Files are found by bisection. Pictures are compared one by one. An index for near hashes either misses some, which
 * would be a hole for an attacker, or gains little at a distance of 31, and one core of a server compares a million in
 * 0.6 ms, with all eight poses in 4.5 ms. A million entries with ids of 20 letters take 100 MB, and 200 MB more while the
 * list is made of them.
 *
 * <p>A list that changed shares the entries of the one before: it has a mark for each that is gone, and later ones
 * beside them, {@link #mostBeside} of both at most. So a change costs about as much as it has entries, whatever the list has.
 *
 * <p>Which entry is found does not depend on the order in which they came: of several entries of one file that with the
 * lowest id, of pictures the nearest, at equal distance that with the lowest id, of those of one id the lowest by its
 * other parts; an entry of a verified list is first.
 */
public final class HashList {

    private static final int ALWAYS_BESIDE = 1024;
    private static final Comparator<PictureMatch> NEAREST = Comparator.comparingInt(PictureMatch::distance)
            .thenComparing(PictureMatch::entry, ListedPicture.BY_ID)
            .thenComparing(PictureMatch::pose);

    private final SortedEntries entries;
    private final Gone gone;
    private final SortedEntries recent;

    private HashList(SortedEntries entries, Gone gone, SortedEntries recent) {
        this.entries = entries;
        this.gone = gone;
        this.recent = recent;
    }

    /** The list of these entries. */
    public static HashList of(Collection<? extends ListedHash> entries) {
        return new HashList(SortedEntries.of(entries), Gone.NONE, SortedEntries.NONE);
    }

    /** The list that is this one without some entries and with others. */
    public HashList changed(Collection<? extends ListedHash> removed, Collection<? extends ListedHash> added) {
        Gone now = gone.copy();
        Set<ListedHash> beside = new HashSet<>(recent.entries(Gone.NONE));
        for (ListedHash entry : removed) {
            if (!beside.remove(entry)) {
                entries.mark(entry, true, now);
            }
        }
        for (ListedHash entry : added) {
            if (!entries.mark(entry, false, now)) {
                beside.add(entry);
            }
        }
        if (beside.size() + now.size() <= mostBeside(entries.size())) {
            return new HashList(entries, now, SortedEntries.of(beside));
        }
        List<ListedHash> all = new ArrayList<>(entries.entries(now));
        all.addAll(SortedEntries.of(beside).entries(Gone.NONE));
        return of(all);
    }

    /**
     * How many entries may be gone or have come before all are put in order again. A change puts all of them in order,
     * so both costs grow with the root of the list's size.
     */
    static int mostBeside(int entries) {
        return Math.max(ALWAYS_BESIDE, 4 * (int) Math.sqrt(entries));
    }

    /** Whether the list has an entry, its source included. */
    public boolean has(ListedHash entry) {
        return entries.has(entry, gone) || recent.has(entry, Gone.NONE);
    }

    /** How many entries are SHA-256 hashes of files. */
    public int fileCount() {
        return entries.fileCount() - gone.files().cardinality() + recent.fileCount();
    }

    /** How many entries are MD5 or SHA-1 hashes of files. */
    public int digestCount() {
        return entries.digestCount() - gone.digests().cardinality() + recent.digestCount();
    }

    /** How many entries are hashes of pictures. */
    public int pictureCount() {
        return entries.pictureCount() - gone.pictures().cardinality() + recent.pictureCount();
    }

    /** Whether the list has no entry. */
    public boolean isEmpty() {
        return fileCount() + digestCount() + pictureCount() == 0;
    }

    /** The entry of a file, if the list has it; of several that with the lowest id. */
    public Optional<ListedFile> find(Sha256 file) {
        return first(entries.find(file, gone), recent.find(file, Gone.NONE), ListedFile.BY_HASH);
    }

    /** The entry of a file by its MD5 or SHA-1, if the list has it; of several that with the lowest id. */
    public Optional<ListedDigest> find(FileDigest digest) {
        return first(entries.find(digest, gone), recent.find(digest, Gone.NONE), ListedDigest.BY_HASH);
    }

    /** The entry that a picture looks most like, if one is near enough; at equal distance that with the lowest id. */
    public Optional<PictureMatch> nearest(PdqFingerprint picture, MatchRule rule) {
        return nearest(Map.of(Pose.UPRIGHT, picture.hash()), picture.quality(), rule);
    }

    /**
     * The entry that a picture or one of its turned and mirrored copies looks most like, if one is near enough; at equal
     * distance that with the lowest id, then the pose that comes first.
     */
    public Optional<PictureMatch> nearest(PdqVariants picture, MatchRule rule) {
        return nearest(picture.hashes(), picture.quality(), rule);
    }

    private Optional<PictureMatch> nearest(Map<Pose, PdqHash> hashes, int quality, MatchRule rule) {
        return quality < rule.minQuality()
                ? Optional.empty()
                : first(entries.nearest(hashes, rule, gone), recent.nearest(hashes, rule, Gone.NONE), NEAREST);
    }

    private static <T> Optional<T> first(Optional<T> one, Optional<T> other, Comparator<T> order) {
        return Stream.concat(one.stream(), other.stream()).min(order);
    }

    /**
     * An entry that a picture looks like.
     *
     * @param entry of the list
     * @param distance bits in which the two hashes differ, 0 to 256
     * @param pose how the picture has to be turned or mirrored to look like it; {@link Pose#UPRIGHT} where not at all
     */
    public record PictureMatch(ListedPicture entry, int distance, Pose pose) {}

    /**
     * When a picture is one of a list.
     *
     * @param maxDistance bits in which the two hashes may differ, 0 to 256; more finds more distorted copies, and
     *     strangers
     * @param minQuality the least quality of both hashes, 0 to 100, as far as the list states it
     */
    public record MatchRule(int maxDistance, int minQuality) {

        private static final int RECOMMENDED_QUALITY = 50;

        public MatchRule {
            if (maxDistance < 0 || maxDistance > PdqHash.BITS) {
                throw new IllegalArgumentException(
                        "The largest distance is %d, allowed is 0 to %d".formatted(maxDistance, PdqHash.BITS));
            }
            PdqVariants.checkQuality(minQuality);
        }

        /**
         * What Meta recommends to start with: at most 31 bits, quality 50 or better (ThreatExchange, pdq/README.md).
         */
        public static MatchRule recommended() {
            return new MatchRule(PdqHash.MATCH_DISTANCE, RECOMMENDED_QUALITY);
        }
    }

    /**
     * What a hash list held.
     *
     * @param entries that were handed on
     * @param skipped how many hashes were left out, by the reason, such as {@code type md5}
     */
    public record ReadReport(long entries, Map<String, Long> skipped) {

        public ReadReport {
            skipped = Map.copyOf(skipped);
        }
    }

    /**
     * A file is no hash list; says where and why, and what is allowed. Nothing of a list is to be used that cannot be
     * read to its end: what it lacks would pass.
     */
    public static final class InvalidHashListException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final long line;

        InvalidHashListException(long line, String problem) {
            super("line " + line + ": " + problem);
            this.line = line;
        }

        InvalidHashListException(long line, String problem, Throwable cause) {
            super("line " + line + ": " + problem, cause);
            this.line = line;
        }

        /** The offending line of the file, counted from 1; where an entry goes over several, its first. */
        public long line() {
            return line;
        }
    }

    /**
     * The name of a set of entries of hash lists: equal sets have one version, whatever came and went before, and it
     * changes with any part of an entry. Two levels of SHA-256: the digests of entries stand in {@value #BUCKETS}
     * buckets by their first bits, in the order of the digests, and the version is the digest of all buckets' digests.
     * So a change costs the buckets it is in and 128 KiB: at a million entries some 8 KB each. 32 bytes of memory an
     * entry. Owned by one thread.
     */
    public static final class ListVersion {

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
                sha256.update(
                        ByteBuffer.allocate(Integer.BYTES).putInt(utf8.length).array());
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
}
