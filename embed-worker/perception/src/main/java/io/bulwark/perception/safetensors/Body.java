package io.bulwark.perception.safetensors;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Bytes of a file, wherever they lie. Offsets count from the start of the file. */
sealed interface Body extends AutoCloseable {

    long size();

    /** A read-only view; {@code offset + length} is within {@link #size()}. */
    ByteBuffer slice(long offset, int length) throws IOException;

    /** Fills a buffer from its position to its limit, without mapping. */
    void read(long offset, ByteBuffer target) throws IOException;

    @Override
    void close() throws IOException;

    /** A file, mapped where it is read. Mappings outlive the channel and go with their buffers. */
    record Mapped(FileChannel channel, long size) implements Body {

        @Override
        public ByteBuffer slice(long offset, int length) throws IOException {
            return channel.map(FileChannel.MapMode.READ_ONLY, offset, length);
        }

        @Override
        public void read(long offset, ByteBuffer target) throws IOException {
            long at = offset;
            while (target.hasRemaining()) {
                int count = channel.read(target, at);
                if (count < 0) {
                    throw new EOFException("the file ends at byte " + at + ": it was shortened while it was read");
                }
                at += count;
            }
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
        public void read(long offset, ByteBuffer target) {
            target.put(bytes.slice(Math.toIntExact(offset), target.remaining()));
        }

        @Override
        public void close() {}
    }
}
