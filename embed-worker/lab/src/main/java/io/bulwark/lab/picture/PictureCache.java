package io.bulwark.lab.picture;

import io.bulwark.lab.picture.PictureSet.HeldOutOptions;
import io.bulwark.perception.hash.Sha256;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Picture files decoded once, kept on disk as rows of bytes beside a listing of their names. The same files and
 * settings give the same bytes.
 */
public final class PictureCache implements PictureSet {

    private static final String VERSION = "pictures-2";
    private static final int FILES_AT_ONCE = 4;

    private final String fingerprint;
    private final int side;
    private final FileChannel pixels;
    private final List<String> names;
    private final List<String> classes;
    private final int[] labels;

    private PictureCache(String fingerprint, int side, FileChannel pixels, List<String> names) {
        this.fingerprint = fingerprint;
        this.side = side;
        this.pixels = pixels;
        this.names = names;
        List<String> classOf = names.stream()
                .map(name -> new PictureFiles(null, name).className())
                .toList();
        this.classes = classOf.stream().distinct().sorted().toList();
        this.labels = classOf.stream().mapToInt(classes::indexOf).toArray();
    }

    /**
     * What is kept of the files.
     *
     * @param side of the squares that each becomes
     * @param crops random squares cut from each large photograph besides
     * @param squeezed whether a whole picture is squeezed to a square; else squares of its shorter side cover it
     * @param split what is left out for evaluation
     */
    public record Settings(int side, int crops, boolean squeezed, HeldOutOptions.HeldOutSplit split) {

        /** Whole pictures squeezed. */
        public Settings(int side, int crops, HeldOutOptions.HeldOutSplit split) {
            this(side, crops, true, split);
        }

        /** Part of a cache's fingerprint; that of squeezed pictures is as old as the caches. */
        @Override
        public String toString() {
            return "Settings[side=%d, crops=%d, split=%s]%s".formatted(side, crops, split, squeezed ? "" : " covered");
        }
    }

    /** Told of the decoding. */
    @FunctionalInterface
    public interface Watch {

        /**
         * @param done files read
         * @param total files in all
         */
        void decoded(int done, int total);
    }

    /**
     * Opens the cache of these files, decoding them now unless it is there.
     *
     * @param folder where caches lie; made if missing
     * @throws IOException if a file cannot be read, or none of them is a picture
     */
    public static PictureCache open(List<PictureFiles> files, Settings settings, Path folder, Watch watch)
            throws IOException {
        String fingerprint = fingerprint(files, settings);
        Path pixels = folder.resolve(fingerprint + ".pixels");
        Path listing = folder.resolve(fingerprint + ".names");
        Files.createDirectories(folder);
        if (!Files.exists(listing)) {
            decode(files, settings, pixels, listing, watch);
        }
        List<String> names = Files.readAllLines(listing);
        if (names.isEmpty()) {
            Files.delete(listing);
            throw new IOException("none of %d files is a picture to train on".formatted(files.size()));
        }
        return new PictureCache(fingerprint, settings.side(), FileChannel.open(pixels, StandardOpenOption.READ), names);
    }

    private static String fingerprint(List<PictureFiles> files, Settings settings) throws IOException {
        StringBuilder text = new StringBuilder(VERSION + " " + settings);
        for (PictureFiles file : files) {
            text.append('\n').append(file.name()).append(' ').append(Files.size(file.path()));
        }
        return Sha256.ofText(text.toString()).hex();
    }

    private static void decode(List<PictureFiles> files, Settings settings, Path pixels, Path listing, Watch watch)
            throws IOException {
        PictureCutter cutter = PictureCutter.of(settings.side(), settings.crops(), settings.squeezed());
        Path draft = pixels.resolveSibling(pixels.getFileName() + ".draft");
        List<String> names = new ArrayList<>();
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(draft))) {
            for (int from = 0; from < files.size(); from += FILES_AT_ONCE) {
                List<PictureFiles> some = files.subList(from, Math.min(files.size(), from + FILES_AT_ONCE));
                List<List<byte[]>> squares = IntStream.range(0, some.size())
                        .parallel()
                        .mapToObj(i -> cut(some.get(i), settings.split(), cutter))
                        .toList();
                for (int i = 0; i < some.size(); i++) {
                    for (byte[] square : squares.get(i)) {
                        out.write(square);
                        names.add(some.get(i).name());
                    }
                }
                watch.decoded(from + some.size(), files.size());
            }
        }
        Files.move(draft, pixels, StandardCopyOption.REPLACE_EXISTING);
        Files.write(listing, names);
    }

    private static List<byte[]> cut(PictureFiles file, HeldOutOptions.HeldOutSplit split, PictureCutter cutter) {
        try {
            byte[] bytes = Files.readAllBytes(file.path());
            long seed = Sha256.ofText(file.name()).first();
            return split.holdsOut(bytes) ? List.of() : cutter.cut(bytes, new SplittableRandom(seed));
        } catch (IOException e) {
            throw new UncheckedIOException(file.path() + " cannot be read", e);
        }
    }

    @Override
    public int size() {
        return names.size();
    }

    @Override
    public int side() {
        return side;
    }

    @Override
    public String name(int index) {
        return names.get(index);
    }

    @Override
    public int label(int index) {
        return labels[index];
    }

    @Override
    public List<String> classes() {
        return classes;
    }

    @Override
    public String fingerprint() {
        return fingerprint;
    }

    @Override
    public void read(int index, byte[] into) {
        ByteBuffer buffer = ByteBuffer.wrap(into);
        long at = (long) index * into.length;
        try {
            while (buffer.hasRemaining()) {
                if (pixels.read(buffer, at + buffer.position()) < 0) {
                    throw new IOException("the cache ends before picture " + index + "; delete it to have it rebuilt");
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("picture '" + name(index) + "' cannot be read from its cache", e);
        }
    }

    @Override
    public void close() {
        try {
            pixels.close();
        } catch (IOException e) {
            throw new UncheckedIOException("a picture cache cannot be closed", e);
        }
    }
}
