package io.bulwark.perception.hash;

import io.bulwark.imaging.pdq.PdqHash;
import io.bulwark.imaging.pdq.PdqHash.PdqVariants;
import io.bulwark.perception.hash.HashList.InvalidHashListException;
import io.bulwark.perception.hash.HashList.ReadReport;
import io.bulwark.perception.hash.ListedHash.ListedDigest;
import io.bulwark.perception.hash.ListedHash.ListedFile;
import io.bulwark.perception.hash.ListedHash.ListedPicture;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Makes entries of a list's texts and hands them on. One thread. */
final class EntrySink {

    private final String label;
    private final Consumer<? super ListedHash> into;
    private final Map<String, Long> skipped = new TreeMap<>();
    private long entries;

    /**
     * @param label of entries that have none
     * @param into receives the entries
     */
    EntrySink(String label, Consumer<? super ListedHash> into) {
        if (label.isBlank()) {
            throw new IllegalArgumentException("The label for entries without one is blank, wanted is a text");
        }
        this.label = label;
        this.into = into;
    }

    /**
     * Hands an entry on. Blank texts stand for none: the id is then the hash itself, and the label that of the list.
     *
     * @param line where it stands
     * @throws InvalidHashListException if the hash or its quality is none
     */
    void add(long line, HashKind kind, String hash, String quality, String id, String ownLabel) {
        ListedHash entry;
        try {
            String shown = ownLabel.isBlank() ? label : ownLabel;
            entry = switch (kind) {
                case SHA256 -> {
                    Sha256 file = Sha256.parse(hash);
                    yield new ListedFile(file, id.isBlank() ? file.hex() : id, shown);
                }
                case MD5 -> digest(FileDigest.parse(FileDigest.Kind.MD5, hash), id, shown);
                case SHA1 -> digest(FileDigest.parse(FileDigest.Kind.SHA1, hash), id, shown);
                case PDQ -> {
                    PdqHash picture = PdqHash.parse(hash);
                    yield new ListedPicture(picture, quality(quality), id.isBlank() ? picture.hex() : id, shown);
                }
            };
        } catch (IllegalArgumentException e) {
            throw new InvalidHashListException(line, e.getMessage(), e);
        }
        into.accept(entry);
        entries++;
    }

    private static ListedDigest digest(FileDigest file, String id, String label) {
        return new ListedDigest(file, id.isBlank() ? file.hex() : id, label);
    }

    private static OptionalInt quality(String text) {
        if (text.isEmpty()) {
            return OptionalInt.empty();
        }
        int quality;
        try {
            quality = Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("the quality is no whole number, allowed is 0 to 100", e);
        }
        PdqVariants.checkQuality(quality);
        return OptionalInt.of(quality);
    }

    /** Counts a hash that is left out. */
    void skip(String reason) {
        skipped.merge(reason, 1L, Long::sum);
    }

    ReadReport report() {
        return new ReadReport(entries, skipped);
    }

    /** The kinds of hashes that are read from lists. */
    enum HashKind {
        SHA256("sha256", Set.of("sha256", "sha-256", "hash_sha256")),
        SHA1("sha1", Set.of("sha1", "sha-1", "hash_sha1")),
        MD5("md5", Set.of("md5", "hash_md5")),
        PDQ("pdq", Set.of("pdq", "hash_pdq"));

        private final String written;
        private final Set<String> read;

        /**
         * @param written the name in lists of our own
         * @param read the names in lists of others, those of ThreatExchange's indicators among them
         */
        HashKind(String written, Set<String> read) {
            this.written = written;
            this.read = read;
        }

        /** The name in a list that is written. */
        String written() {
            return written;
        }

        /** The kind that a list calls so, upper or lower case; empty for the many that are not read. */
        static Optional<HashKind> ofName(String name) {
            String lower = name.toLowerCase(Locale.ROOT);
            for (HashKind kind : values()) {
                if (kind.read.contains(lower)) {
                    return Optional.of(kind);
                }
            }
            return Optional.empty();
        }
    }
}
