package io.bulwark.perception.pickle;

import io.bulwark.perception.pickle.TorchFile.PickleException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** The bytes of a pickle, in order. No length is believed before as many bytes are there. */
final class PickleInput {

    private static final int LONGEST_NAME = 200;

    private final String name;
    private final ByteBuffer bytes;

    PickleInput(String name, byte[] pickle) {
        this.name = name;
        this.bytes = ByteBuffer.wrap(pickle).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Bytes read so far. */
    int position() {
        return bytes.position();
    }

    int unsignedByte() {
        return require(1).get() & 0xff;
    }

    int unsignedShort() {
        return require(Short.BYTES).getShort() & 0xffff;
    }

    int integer() {
        return require(Integer.BYTES).getInt();
    }

    long unsignedInteger() {
        return integer() & 0xffff_ffffL;
    }

    long longInteger() {
        return require(Long.BYTES).getLong();
    }

    /** Big-endian, as the format has it. */
    double real() {
        return Double.longBitsToDouble(Long.reverseBytes(longInteger()));
    }

    /** A two's-complement number of that many bytes: a Long where it fits. */
    Number number(int length) {
        byte[] little = bytes(length);
        byte[] big = new byte[length + 1];
        for (int i = 0; i < length; i++) {
            big[length - i] = little[i];
        }
        big[0] = (byte) (length > 0 && big[1] < 0 ? -1 : 0);
        BigInteger value = new BigInteger(big);
        return value.bitLength() < Long.SIZE ? (Number) value.longValue() : value;
    }

    byte[] bytes(long length) {
        byte[] read = new byte[(int) requireLength(length)];
        bytes.get(read);
        return read;
    }

    String text(long length) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes(length)))
                    .toString();
        } catch (CharacterCodingException e) {
            throw fault("a string is not UTF-8");
        }
    }

    /** Up to a line feed: a module's or a function's name. */
    String line() {
        int start = bytes.position();
        for (int end = start; end < bytes.limit() && end - start <= LONGEST_NAME; end++) {
            if (bytes.get(end) == '\n') {
                String line = text(end - start);
                bytes.get();
                return line;
            }
        }
        throw fault("a name has no end within %d bytes".formatted(LONGEST_NAME));
    }

    private long requireLength(long length) {
        if (length < 0 || length > bytes.remaining()) {
            throw fault(
                    "%s bytes are announced, %d follow".formatted(Long.toUnsignedString(length), bytes.remaining()));
        }
        return length;
    }

    private ByteBuffer require(int length) {
        requireLength(length);
        return bytes;
    }

    PickleException fault(String what) {
        return new PickleException("%s: the pickle, byte %d: %s".formatted(name, bytes.position(), what));
    }
}
