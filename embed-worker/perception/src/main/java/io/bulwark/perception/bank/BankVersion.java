package io.bulwark.perception.bank;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;

/** The name of a bank's content. */
final class BankVersion {

    private BankVersion() {}

    /**
     * SHA-256 in lower-case hexadecimal over id, label, embedding and file hash of each reference, every part preceded by its
     * length in bytes (big-endian, as the values are), so that no two contents read the same.
     *
     * @param sorted by id
     */
    static String of(List<LabelledEmbedding> sorted) {
        MessageDigest digest = Sha256.digest();
        for (LabelledEmbedding reference : sorted) {
            update(digest, reference.id().getBytes(StandardCharsets.UTF_8));
            update(digest, reference.label().getBytes(StandardCharsets.UTF_8));
            ByteBuffer row = ByteBuffer.allocate(reference.embedding().length * Float.BYTES);
            row.asFloatBuffer().put(reference.embedding());
            update(digest, row.array());
            update(digest, reference.sourceSha256().orElse("").getBytes(StandardCharsets.UTF_8));
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void update(MessageDigest digest, byte[] part) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(part.length).array());
        digest.update(part);
    }
}
