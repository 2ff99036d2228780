package io.bulwark.schemas.serde;

import io.bulwark.schemas.topic.SchemaKey;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The header of Avro's single-object encoding: the bytes C3 01 and the fingerprint of the writer's schema, eight bytes,
 * little-endian.
 *
 * @see <a href="https://avro.apache.org/docs/1.12.0/specification/#single-object-encoding">Avro: single-object
 *     encoding</a>
 */
final class SingleObject {
    static final byte FIRST_BYTE = (byte) 0xC3;
    static final byte SECOND_BYTE = 0x01;
    static final int HEADER_BYTES = 10;

    private SingleObject() {}

    /** The fingerprint that a message claims. The message must be at least {@link #HEADER_BYTES} long. */
    static long fingerprint(byte[] message) {
        return ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN).getLong(2);
    }

    /** A fingerprint as people see it: 16 hexadecimal digits, most significant first. */
    static String text(long fingerprint) {
        return new SchemaKey(fingerprint).toString();
    }
}
