package io.bulwark.perception.bank;

import io.bulwark.imaging.pdq.PdqHash.PdqVariants;
import io.bulwark.perception.bank.Bank.ContentHashes;
import io.bulwark.perception.bank.Bank.HashMatch;
import io.bulwark.perception.bank.Bank.HashMatch.Kind;
import io.bulwark.perception.bank.BankContents.StoredReference;
import io.bulwark.perception.hash.FileDigest;
import io.bulwark.perception.hash.HashList;
import io.bulwark.perception.hash.HashList.MatchRule;
import io.bulwark.perception.hash.HashList.PictureMatch;
import io.bulwark.perception.hash.ListedHash;
import io.bulwark.perception.hash.Sha256;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The hashes that a bank knows: those of the files that its references were made from, and those of hash lists. By label,
 * so that of equals under several labels none hides another. Immutable; any thread.
 */
final class KnownHashes {

    private static final MatchRule RULE = MatchRule.recommended();

    private final SourceFiles.Seen sources;
    private final Map<String, HashList> lists;
    private final boolean hasPictures;
    private final boolean hasDigests;

    /** @param lists entries of hash lists by their labels, as {@link ListedEntries#byLabel} has them */
    KnownHashes(SourceFiles.Seen sources, Map<String, HashList> lists) {
        this.sources = sources;
        this.lists = lists;
        hasPictures = lists.values().stream().anyMatch(list -> list.pictureCount() > 0);
        hasDigests = lists.values().stream().anyMatch(list -> list.digestCount() > 0);
    }

    boolean hasPictures() {
        return hasPictures;
    }

    boolean hasDigests() {
        return hasDigests;
    }

    /**
     * The entries of the very file, one a label and hash, then those of the most similar listed picture for each of its
     * frames.
     */
    List<HashMatch> find(ContentHashes hashes) {
        List<HashMatch> matches = new ArrayList<>();
        hashes.file().ifPresent(file -> {
            sources.of(file)
                    .forEach(reference ->
                            matches.add(new HashMatch(reference.id(), reference.label(), Kind.SHA256, false)));
            lists.values().stream()
                    .flatMap(list -> list.find(file).stream())
                    .forEach(entry -> matches.add(listed(entry, Kind.SHA256)));
        });
        hashes.digests()
                .forEach(digest -> lists.values().stream()
                        .flatMap(list -> list.find(digest).stream())
                        .forEach(entry -> matches.add(
                                listed(entry, digest.kind() == FileDigest.Kind.MD5 ? Kind.MD5 : Kind.SHA1))));
        if (hasPictures) {
            hashes.pictures().forEach(picture -> matches.addAll(ofPicture(picture)));
        }
        return matches.stream().distinct().toList();
    }

    private static HashMatch listed(ListedHash entry, Kind kind) {
        return new HashMatch(entry.id(), entry.label(), kind, true, entry.source());
    }

    private List<HashMatch> ofPicture(PdqVariants picture) {
        List<PictureMatch> matches = lists.values().stream()
                .flatMap(list -> list.nearest(picture, RULE).stream())
                .toList();
        int least = matches.stream().mapToInt(PictureMatch::distance).min().orElse(0);
        return matches.stream()
                .filter(match -> match.distance() == least)
                .map(match -> listed(match.entry(), Kind.PDQ))
                .toList();
    }

    /**
     * The files that references were made from. It changes with one reference at a time, and what was seen of it does
     * not: files stand in buckets by their hash's first bits, and a bucket that changes is copied. Owned by one thread.
     */
    static final class SourceFiles {

        private static final int FULL = 64;
        private static final StoredReference[] EMPTY = {};

        private StoredReference[][] buckets = {EMPTY};
        private boolean bucketsAreSeen;
        private int size;

        void add(StoredReference reference) {
            if (reference.source().isEmpty()) {
                return;
            }
            if (++size > FULL * buckets.length) {
                grow();
            }
            int bucket = bucket(buckets, reference.source().get());
            put(bucket, appended(buckets[bucket], reference));
        }

        void remove(StoredReference reference) {
            if (reference.source().isEmpty()) {
                return;
            }
            size--;
            int bucket = bucket(buckets, reference.source().get());
            put(bucket, without(buckets[bucket], reference));
        }

        private void put(int bucket, StoredReference[] content) {
            if (bucketsAreSeen) {
                buckets = buckets.clone();
                bucketsAreSeen = false;
            }
            buckets[bucket] = content;
        }

        private void grow() {
            StoredReference[][] more = new StoredReference[2 * buckets.length][];
            Arrays.fill(more, EMPTY);
            for (StoredReference[] content : buckets) {
                for (StoredReference reference : content) {
                    int bucket = bucket(more, reference.source().orElseThrow());
                    more[bucket] = appended(more[bucket], reference);
                }
            }
            buckets = more;
            bucketsAreSeen = false;
        }

        /** The number of buckets is a power of two. */
        private static int bucket(StoredReference[][] buckets, Sha256 file) {
            return (int) (file.first() & (buckets.length - 1));
        }

        private static StoredReference[] appended(StoredReference[] content, StoredReference reference) {
            StoredReference[] more = Arrays.copyOf(content, content.length + 1);
            more[content.length] = reference;
            return more;
        }

        private static StoredReference[] without(StoredReference[] content, StoredReference reference) {
            return Arrays.stream(content).filter(each -> each != reference).toArray(StoredReference[]::new);
        }

        /** What is there now, and stays so. */
        Seen seen() {
            bucketsAreSeen = true;
            return new Seen(buckets);
        }

        /** The files at one moment. Immutable; any thread. */
        static final class Seen {

            private final StoredReference[][] buckets;

            private Seen(StoredReference[][] buckets) {
                this.buckets = buckets;
            }

            /** The references made from a file, in the order of their labels; of one label that with the lowest id. */
            List<StoredReference> of(Sha256 file) {
                TreeMap<String, StoredReference> byLabel = new TreeMap<>();
                for (StoredReference reference : buckets[bucket(buckets, file)]) {
                    if (reference.source().orElseThrow().equals(file)) {
                        byLabel.merge(reference.label(), reference, SourceFiles::lower);
                    }
                }
                return List.copyOf(byLabel.values());
            }
        }

        private static StoredReference lower(StoredReference one, StoredReference other) {
            return Comparator.comparing(StoredReference::id).compare(one, other) <= 0 ? one : other;
        }
    }
}
