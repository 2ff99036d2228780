package io.bulwark.schemas.serde;

import java.nio.ByteBuffer;

/** The header of a schema registry's framing: a zero byte and the schema's id, four bytes, big-endian. */
final class RegistryFraming {
    static final byte FIRST_BYTE = 0x00;
    static final int HEADER_BYTES = 5;

    private RegistryFraming() {}

    /** The id that a message claims, unsigned. The message must be at least {@link #HEADER_BYTES} long. */
    static long schemaId(byte[] message) {
        return Integer.toUnsignedLong(ByteBuffer.wrap(message).getInt(1));
    }
}
