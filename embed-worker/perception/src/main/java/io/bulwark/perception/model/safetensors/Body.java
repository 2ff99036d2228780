package io.bulwark.perception.model.safetensors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Bytes of a file, wherever they lie. Offsets count from the start of the file. */
sealed interface Body extends AutoCloseable {

    long size();

    /** A read-only view; {@code offset + length} is within {@link #size()}. */
    ByteBuffer slice(long offset, int length) throws IOException;

    @Override
    void close() throws IOException;

    /** A file, mapped where it is read. Mappings outlive the channel and go with their buffers. */
    record Mapped(FileChannel channel, long size) implements Body {

        @Override
        public ByteBuffer slice(long offset, int length) throws IOException {
            return channel.map(FileChannel.MapMode.READ_ONLY, offset, length);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    /** Bytes on the heap: small files and resources. */
    record Heap(ByteBuffer bytes) implements Body {

        @Override
        public long size() {
            return bytes.capacity();
        }

        @Override
        public ByteBuffer slice(long offset, int length) {
            return bytes.slice(Math.toIntExact(offset), length).asReadOnlyBuffer();
        }

        @Override
        public void close() {}
    }
}
