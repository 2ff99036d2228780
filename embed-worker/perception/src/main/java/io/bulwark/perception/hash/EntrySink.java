package io.bulwark.perception.hash;

import io.bulwark.imaging.pdq.PdqHash;
import io.bulwark.imaging.pdq.PdqVariants;
import java.util.Map;
import java.util.OptionalInt;
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
}
