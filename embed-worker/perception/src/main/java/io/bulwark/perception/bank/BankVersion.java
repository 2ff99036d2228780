package io.bulwark.perception.bank;

import io.bulwark.perception.hash.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;

/** The name of a bank's content. */
final class BankVersion {

    private BankVersion() {}

    /**
     * SHA-256 in lower-case hexadecimal over id, label and embedding of each reference and the known hashes, every part preceded by its
     * length in bytes (big-endian, as the values are), so that no two contents read the same.
     *
     * @param sorted by id
     * @param hashes version of the known hashes; empty where there are none
     */
    static String of(List<LabelledEmbedding> sorted, String hashes) {
        MessageDigest digest = Sha256.newDigest();
        for (LabelledEmbedding reference : sorted) {
            update(digest, reference.id().getBytes(StandardCharsets.UTF_8));
            update(digest, reference.label().getBytes(StandardCharsets.UTF_8));
            ByteBuffer row = ByteBuffer.allocate(reference.embedding().length * Float.BYTES);
            row.asFloatBuffer().put(reference.embedding());
            update(digest, row.array());
        }
        if (!hashes.isEmpty()) {
            update(digest, hashes.getBytes(StandardCharsets.UTF_8));
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void update(MessageDigest digest, byte[] part) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(part.length).array());
        digest.update(part);
    }
}
