package io.bulwark.perception.bank;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** The name of a bank's content. */
final class BankVersion {

    private BankVersion() {}

    /**
     * SHA-256 in lower-case hexadecimal over id, label and embedding of each reference, every part preceded by its
     * length in bytes (big-endian, as the values are), so that no two contents read the same.
     *
     * @param sorted by id
     */
    static String of(List<LabelledEmbedding> sorted) {
        MessageDigest digest = sha256();
        for (LabelledEmbedding reference : sorted) {
            update(digest, reference.id().getBytes(StandardCharsets.UTF_8));
            update(digest, reference.label().getBytes(StandardCharsets.UTF_8));
            ByteBuffer row = ByteBuffer.allocate(reference.embedding().length * Float.BYTES);
            row.asFloatBuffer().put(reference.embedding());
            update(digest, row.array());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void update(MessageDigest digest, byte[] part) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(part.length).array());
        digest.update(part);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
