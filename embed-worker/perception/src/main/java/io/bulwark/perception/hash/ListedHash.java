package io.bulwark.perception.hash;

/** One entry of a hash list: the hash of a known file or picture and what is known of it. */
public sealed interface ListedHash permits ListedFile, ListedPicture {

    /** The list's id of the entry; not blank. Several hashes of one picture may share it. */
    String id();

    /** What the picture shows, such as {@code csam} or {@code A1}; not blank. */
    String label();
}
