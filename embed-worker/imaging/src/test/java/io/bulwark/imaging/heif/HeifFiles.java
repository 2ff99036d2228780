package io.bulwark.imaging.heif;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Files that {@code heif-enc} made, and what can be done to them by hand. */
public final class HeifFiles {

    private HeifFiles() {}

    /** A file of this package's resources. */
    public static byte[] file(String name) {
        try (InputStream in = HeifFiles.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(name, e);
        }
    }

    /** Another number for the primary picture. */
    static byte[] withPrimary(byte[] file, int id) {
        return with16(file, after(file, "pitm") + 4, id);
    }

    /** Another size in the first box that states one. */
    public static byte[] withSize(byte[] file, int width, int height) {
        byte[] changed = file.clone();
        ByteBuffer.wrap(changed).putInt(after(file, "ispe") + 4, width).putInt(after(file, "ispe") + 8, height);
        return changed;
    }

    /** The first four characters of this kind become others. */
    public static byte[] renamed(byte[] file, String type, String other) {
        byte[] changed = file.clone();
        System.arraycopy(other.getBytes(StandardCharsets.ISO_8859_1), 0, changed, after(file, type) - 4, 4);
        return changed;
    }

    static byte[] with16(byte[] file, int at, int value) {
        byte[] changed = file.clone();
        ByteBuffer.wrap(changed).putShort(at, (short) value);
        return changed;
    }

    /** Where the content of the first box of a type begins. */
    public static int after(byte[] file, String type) {
        return new String(file, StandardCharsets.ISO_8859_1).indexOf(type) + 4;
    }
}
