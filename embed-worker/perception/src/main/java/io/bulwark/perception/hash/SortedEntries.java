package io.bulwark.perception.hash;

import io.bulwark.imaging.pdq.PdqHash;
import io.bulwark.imaging.pdq.PdqHash.Hex256;
import io.bulwark.imaging.preprocess.Pose;
import io.bulwark.perception.hash.HashList.MatchRule;
import io.bulwark.perception.hash.HashList.PictureMatch;
import io.bulwark.perception.hash.ListedHash.ListSource;
import io.bulwark.perception.hash.ListedHash.ListedDigest;
import io.bulwark.perception.hash.ListedHash.ListedFile;
import io.bulwark.perception.hash.ListedHash.ListedPicture;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Entries of a hash list in their order, in arrays: files and digests by their hashes, pictures by their ids. Each search
 * leaves out entries that are gone meanwhile. Immutable; any thread.
 */
final class SortedEntries {

    static final SortedEntries NONE = of(List.of());

    private static final byte NOT_STATED = -1;
    private static final int NOWHERE = -1;

    private final HashColumns files;
    private final Texts ofFiles;
    private final HashColumns digests;
    private final Texts ofDigests;
    private final HashColumns pictures;
    private final byte[] qualities;
    private final Texts ofPictures;

    private SortedEntries(
            List<ListedFile> sortedFiles, List<ListedDigest> sortedDigests, List<ListedPicture> sortedPictures) {
        Map<String, String> labels = new HashMap<>();
        Map<ListSource, ListSource> sources = new HashMap<>();
        files = HashColumns.of(sortedFiles, entry -> entry.hash().words());
        ofFiles = Texts.of(sortedFiles, labels, sources);
        digests = HashColumns.of(sortedDigests, entry -> entry.hash().words());
        ofDigests = Texts.of(sortedDigests, labels, sources);
        pictures = HashColumns.of(sortedPictures, entry -> entry.hash().words());
        ofPictures = Texts.of(sortedPictures, labels, sources);
        qualities = new byte[sortedPictures.size()];
        for (int i = 0; i < qualities.length; i++) {
            qualities[i] = (byte) sortedPictures.get(i).quality().orElse(NOT_STATED);
        }
    }

    /** The entries in their order, each once. Where they are in it already, or are two such parts, it takes linear time. */
    static SortedEntries of(Collection<? extends ListedHash> entries) {
        List<ListedFile> files = new ArrayList<>();
        List<ListedDigest> digests = new ArrayList<>();
        List<ListedPicture> pictures = new ArrayList<>();
        for (ListedHash entry : entries) {
            if (entry instanceof ListedFile file) {
                files.add(file);
            } else if (entry instanceof ListedDigest digest) {
                digests.add(digest);
            } else if (entry instanceof ListedPicture picture) {
                pictures.add(picture);
            }
        }
        files.sort(ListedFile.BY_HASH);
        digests.sort(ListedDigest.BY_HASH);
        pictures.sort(ListedPicture.BY_ID);
        return new SortedEntries(withoutRepeats(files), withoutRepeats(digests), withoutRepeats(pictures));
    }

    private static <T> List<T> withoutRepeats(List<T> sorted) {
        List<T> kept = new ArrayList<>(sorted.size());
        for (T entry : sorted) {
            if (kept.isEmpty() || !kept.get(kept.size() - 1).equals(entry)) {
                kept.add(entry);
            }
        }
        return kept;
    }

    /** Which entries are gone, by their places: not to be modified once a search may have it. */
    record Gone(BitSet files, BitSet digests, BitSet pictures) {

        static final Gone NONE = new Gone(new BitSet(), new BitSet(), new BitSet());

        Gone copy() {
            return new Gone((BitSet) files.clone(), (BitSet) digests.clone(), (BitSet) pictures.clone());
        }

        int size() {
            return files.cardinality() + digests.cardinality() + pictures.cardinality();
        }
    }

    int fileCount() {
        return files.size();
    }

    int digestCount() {
        return digests.size();
    }

    int pictureCount() {
        return pictures.size();
    }

    int size() {
        return files.size() + digests.size() + pictures.size();
    }

    /** All that are left. */
    List<ListedHash> entries(Gone gone) {
        return Stream.of(
                        left(files.size(), gone.files(), this::file),
                        left(digests.size(), gone.digests(), this::digest),
                        left(pictures.size(), gone.pictures(), this::picture))
                .<ListedHash>flatMap(kind -> kind)
                .toList();
    }

    private static Stream<ListedHash> left(int size, BitSet gone, IntFunction<? extends ListedHash> entry) {
        return IntStream.range(0, size).filter(at -> !gone.get(at)).mapToObj(entry);
    }

    /** Whether an entry is here and left. */
    boolean has(ListedHash entry, Gone gone) {
        int at = place(entry);
        return at != NOWHERE && !bits(entry, gone).get(at);
    }

    /**
     * Notes that an entry is gone, or is there again.
     *
     * @return false where these have no such entry
     */
    boolean mark(ListedHash entry, boolean isGone, Gone gone) {
        int at = place(entry);
        if (at != NOWHERE) {
            bits(entry, gone).set(at, isGone);
        }
        return at != NOWHERE;
    }

    private static BitSet bits(ListedHash entry, Gone gone) {
        return entry instanceof ListedFile
                ? gone.files()
                : entry instanceof ListedDigest ? gone.digests() : gone.pictures();
    }

    private int place(ListedHash entry) {
        if (entry instanceof ListedFile file) {
            return place(file, files.size(), this::file, ListedFile.BY_HASH);
        }
        return entry instanceof ListedDigest digest
                ? place(digest, digests.size(), this::digest, ListedDigest.BY_HASH)
                : place((ListedPicture) entry, pictures.size(), this::picture, ListedPicture.BY_ID);
    }

    private static <T> int place(T wanted, int size, IntFunction<T> entry, Comparator<T> order) {
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (order.compare(entry.apply(middle), wanted) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low < size && entry.apply(low).equals(wanted) ? low : NOWHERE;
    }

    Optional<ListedFile> find(Sha256 file, Gone gone) {
        int at = find(files, file.words(), gone.files());
        return at == NOWHERE ? Optional.empty() : Optional.of(file(at));
    }

    Optional<ListedDigest> find(FileDigest digest, Gone gone) {
        int at = find(digests, digest.words(), gone.digests());
        return at == NOWHERE ? Optional.empty() : Optional.of(digest(at));
    }

    /** The first of that hash that is left. */
    private static int find(HashColumns hashes, long[] hash, BitSet gone) {
        int at = gone.nextClearBit(hashes.firstNotBelow(hash));
        return at < hashes.size() && Hex256.compare(hashes.words(at), hash) == 0 ? at : NOWHERE;
    }

    /** The nearest picture that is left, of equals the first, then the pose that comes first. */
    Optional<PictureMatch> nearest(Map<Pose, PdqHash> hashes, MatchRule rule, Gone gone) {
        PictureMatch nearest = null;
        int nearestEntry = pictures.size();
        int limit = rule.maxDistance();
        for (Pose pose : Pose.values()) {
            PdqHash hash = hashes.get(pose);
            int entry = hash == null ? NOWHERE : nearest(hash, limit, rule.minQuality(), gone.pictures());
            if (entry == NOWHERE) {
                continue;
            }
            int distance = hash.distance(PdqHash.of(pictures.words(entry)));
            if (distance < limit || entry < nearestEntry) {
                nearest = new PictureMatch(picture(entry), distance, pose);
                nearestEntry = entry;
                limit = distance;
            }
        }
        return Optional.ofNullable(nearest);
    }

    /**
     * The first of the nearest entries.
     *
     * @param limit the largest distance
     * @return {@link #NOWHERE} where none is as near
     */
    private int nearest(PdqHash hash, int limit, int minQuality, BitSet gone) {
        int least = limit + 1;
        int found = NOWHERE;
        for (int i = 0; i < pictures.size(); i++) {
            int distance = Long.bitCount(pictures.first()[i] ^ hash.first())
                    + Long.bitCount(pictures.second()[i] ^ hash.second());
            if (distance < least) {
                distance += Long.bitCount(pictures.third()[i] ^ hash.third())
                        + Long.bitCount(pictures.fourth()[i] ^ hash.fourth());
                if (distance < least && (qualities[i] == NOT_STATED || qualities[i] >= minQuality) && !gone.get(i)) {
                    least = distance;
                    found = i;
                }
            }
        }
        return found;
    }

    private ListedFile file(int at) {
        return new ListedFile(Sha256.of(files.words(at)), ofFiles.ids[at], ofFiles.labels[at], ofFiles.source(at));
    }

    private ListedDigest digest(int at) {
        return new ListedDigest(
                FileDigest.of(digests.words(at)), ofDigests.ids[at], ofDigests.labels[at], ofDigests.source(at));
    }

    private ListedPicture picture(int at) {
        OptionalInt quality = qualities[at] == NOT_STATED ? OptionalInt.empty() : OptionalInt.of(qualities[at]);
        return new ListedPicture(
                PdqHash.of(pictures.words(at)),
                quality,
                ofPictures.ids[at],
                ofPictures.labels[at],
                ofPictures.source(at));
    }

    /** What entries are called; each label and source once in memory, however many entries have it. */
    private record Texts(String[] ids, String[] labels, ListSource[] sources) {

        static Texts of(
                List<? extends ListedHash> entries, Map<String, String> labels, Map<ListSource, ListSource> sources) {
            return new Texts(
                    entries.stream().map(ListedHash::id).toArray(String[]::new),
                    entries.stream()
                            .map(entry -> labels.computeIfAbsent(entry.label(), label -> label))
                            .toArray(String[]::new),
                    entries.stream()
                            .map(entry -> entry.source()
                                    .map(source -> sources.computeIfAbsent(source, known -> known))
                                    .orElse(null))
                            .toArray(ListSource[]::new));
        }

        /** Empty where the entry's list has no name. */
        Optional<ListSource> source(int at) {
            return Optional.ofNullable(sources[at]);
        }
    }

    /**
     * Hashes of many entries, word by word in arrays: 32 bytes each, and a search that needs the first words alone
     * leaves the others in memory. Immutable.
     *
     * @param first the first word of each hash, and so on
     */
    private record HashColumns(long[] first, long[] second, long[] third, long[] fourth) {

        static <T> HashColumns of(List<T> entries, Function<T, long[]> words) {
            int size = entries.size();
            HashColumns columns = new HashColumns(new long[size], new long[size], new long[size], new long[size]);
            for (int i = 0; i < size; i++) {
                long[] hash = words.apply(entries.get(i));
                columns.first[i] = hash[0];
                columns.second[i] = hash[1];
                columns.third[i] = hash[2];
                columns.fourth[i] = hash[3];
            }
            return columns;
        }

        int size() {
            return first.length;
        }

        long[] words(int entry) {
            return new long[] {first[entry], second[entry], third[entry], fourth[entry]};
        }

        /**
         * The first of sorted hashes that is not below another.
         *
         * @return its place; the size where all are below
         */
        int firstNotBelow(long[] hash) {
            int low = 0;
            int high = size();
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (Hex256.compare(words(middle), hash) < 0) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low;
        }
    }
}
