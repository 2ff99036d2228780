package io.bulwark.perception.bank;

import io.bulwark.imaging.pdq.PdqVariants;
import io.bulwark.perception.hash.FileDigest;
import io.bulwark.perception.hash.Sha256;
import java.util.List;
import java.util.Optional;

/**
 * The hashes that a file may be known by.
 *
 * @param file of its bytes; empty where there is no file
 * @param digests MD5 and SHA-1 of its bytes; empty where they were not requested
 * @param pictures of its frames; empty where they were not requested
 */
public record ContentHashes(Optional<Sha256> file, List<FileDigest> digests, List<PdqVariants> pictures) {

    /** Of what is no file. */
    public static final ContentHashes NONE = new ContentHashes(Optional.empty(), List.of());

    public ContentHashes {
        digests = List.copyOf(digests);
        pictures = List.copyOf(pictures);
    }

    /** Without MD5 and SHA-1. */
    public ContentHashes(Optional<Sha256> file, List<PdqVariants> pictures) {
        this(file, List.of(), pictures);
    }

    /** Of the file's bytes alone. */
    public static ContentHashes of(Sha256 file) {
        return new ContentHashes(Optional.of(file), List.of());
    }
}
