package io.bulwark.lab.data;

import io.bulwark.lab.picture.SourceFile;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** Where a picture of an evaluation comes from. */
public sealed interface PictureSource {

    /** Unique in its data set, and the same in every run. */
    String name();

    /** The file that it was taken from: pictures of one file stand and fall together. */
    SourceFile source();

    /**
     * A file.
     *
     * @param file a picture
     * @param box the part of it that is meant; empty for all of it
     */
    record PictureFile(Path file, Optional<Box> box) implements PictureSource {

        /** A whole file. */
        public static PictureFile of(Path file) {
            return new PictureFile(file, Optional.empty());
        }

        /** A whole file by its name in a folder; empty where there is none, or a file cannot have that name. */
        static Optional<PictureFile> in(Path folder, String name) {
            try {
                return Optional.of(folder.resolve(name))
                        .filter(Files::isRegularFile)
                        .map(PictureFile::of);
            } catch (InvalidPathException e) {
                return Optional.empty();
            }
        }

        @Override
        public String name() {
            return box.map(part -> file + "#" + part.name()).orElseGet(file::toString);
        }

        @Override
        public SourceFile source() {
            return SourceFile.of(file);
        }
    }

    /**
     * A picture, cropped as the encoder's preprocessing does, distorted at 224 pixels a side (or the encoder's input
     * where that is larger), then brought to the encoder's input: the same picture for encoders that see less.
     *
     * @param original what is distorted
     * @param distortion how
     * @param severity in [1, {@link Distortion#MAX_SEVERITY}]
     * @param seed of what is random in it
     */
    record Distorted(PictureFile original, Distortion distortion, int severity, long seed) implements PictureSource {

        public Distorted {
            Distortion.checkSeverity(severity);
        }

        @Override
        public String name() {
            return "%s~%s-%d-%d".formatted(original.name(), distortion, severity, seed);
        }

        @Override
        public SourceFile source() {
            return original.source();
        }
    }

    /**
     * A rectangle of whole pixels of the decoded file, origin at the top left.
     *
     * @param x left edge
     * @param y upper edge
     * @param width at least 1
     * @param height at least 1
     */
    record Box(int x, int y, int width, int height) {

        public Box {
            if (x < 0 || y < 0 || width < 1 || height < 1) {
                throw new IllegalArgumentException(
                        "a box of %dx%d at (%d, %d) holds no pixel of a picture".formatted(width, height, x, y));
            }
        }

        private String name() {
            return "%d,%d,%d,%d".formatted(x, y, width, height);
        }
    }
}
