package io.bulwark.schemas.serde;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.io.Decoder;
import org.apache.avro.util.Utf8;

/**
 * Reads Avro's binary encoding from an array and believes no length that the array cannot hold. Avro's own decoder
 * allocates what a length prefix claims before it looks whether the bytes are there, so that ten hostile bytes can ask
 * for two gigabytes; its limits are properties of the whole JVM. Here a claimed length or count above the number of
 * bytes left is an error, and what is allocated stays within a small multiple of the message's size. An item of an
 * array or a map must take at least one byte, which holds for every schema of Bulwark. All maps of a record together
 * have {@value #MAP_ENTRIES} entries at most, since one of four bytes takes a hundred and fifty in the heap.
 *
 * <p>Not thread-safe: one decoder a message.
 *
 * @see <a href="https://avro.apache.org/docs/1.12.0/specification/#binary-encoding">Avro: binary encoding</a>
 */
final class BoundedDecoder extends Decoder {
    private static final int MAP_ENTRIES = 65_536;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private ByteBuffer in;
    private int mapEntries;

    /**
     * @param bytes the whole message; not modified
     * @param offset where the record begins
     */
    BoundedDecoder(byte[] bytes, int offset) {
        this(bytes, offset, bytes.length - offset);
    }

    /**
     * @param bytes hold the record; not modified
     * @param offset where the record begins
     * @param length of the record, in bytes
     */
    BoundedDecoder(byte[] bytes, int offset, int length) {
        this.in = ByteBuffer.wrap(bytes, offset, length).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Lets the message go: each thread's readers keep the last decoder that they had, whatever it holds. */
    void release() {
        in = NOTHING;
    }

    /** The unread bytes. */
    int remaining() {
        return in.remaining();
    }

    @Override
    public void readNull() {
        // Takes no bytes.
    }

    @Override
    public boolean readBoolean() throws IOException {
        byte value = next();
        if (value != 0 && value != 1) {
            throw new AvroRuntimeException("A boolean must be 0 or 1, but is " + value + ".");
        }
        return value == 1;
    }

    @Override
    public int readInt() throws IOException {
        long value = readLong();
        if (value != (int) value) {
            throw new AvroRuntimeException("The number " + value + " does not fit an int.");
        }
        return (int) value;
    }

    @Override
    public long readLong() throws IOException {
        long bits = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            byte group = next();
            bits |= (group & 0x7FL) << shift;
            if (group >= 0) {
                return (bits >>> 1) ^ -(bits & 1);
            }
        }
        throw new AvroRuntimeException("A variable-length number has more than ten bytes.");
    }

    @Override
    public float readFloat() throws IOException {
        require(Float.BYTES);
        return in.getFloat();
    }

    @Override
    public double readDouble() throws IOException {
        require(Double.BYTES);
        return in.getDouble();
    }

    @Override
    public Utf8 readString(Utf8 old) throws IOException {
        return new Utf8(readString());
    }

    @Override
    public String readString() throws IOException {
        int length = length();
        var text = new String(in.array(), in.arrayOffset() + in.position(), length, StandardCharsets.UTF_8);
        in.position(in.position() + length);
        return text;
    }

    @Override
    public void skipString() throws IOException {
        skip(length());
    }

    @Override
    public ByteBuffer readBytes(ByteBuffer old) throws IOException {
        var copy = new byte[length()];
        in.get(copy);
        return ByteBuffer.wrap(copy);
    }

    @Override
    public void skipBytes() throws IOException {
        skip(length());
    }

    @Override
    public void readFixed(byte[] bytes, int start, int length) throws IOException {
        require(length);
        in.get(bytes, start, length);
    }

    @Override
    public void skipFixed(int length) throws IOException {
        skip(length);
    }

    @Override
    public int readEnum() throws IOException {
        return readInt();
    }

    @Override
    public long readArrayStart() throws IOException {
        return blockCount();
    }

    @Override
    public long arrayNext() throws IOException {
        return blockCount();
    }

    @Override
    public long skipArray() throws IOException {
        return skipBlocks();
    }

    @Override
    public long readMapStart() throws IOException {
        return mapBlockCount();
    }

    @Override
    public long mapNext() throws IOException {
        return mapBlockCount();
    }

    @Override
    public long skipMap() throws IOException {
        return skipBlocks();
    }

    @Override
    public int readIndex() throws IOException {
        return readInt();
    }

    /** A block's item count. A negative one is followed by the block's size in bytes, which only skipping needs. */
    private int blockCount() throws IOException {
        long count = readLong();
        if (count < 0) {
            within(readLong(), "A block");
            return within(-count, "An array or map");
        }
        return within(count, "An array or map");
    }

    private int mapBlockCount() throws IOException {
        int count = blockCount();
        if (count > MAP_ENTRIES - mapEntries) {
            throw new AvroRuntimeException("The maps of the record have " + ((long) mapEntries + count)
                    + " entries or more, allowed are " + MAP_ENTRIES + ".");
        }
        mapEntries += count;
        return count;
    }

    /** Skips the blocks that say how long they are; answers the count of the first that does not, 0 at the end. */
    private long skipBlocks() throws IOException {
        long count = readLong();
        while (count < 0) {
            skip(within(readLong(), "A block"));
            count = readLong();
        }
        return within(count, "An array or map");
    }

    private int length() throws IOException {
        return within(readLong(), "A string or bytes");
    }

    private int within(long claimed, String what) throws EOFException {
        if (claimed < 0) {
            throw new AvroRuntimeException(what + " claims the negative length " + claimed + ".");
        }
        if (claimed > in.remaining()) {
            throw new EOFException(what + " claims " + claimed + ", but only " + in.remaining() + " bytes are left.");
        }
        return (int) claimed;
    }

    private void skip(int length) throws EOFException {
        require(length);
        in.position(in.position() + length);
    }

    private byte next() throws EOFException {
        require(1);
        return in.get();
    }

    private void require(int length) throws EOFException {
        if (length > in.remaining()) {
            throw new EOFException(
                    "The record ends where " + length + " more bytes are due and " + in.remaining() + " are left.");
        }
    }
}
