package io.bulwark.cli.casebook;

import java.nio.ByteBuffer;

/** The bytes of an embedding's field. */
final class EmbeddingBytes {

    private EmbeddingBytes() {}

    /** A copy; the field stays as it is. */
    static byte[] of(ByteBuffer content) {
        byte[] bytes = new byte[content.remaining()];
        content.duplicate().get(bytes);
        return bytes;
    }
}
