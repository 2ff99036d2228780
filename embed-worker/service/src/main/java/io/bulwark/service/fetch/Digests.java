package io.bulwark.service.fetch;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 of whole files. */
final class Digests {

    private Digests() {}

    static FetchResult.Fetched fetched(byte[] bytes, Runnable lease) {
        return new FetchResult.Fetched(bytes, sha256(bytes), lease);
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every JDK has SHA-256", impossible);
        }
    }
}
