package io.bulwark.perception.hub;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A file as the hub describes it.
 *
 * @param name without folders
 * @param size in bytes
 * @param digest how its checksum is made
 * @param checksum lower-case hexadecimal
 */
record RemoteFile(String name, long size, Digest digest, String checksum) {

    /** Kinds of checksums that the hub states. */
    enum Digest {
        /** Of the content: files kept in large-file storage. */
        SHA_256,
        /** Git's object id, SHA-1 over a header and the content: files kept in the repository itself. */
        GIT_BLOB
    }

    /** What is wrong with a downloaded copy; empty if nothing is. */
    String fault(Path copy) throws IOException {
        long found = Files.size(copy);
        if (found != size) {
            return "has %d bytes, the hub says %d".formatted(found, size);
        }
        String sum = checksumOf(copy);
        return sum.equals(checksum) ? "" : "has %s %s, the hub says %s".formatted(digest, sum, checksum);
    }

    private String checksumOf(Path copy) throws IOException {
        try {
            MessageDigest function = MessageDigest.getInstance(digest == Digest.SHA_256 ? "SHA-256" : "SHA-1");
            if (digest == Digest.GIT_BLOB) {
                function.update(("blob " + size + "\0").getBytes(StandardCharsets.US_ASCII));
            }
            try (InputStream content = new DigestInputStream(Files.newInputStream(copy), function)) {
                content.transferTo(OutputStream.nullOutputStream());
            }
            return HexFormat.of().formatHex(function.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1 and SHA-256", e);
        }
    }
}
