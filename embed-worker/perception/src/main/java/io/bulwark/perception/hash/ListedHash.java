package io.bulwark.perception.hash;

import io.bulwark.imaging.pdq.PdqHash;
import io.bulwark.imaging.pdq.PdqHash.PdqVariants;
import java.util.Comparator;
import java.util.Optional;
import java.util.OptionalInt;

/** One entry of a hash list: the hash of a known file or picture and what is known of it. */
public sealed interface ListedHash {

    /** The list's id of the entry; not blank. Several hashes of one picture may share it. */
    String id();

    /** What the picture shows, such as {@code csam} or {@code A1}; not blank. */
    String label();

    /** The exchange's list that it is from; empty where none is named. */
    Optional<ListSource> source();

    /** Whether no operator vouches for its list. */
    default boolean isUnverified() {
        return !source().map(ListSource::verified).orElse(false);
    }

    /**
     * A known file: found where an upload is the same byte for byte.
     *
     * @param hash of the file
     * @param id not blank
     * @param label not blank
     * @param source the exchange's list
     */
    record ListedFile(Sha256 hash, String id, String label, Optional<ListSource> source) implements ListedHash {

        static final Comparator<ListedFile> BY_HASH = Comparator.comparing(ListedFile::hash)
                .thenComparing(ListedFile::isUnverified)
                .thenComparing(ListedFile::id)
                .thenComparing(ListedFile::label)
                .thenComparing(ListedFile::source, ListSource.BY_NAME);

        public ListedFile {
            ListedHash.checkTexts(id, label);
        }

        /** An entry of a list without a name. */
        public ListedFile(Sha256 hash, String id, String label) {
            this(hash, id, label, Optional.empty());
        }
    }

    /**
     * A known file by a digest that can be forged.
     *
     * @param hash of the file
     * @param id not blank
     * @param label not blank
     * @param source the exchange's list
     */
    record ListedDigest(FileDigest hash, String id, String label, Optional<ListSource> source) implements ListedHash {

        static final Comparator<ListedDigest> BY_HASH = Comparator.<ListedDigest>comparingLong(
                        entry -> entry.hash().first() ^ Long.MIN_VALUE)
                .thenComparingLong(entry -> entry.hash().second() ^ Long.MIN_VALUE)
                .thenComparingInt(entry -> entry.hash().third() ^ Integer.MIN_VALUE)
                .thenComparing(entry -> entry.hash().kind())
                .thenComparing(ListedDigest::isUnverified)
                .thenComparing(ListedDigest::id)
                .thenComparing(ListedDigest::label)
                .thenComparing(ListedDigest::source, ListSource.BY_NAME);

        public ListedDigest {
            ListedHash.checkTexts(id, label);
        }

        /** An entry of a list without a name. */
        public ListedDigest(FileDigest hash, String id, String label) {
            this(hash, id, label, Optional.empty());
        }
    }

    /**
     * A known picture: found where an upload looks like it.
     *
     * @param hash of the picture
     * @param quality of the hash, 0 to 100, where the list states it
     * @param id not blank
     * @param label not blank
     * @param source the exchange's list
     */
    record ListedPicture(PdqHash hash, OptionalInt quality, String id, String label, Optional<ListSource> source)
            implements ListedHash {

        static final Comparator<ListedPicture> BY_ID = Comparator.comparing(ListedPicture::isUnverified)
                .thenComparing(ListedPicture::id)
                .thenComparing(ListedPicture::hash)
                .thenComparing(ListedPicture::label)
                .thenComparing(entry -> entry.quality().orElse(-1))
                .thenComparing(ListedPicture::source, ListSource.BY_NAME);

        public ListedPicture {
            quality.ifPresent(PdqVariants::checkQuality);
            ListedHash.checkTexts(id, label);
        }

        /** An entry of a list without a name. */
        public ListedPicture(PdqHash hash, OptionalInt quality, String id, String label) {
            this(hash, quality, id, label, Optional.empty());
        }
    }

    /**
     * The exchange's list that entries are from.
     *
     * @param list its name; not blank
     * @param severity as the list says, such as {@code A1}
     * @param verified whether the operator vouches that people at the list's source checked each entry
     * @param adult whether the list is about adults, and never leads to a report
     */
    record ListSource(String list, Optional<String> severity, boolean verified, boolean adult) {

        /** By the list's name, then all the rest; an entry of a list without a name is first. */
        static final Comparator<Optional<ListSource>> BY_NAME = Comparator.comparing(
                source -> source.orElse(null),
                Comparator.nullsFirst(Comparator.comparing(ListSource::list)
                        .thenComparing(source -> source.severity().orElse(""))
                        .thenComparing(source -> source.severity().isPresent())
                        .thenComparing(ListSource::verified)
                        .thenComparing(ListSource::adult)));

        public ListSource {
            if (list.isBlank()) {
                throw new IllegalArgumentException("a list has a blank name, wanted is a text");
            }
        }
    }

    private static void checkTexts(String id, String label) {
        if (id.isBlank()) {
            throw new IllegalArgumentException("an entry has a blank id, wanted is a text");
        }
        if (label.isBlank()) {
            throw new IllegalArgumentException("an entry has a blank label, wanted is a text");
        }
    }
}
