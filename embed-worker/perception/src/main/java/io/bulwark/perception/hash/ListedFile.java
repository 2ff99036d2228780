package io.bulwark.perception.hash;

import java.util.Comparator;

/**
 * A known file: found where an upload is the same byte for byte.
 *
 * @param hash of the file
 * @param id not blank
 * @param label not blank
 */
public record ListedFile(Sha256 hash, String id, String label) implements ListedHash {

    static final Comparator<ListedFile> BY_HASH =
            Comparator.comparing(ListedFile::hash).thenComparing(ListedFile::id).thenComparing(ListedFile::label);

    public ListedFile {
        Texts.check(id, label);
    }
}
