package io.bulwark.perception.bank;

import io.bulwark.perception.hash.ListedHash.ListSource;
import java.util.List;
import java.util.Optional;

/**
 * A known hash that a file has.
 *
 * @param referenceId of the reference, or of the entry of a hash list
 * @param label its class
 * @param kind of hash
 * @param listed whether it stands on a hash list, and is not of a file that a reference was made from
 * @param source the exchange's list that it stands on, where one is named
 */
public record HashMatch(String referenceId, String label, Kind kind, boolean listed, Optional<ListSource> source) {

    /** A match whose list has no name. */
    public HashMatch(String referenceId, String label, Kind kind, boolean listed) {
        this(referenceId, label, kind, listed, Optional.empty());
    }

    /**
     * What a bank knows of a file's hashes.
     *
     * @param bankVersion of the bank that was asked: one of the same version knows the same
     * @param matches as {@link Bank#known} has them
     */
    public record Found(String bankVersion, List<HashMatch> matches) {

        public Found {
            matches = List.copyOf(matches);
        }

        /** Asks a bank. */
        public static Found in(Bank bank, ContentHashes hashes) {
            return new Found(bank.version(), bank.known(hashes));
        }
    }

    /** Kinds of hashes. */
    public enum Kind {
        /** Of the file's bytes. */
        SHA256,
        /** Of the file's bytes, and can be forged. */
        SHA1,
        /** Of the file's bytes, and can be forged. */
        MD5,
        /** Meta's perceptual hash of the picture. */
        PDQ
    }
}
