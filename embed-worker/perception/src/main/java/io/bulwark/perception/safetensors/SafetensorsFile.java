package io.bulwark.perception.safetensors;

import io.bulwark.perception.safetensors.ElementType.Halves;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * A safetensors file, checked whole before the first tensor is read: 8 bytes of header length (unsigned,
 * little-endian), a JSON header, a body that the tensors tile.
 *
 * <p>Immutable; any thread may read. Buffers that were handed out stay valid after {@link #close()}. A file that another
 * process shortens while it is mapped ends in an {@link InternalError} of the JVM: replace checkpoints by renaming.
 *
 * @see <a href="https://github.com/huggingface/safetensors#format">the format</a>
 */
public final class SafetensorsFile implements TensorFile {

    /** Longest header accepted, in bytes; a ViT-L/14 with both towers has about 0.1 MiB. */
    public static final int MAX_HEADER_BYTES = 16 << 20;

    private static final int LENGTH_BYTES = Long.BYTES;
    private static final int STREAM_PIECE = 256 << 10;

    private final String name;
    private final Body body;
    private final long bodyStart;
    private final Map<String, TensorInfo> tensors;
    private final Map<String, String> metadata;

    private SafetensorsFile(String name, Body body, long bodyStart, HeaderReader.Header header) {
        this.name = name;
        this.body = body;
        this.bodyStart = bodyStart;
        this.tensors = Collections.unmodifiableMap(header.tensors());
        this.metadata = Collections.unmodifiableMap(header.metadata());
    }

    /**
     * Opens a file; tensors are mapped as they are read.
     *
     * @throws SafetensorsException if it is not a well-formed safetensors file
     * @throws IOException if it cannot be read
     */
    public static SafetensorsFile open(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        try {
            return read(file.toString(), new Body.Mapped(channel, channel.size()));
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * Reads a small file, such as a resource, onto the heap.
     *
     * @param name what messages call it
     * @param stream read to its end, not closed
     * @throws SafetensorsException if it is not a well-formed safetensors file
     * @throws IOException if it cannot be read
     */
    public static SafetensorsFile read(String name, InputStream stream) throws IOException {
        return of(name, stream.readAllBytes());
    }

    /**
     * A file that lies in an array, which is not copied.
     *
     * @throws SafetensorsException if it is not a well-formed safetensors file
     */
    public static SafetensorsFile of(String name, byte[] bytes) {
        try {
            return read(name, new Body.Heap(ByteBuffer.wrap(bytes)));
        } catch (IOException e) {
            throw new SafetensorsException(name + ": cannot be read", e);
        }
    }

    private static SafetensorsFile read(String name, Body body) throws IOException {
        if (body.size() < LENGTH_BYTES) {
            throw new SafetensorsException(
                    "%s: %d bytes are too few for a safetensors file".formatted(name, body.size()));
        }
        long headerBytes =
                body.slice(0, LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN).getLong();
        long available = body.size() - LENGTH_BYTES;
        // A negative long is an unsigned length beyond 2^63.
        if (headerBytes < 0 || headerBytes > available) {
            throw new SafetensorsException(
                    "%s: claims a header of %s bytes, %d follow: not a safetensors file, or cut off"
                            .formatted(name, Long.toUnsignedString(headerBytes), available));
        }
        if (headerBytes > MAX_HEADER_BYTES) {
            throw new SafetensorsException(
                    "%s: claims a header of %d bytes, allowed are %d".formatted(name, headerBytes, MAX_HEADER_BYTES));
        }
        String json = utf8(name, body.slice(LENGTH_BYTES, (int) headerBytes));
        long bodyStart = LENGTH_BYTES + headerBytes;
        return new SafetensorsFile(name, body, bodyStart, HeaderReader.read(name, json, body.size() - bodyStart));
    }

    private static String utf8(String name, ByteBuffer bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException e) {
            throw new SafetensorsException(name + ": the header is not UTF-8", e);
        }
    }

    /** What messages call the file. */
    @Override
    public String name() {
        return name;
    }

    /** All tensors by name, in the header's order. */
    @Override
    public Map<String, TensorInfo> tensors() {
        return tensors;
    }

    /** The header's {@code __metadata__}. */
    public Map<String, String> metadata() {
        return metadata;
    }

    /**
     * What the header says of a tensor.
     *
     * @throws SafetensorsException if there is none of that name
     */
    @Override
    public TensorInfo tensor(String tensor) {
        TensorInfo info = tensors.get(tensor);
        if (info == null) {
            throw new SafetensorsException("%s: no tensor '%s' among %d".formatted(name, tensor, tensors.size()));
        }
        return info;
    }

    /**
     * A tensor's bytes: read-only, little-endian, mapped.
     *
     * @throws SafetensorsException if there is none of that name, or it has 2 GiB or more ({@link #copyTo} takes those)
     */
    @Override
    public ByteBuffer bytes(String tensor) {
        TensorInfo info = tensor(tensor);
        if (info.bytes() > Integer.MAX_VALUE) {
            throw new SafetensorsException("%s: tensor '%s' has %d bytes, one buffer holds %d at most"
                    .formatted(name, tensor, info.bytes(), Integer.MAX_VALUE));
        }
        return slice(info, 0, (int) info.bytes());
    }

    /**
     * A copy of a floating-point tensor, row-major, widened or narrowed to binary32.
     *
     * @throws SafetensorsException if there is none of that name, it is not F16, BF16, F32 or F64, or it has 2 GiB or more
     */
    @Override
    public float[] floats(String tensor) {
        TensorInfo info = tensor(tensor);
        if (!info.type().readsAsFloat()) {
            throw new SafetensorsException("%s: tensor '%s' has type %s, wanted is one of F16, BF16, F32, F64"
                    .formatted(name, tensor, info.type()));
        }
        ByteBuffer bytes = bytes(tensor);
        float[] values = new float[Math.toIntExact(info.elements())];
        switch (info.type()) {
            case F32 -> bytes.asFloatBuffer().get(values);
            case F16 -> {
                for (int i = 0; i < values.length; i++) {
                    values[i] = Halves.fromHalf(bytes.getShort(2 * i));
                }
            }
            case BF16 -> {
                for (int i = 0; i < values.length; i++) {
                    values[i] = Halves.fromBfloat(bytes.getShort(2 * i));
                }
            }
            default -> {
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float) bytes.getDouble(8 * i);
                }
            }
        }
        return values;
    }

    /**
     * Writes a tensor's bytes as they are, of any length, a piece at a time and without mapping them: what is streamed
     * counts neither as heap nor as resident memory.
     *
     * @param channel handed whole elements in each call, as it is read only
     * @throws SafetensorsException if there is none of that name
     * @throws IOException if the file or the channel fails
     */
    public void copyTo(String tensor, WritableByteChannel channel) throws IOException {
        TensorInfo info = tensor(tensor);
        ByteBuffer piece = ByteBuffer.allocate((int) Math.min(STREAM_PIECE, info.bytes()));
        for (long at = 0; at < info.bytes(); at += piece.limit()) {
            piece.clear().limit((int) Math.min(piece.capacity(), info.bytes() - at));
            body.read(bodyStart + info.begin() + at, piece);
            piece.flip();
            while (piece.hasRemaining()) {
                channel.write(piece);
            }
        }
    }

    private ByteBuffer slice(TensorInfo info, long from, int length) {
        try {
            return body.slice(bodyStart + info.begin() + from, length).order(ByteOrder.LITTLE_ENDIAN);
        } catch (IOException e) {
            throw new SafetensorsException("%s: tensor '%s' cannot be mapped".formatted(name, info.name()), e);
        }
    }

    @Override
    public void close() {
        try {
            body.close();
        } catch (IOException e) {
            throw new SafetensorsException(name + ": cannot be closed", e);
        }
    }

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

    /**
     * What a header says of one tensor, checked.
     *
     * @param name unique in the file
     * @param type of its elements
     * @param shape extents, none negative; empty for a scalar
     * @param begin first byte, from the start of the body
     * @param end one past the last byte; {@code end - begin} is the product of the extents times the element's size
     */
    public record TensorInfo(String name, ElementType type, List<Long> shape, long begin, long end) implements Tensor {

        public TensorInfo {
            shape = List.copyOf(shape);
        }

        /** Size of the tensor. */
        public long bytes() {
            return end - begin;
        }

        /** Number of elements. */
        public long elements() {
            return bytes() / type.bytes();
        }
    }

    /**
     * A safetensors file that is not what the format asks for. The message names the file and, where there is one, the
     * tensor.
     */
    public static final class SafetensorsException extends RuntimeException {

        SafetensorsException(String message) {
            super(message);
        }

        SafetensorsException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
