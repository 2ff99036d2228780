package io.bulwark.robustness.idx;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/** Writes idx files for tests, right ones and broken ones. */
public final class IdxBytes {

    private IdxBytes() {}

    /** A file's bytes: a header that says these extents, whatever follows. */
    static byte[] of(int type, int[] extents, byte[] values) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(type << 8 | extents.length);
            for (int extent : extents) {
                out.writeInt(extent);
            }
            out.write(values);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static byte[] gzipped(byte[] bytes) {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(zipped)) {
            out.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return zipped.toByteArray();
    }

    /**
     * Writes a data set under the names that MNIST has.
     *
     * @param name what stands before {@code -images-idx3-ubyte.gz}
     * @param side of the pictures
     * @param pixels {@code [labels.length, side, side]}
     * @return the file of images
     */
    public static Path write(Path folder, String name, int side, byte[] pixels, byte[] labels) {
        try {
            Path images = folder.resolve(name + "-images-idx3-ubyte.gz");
            Files.write(images, gzipped(of(8, new int[] {labels.length, side, side}, pixels)));
            Files.write(
                    folder.resolve(name + "-labels-idx1-ubyte.gz"), gzipped(of(8, new int[] {labels.length}, labels)));
            return images;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A data set of one picture, four pixels wide and two high. */
    public static IdxDataSet readFlat(Path folder) {
        try {
            Path images = folder.resolve("flat-images-idx3-ubyte");
            Files.write(images, of(8, new int[] {1, 2, 4}, new byte[8]));
            Files.write(folder.resolve("flat-labels-idx1-ubyte"), of(8, new int[] {1}, new byte[1]));
            return IdxDataSet.read(images);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
