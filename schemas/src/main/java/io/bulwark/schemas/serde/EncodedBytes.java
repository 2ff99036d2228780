package io.bulwark.schemas.serde;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.apache.avro.message.MessageEncoder;

/**
 * The bytes of one event, while an encoder of Avro writes them. Each thread keeps the last stream that it wrote to, and with
 * Avro's own streams the bytes of the largest event that it ever wrote; of this one it keeps nothing once the bytes are taken.
 *
 * <p>Not thread-safe: one a message.
 */
final class EncodedBytes extends OutputStream {

    private ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    private EncodedBytes() {}

    /** An event as an encoder writes it; the array is the caller's. */
    static <T> byte[] of(MessageEncoder<T> encoder, T event) throws IOException {
        EncodedBytes out = new EncodedBytes();
        try {
            encoder.encode(event, out);
            return out.bytes.toByteArray();
        } finally {
            out.bytes = null;
        }
    }

    @Override
    public void write(int value) {
        bytes.write(value);
    }

    @Override
    public void write(byte[] from, int offset, int length) {
        bytes.write(from, offset, length);
    }
}
