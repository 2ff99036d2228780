package io.bulwark.perception.hash;

import io.bulwark.imaging.pdq.PdqHash;
import io.bulwark.imaging.pdq.PdqVariants;
import java.util.Comparator;
import java.util.OptionalInt;

/** One entry of a hash list: the hash of a known file or picture and what is known of it. */
public sealed interface ListedHash {

    /** The list's id of the entry; not blank. Several hashes of one picture may share it. */
    String id();

    /** What the picture shows, such as {@code csam} or {@code A1}; not blank. */
    String label();

    /**
     * A known file: found where an upload is the same byte for byte.
     *
     * @param hash of the file
     * @param id not blank
     * @param label not blank
     */
    record ListedFile(Sha256 hash, String id, String label) implements ListedHash {

        static final Comparator<ListedFile> BY_HASH = Comparator.comparing(ListedFile::hash)
                .thenComparing(ListedFile::id)
                .thenComparing(ListedFile::label);

        public ListedFile {
            ListedHash.checkTexts(id, label);
        }
    }

    /**
     * A known picture: found where an upload looks like it.
     *
     * @param hash of the picture
     * @param quality of the hash, 0 to 100, where the list states it
     * @param id not blank
     * @param label not blank
     */
    record ListedPicture(PdqHash hash, OptionalInt quality, String id, String label) implements ListedHash {

        static final Comparator<ListedPicture> BY_ID = Comparator.comparing(ListedPicture::id)
                .thenComparing(ListedPicture::hash)
                .thenComparing(ListedPicture::label)
                .thenComparing(entry -> entry.quality().orElse(-1));

        public ListedPicture {
            quality.ifPresent(PdqVariants::checkQuality);
            ListedHash.checkTexts(id, label);
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
