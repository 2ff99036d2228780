package io.bulwark.perception.bank;

import io.bulwark.perception.hash.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * The name of a bank's content: equal banks have one version, whatever came and went before, and a change costs one
 * reference's hash. Owned by one thread.
 */
final class BankVersion {

    /** Raised when the same content gets another version. */
    private static final String FORMAT = "bulwark-bank-2";

    private final LatticeHash references = new LatticeHash();

    void add(LabelledEmbedding reference) {
        references.add(hash(reference));
    }

    /** Takes away what was added. */
    void remove(LabelledEmbedding reference) {
        references.remove(hash(reference));
    }

    /**
     * SHA-256 in lower-case hexadecimal over the sum of all references' hashes and the hash lists, every part preceded by
     * its length.
     *
     * @param lists version of the hash lists; empty where there are none
     */
    String hex(String lists) {
        MessageDigest digest = Sha256.newDigest();
        update(digest, FORMAT);
        update(digest, references.bytes());
        update(digest, lists);
        return HexFormat.of().formatHex(digest.digest());
    }

    /**
     * SHA-256 over id, label, source, embedding, and name and embedding of each variant in their order, every part preceded
     * by its length in bytes (big-endian, as the values are), so that no two references read the same.
     */
    private static Sha256 hash(LabelledEmbedding reference) {
        MessageDigest digest = Sha256.newDigest();
        update(digest, reference.id());
        update(digest, reference.label());
        update(digest, reference.sourceSha256().map(Sha256::hex).orElse(""));
        update(digest, reference.embedding());
        for (ReferenceVariant variant : reference.variants()) {
            update(digest, variant.name());
            update(digest, variant.embedding());
        }
        return Sha256.ofDigest(digest.digest());
    }

    private static void update(MessageDigest digest, float[] values) {
        ByteBuffer row = ByteBuffer.allocate(values.length * Float.BYTES);
        row.asFloatBuffer().put(values);
        update(digest, row.array());
    }

    private static void update(MessageDigest digest, String text) {
        update(digest, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void update(MessageDigest digest, byte[] part) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(part.length).array());
        digest.update(part);
    }
}
