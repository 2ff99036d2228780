package io.bulwark.lab.data;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One number in NumPy's file format (NEP 1, versions 1 and 2): all that BAPPS stores in it. */
final class NpyNumber {

    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final Pattern TYPE = Pattern.compile("'descr':\\s*'([^']*)'");
    private static final Pattern SHAPE = Pattern.compile("'shape':\\s*\\(([^)]*)\\)");

    private NpyNumber() {}

    /** @throws DataLayoutException if the file is anything but one little-endian float of 4 or 8 bytes */
    static double read(Path file) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
            for (byte expected : MAGIC) {
                if (bytes.get() != expected) {
                    throw new DataLayoutException(file, "is no NumPy file");
                }
            }
            int version = bytes.get();
            bytes.get();
            byte[] header = new byte[headerLength(bytes, version)];
            bytes.get(header);
            return value(file, bytes, new String(header, StandardCharsets.ISO_8859_1));
        } catch (BufferUnderflowException e) {
            throw new DataLayoutException(file, "ends before its number", e);
        } catch (IOException e) {
            throw new DataLayoutException(file, "cannot be read: " + e, e);
        }
    }

    /** Never more than what is left, so that a header cannot ask for memory. */
    private static int headerLength(ByteBuffer bytes, int version) {
        long length = version == 1 ? Short.toUnsignedInt(bytes.getShort()) : Integer.toUnsignedLong(bytes.getInt());
        if (length > bytes.remaining()) {
            throw new BufferUnderflowException();
        }
        return (int) length;
    }

    private static double value(Path file, ByteBuffer bytes, String header) {
        Matcher shape = SHAPE.matcher(header);
        if (!shape.find() || !shape.group(1).replaceAll("[1,\\s]", "").isEmpty()) {
            throw new DataLayoutException(file, "holds no single number: " + header.strip());
        }
        Matcher type = TYPE.matcher(header);
        String name = type.find() ? type.group(1) : "nothing";
        return switch (name) {
            case "<f4" -> bytes.getFloat();
            case "<f8" -> bytes.getDouble();
            default ->
                throw new DataLayoutException(file, "holds numbers of type %s, read are <f4 and <f8".formatted(name));
        };
    }
}
