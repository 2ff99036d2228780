package io.bulwark.lab.data;

import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.lab.picture.PictureFiles;
import io.bulwark.lab.picture.PictureSet;
import io.bulwark.perception.hash.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Pictures in folders by class, too many to be kept decoded, such as ImageNet's {@code train/n01440764/*.JPEG}: each is
 * decoded when it is learnt, and brought to the encoder's input exactly as a package says, as torchvision's loader does
 * for R-CLIP's authors. Any thread; training threads decode side by side.
 */
public final class PictureFolder implements PictureSet {

    private final List<PictureFiles> files;
    private final List<String> classes;
    private final int[] labels;
    private final ExactPictureReader reader;
    private final int side;
    private final String fingerprint;

    private PictureFolder(
            List<PictureFiles> files,
            List<String> classes,
            int[] labels,
            ExactPictureReader reader,
            int side,
            String fingerprint) {
        this.files = files;
        this.classes = classes;
        this.labels = labels;
        this.reader = reader;
        this.side = side;
        this.fingerprint = fingerprint;
    }

    /**
     * Takes the files as they are; no picture is read yet.
     *
     * @param files at least one, in a stable order
     * @param spec how a picture comes to the input, which is a square
     * @throws IOException if the size of a file cannot be read
     * @throws IllegalArgumentException if the input is no square
     */
    public static PictureFolder open(List<PictureFiles> files, PreprocessSpec spec) throws IOException {
        if (spec.width() != spec.height()) {
            throw new IllegalArgumentException(
                    "the encoder sees %dx%d, squares alone are learnt from".formatted(spec.width(), spec.height()));
        }
        if (files.isEmpty()) {
            throw new IOException("there is no picture to learn from");
        }
        StringBuilder text = new StringBuilder("streamed " + spec.canonical());
        for (PictureFiles file : files) {
            text.append('\n').append(file.name()).append(' ').append(Files.size(file.path()));
        }
        List<String> classes =
                files.stream().map(PictureFiles::className).distinct().sorted().toList();
        Map<String, Integer> places = new HashMap<>();
        classes.forEach(name -> places.put(name, places.size()));
        int[] labels =
                files.stream().mapToInt(file -> places.get(file.className())).toArray();
        return new PictureFolder(
                List.copyOf(files),
                classes,
                labels,
                new ExactPictureReader(spec),
                spec.height(),
                Sha256.ofText(text.toString()).hex());
    }

    @Override
    public int size() {
        return files.size();
    }

    @Override
    public int side() {
        return side;
    }

    @Override
    public String name(int index) {
        return files.get(index).name();
    }

    @Override
    public int label(int index) {
        return labels[index];
    }

    @Override
    public List<String> classes() {
        return classes;
    }

    /** @throws DataLayoutException if the file is gone or is no picture; the message names it, '--exclude' leaves it */
    @Override
    public void read(int index, byte[] pixels) {
        PictureFiles file = files.get(index);
        try {
            byte[] read = reader.pixels(file.path(), Files.readAllBytes(file.path()));
            System.arraycopy(read, 0, pixels, 0, read.length);
        } catch (IOException e) {
            throw new DataLayoutException(file.path(), "cannot be read: " + e, e);
        }
    }

    @Override
    public String fingerprint() {
        return fingerprint;
    }

    @Override
    public void close() {
        // No file stays open.
    }
}
