package io.bulwark.robustness.idx;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/** Grey pictures of one size and their classes, in memory. Immutable; any thread. */
public final class IdxDataSet {

    private static final int IMAGES = 3;
    private static final int LABELS = 1;
    private static final int CHANNELS = 3;

    private final Path file;
    private final IdxFile images;
    private final IdxFile labels;

    private IdxDataSet(Path file, IdxFile images, IdxFile labels) {
        this.file = file;
        this.images = images;
        this.labels = labels;
    }

    /** Whether the file, gzipped or not, begins as an idx file of images does. */
    public static boolean isImages(Path file) throws IOException {
        return Files.isRegularFile(file) && IdxFile.isOne(file, IMAGES);
    }

    /**
     * Reads a data set whose labels lie beside its images under the name that MNIST gives them: {@code
     * train-labels-idx1-ubyte.gz} beside {@code train-images-idx3-ubyte.gz}.
     *
     * @throws IdxException as {@link #read(Path, Path)}, or if the images are named in another way
     */
    public static IdxDataSet read(Path images) {
        String name = images.getFileName().toString();
        String labels = name.replace("images", "labels").replace("idx3", "idx1");
        if (labels.equals(name)) {
            throw new IdxException(
                    images, "does not say by its name where its labels are: wanted is a name with 'images-idx3' in it");
        }
        return read(images, images.resolveSibling(labels));
    }

    /**
     * Reads a data set.
     *
     * @param images {@code [N, rows, columns]}
     * @param labels {@code [N]}
     * @throws IdxException if a file is not what it has to be, or their counts differ
     */
    public static IdxDataSet read(Path images, Path labels) {
        IdxFile pictures = IdxFile.read(images, IMAGES);
        IdxFile classes = IdxFile.read(labels, LABELS);
        if (pictures.extents()[0] != classes.extents()[0]) {
            throw new IdxException(
                    images,
                    "holds %d images, %s holds %d labels"
                            .formatted(pictures.extents()[0], labels, classes.extents()[0]));
        }
        return new IdxDataSet(images, pictures, classes);
    }

    /** The file of images. */
    public Path file() {
        return file;
    }

    /** How many pictures there are. */
    public int size() {
        return images.extents()[0];
    }

    /** Of each picture, in pixels. */
    public int height() {
        return images.extents()[1];
    }

    /** Of each picture, in pixels. */
    public int width() {
        return images.extents()[2];
    }

    /** The class of a picture, in [0, 255]. */
    public int label(int index) {
        return labels.values()[index] & 0xFF;
    }

    /** What a picture is called: its file's name and its number in it. */
    public String name(int index) {
        return file.getFileName() + "#" + index;
    }

    /** A picture's {@code [height, width]} unsigned bytes. */
    public byte[] grey(int index) {
        int area = height() * width();
        return Arrays.copyOfRange(images.values(), index * area, (index + 1) * area);
    }

    /** A picture's {@code [height, width, 3]} unsigned bytes, the three channels alike. */
    public byte[] rgb(int index) {
        byte[] grey = grey(index);
        byte[] rgb = new byte[grey.length * CHANNELS];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = grey[i / CHANNELS];
        }
        return rgb;
    }

    /** SHA-256 of all extents, pixels and labels, in lower-case hexadecimal. */
    public String fingerprint() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(Arrays.toString(images.extents()).getBytes(StandardCharsets.US_ASCII));
            digest.update(images.values());
            digest.update(labels.values());
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
