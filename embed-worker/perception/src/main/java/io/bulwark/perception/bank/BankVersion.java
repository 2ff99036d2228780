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
     * SHA-256 in lower-case hexadecimal over id, label and embedding of each reference and the known hashes, every part
     * preceded by its length in bytes (big-endian, as the values are), so that no two contents read the same. The variants
     * of a reference follow an empty part, which no id is: a bank without any has the version that it always had.
     *
     * @param sorted by id
     * @param hashes version of the known hashes; empty where there are none
     */
    static String of(List<LabelledEmbedding> sorted, String hashes) {
        MessageDigest digest = Sha256.newDigest();
        for (LabelledEmbedding reference : sorted) {
            update(digest, reference.id().getBytes(StandardCharsets.UTF_8));
            update(digest, reference.label().getBytes(StandardCharsets.UTF_8));
            update(digest, reference.embedding());
            if (!reference.variants().isEmpty()) {
                update(digest, new byte[0]);
                update(digest, new byte[] {(byte) reference.variants().size()});
                for (ReferenceVariant variant : reference.variants()) {
                    update(digest, variant.name().getBytes(StandardCharsets.UTF_8));
                    update(digest, variant.embedding());
                }
            }
        }
        if (!hashes.isEmpty()) {
            update(digest, hashes.getBytes(StandardCharsets.UTF_8));
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void update(MessageDigest digest, float[] values) {
        ByteBuffer row = ByteBuffer.allocate(values.length * Float.BYTES);
        row.asFloatBuffer().put(values);
        update(digest, row.array());
    }

    private static void update(MessageDigest digest, byte[] part) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(part.length).array());
        digest.update(part);
    }
}
