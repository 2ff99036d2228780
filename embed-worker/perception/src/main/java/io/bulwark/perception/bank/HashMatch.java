package io.bulwark.perception.bank;

/**
 * A known hash that a file has.
 *
 * @param referenceId of the reference, or of the entry of a hash list
 * @param label its class
 * @param kind of hash
 * @param listed whether it stands on a hash list, and is not of a file that a reference was made from
 */
public record HashMatch(String referenceId, String label, Kind kind, boolean listed) {

    /** Kinds of hashes. */
    public enum Kind {
        /** Of the file's bytes. */
        SHA256,
        /** Meta's perceptual hash of the picture. */
        PDQ
    }
}
