package io.bulwark.lab.invert;

import io.bulwark.cli.picture.LabelledPicture;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.Progress;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.lab.attack.loss.UnitEmbedding;
import io.bulwark.lab.data.ExactPictureReader;
import io.bulwark.lab.data.PictureSource.PictureFile;
import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.Encoder.EncoderException;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.model.ModelPackage;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/**
 * An encoder of a comparison, and how pictures come to its input. One thread.
 *
 * @param encoder closed with this
 * @param reader of pictures at that size
 * @param height of the pictures
 * @param width of the same
 */
public record Side(DifferentiableEncoder encoder, ExactPictureReader reader, int height, int width)
        implements AutoCloseable {

    private static final int BATCH = 8;

    /**
     * Opens.
     *
     * @param side of the pictures; empty for the encoder's own input
     * @throws CommandFailure if the encoder's family takes no pictures of that side
     */
    public static Side open(ModelPackage model, EncoderOptions options, OptionalInt side) {
        PreprocessSpec own = model.manifest().preprocess();
        PreprocessSpec spec = side.isPresent() ? own.withInput(side.getAsInt()) : own;
        DifferentiableEncoder encoder = model.openDifferentiable(options);
        if (side.isPresent()) {
            check(encoder, spec);
        }
        return new Side(encoder, new ExactPictureReader(spec), spec.height(), spec.width());
    }

    /** By a black picture: families of convolutions take any size, transformers their own alone. */
    private static void check(DifferentiableEncoder encoder, PreprocessSpec spec) {
        try {
            encoder.embed(new float[3 * spec.height() * spec.width()], 1, spec.height(), spec.width());
        } catch (EncoderException e) {
            encoder.close();
            throw CommandFailure.failed(
                    "--size: the model '%s' does not take %dx%d pixels; leave the option out"
                            .formatted(encoder.description().name(), spec.width(), spec.height()),
                    e);
        }
    }

    /** What the encoder is. */
    public EncoderDescription description() {
        return encoder.description();
    }

    /** An inversion at this size. */
    public Inversion inversion(Inversion.InversionMethod method, List<InversionTarget> targets, long seed) {
        return new Inversion(encoder, height, width, method, targets, seed);
    }

    /** A picture file, {@code [3, height, width]} in [0, 1]. */
    public float[] planes(Path file) {
        return reader.planes(List.of(PictureFile.of(file)));
    }

    /** {@code [count][D]}, not normalised, of planes. */
    public float[][] embed(float[] planes, int count) {
        float[] rows = encoder.embed(planes, count, height, width);
        int dimension = rows.length / count;
        float[][] embeddings = new float[count][];
        for (int i = 0; i < count; i++) {
            embeddings[i] = Arrays.copyOfRange(rows, i * dimension, (i + 1) * dimension);
        }
        return embeddings;
    }

    /** {@code [uploads][D]}, not normalised, of pictures of any size. */
    public float[][] embed(List<UprightPicture> uploads) {
        return embed(reader.planesOfUploads(uploads), uploads.size());
    }

    /** Pictures as references of this encoder. */
    public List<LabelledEmbedding> references(List<LabelledPicture> pictures, Output output) {
        List<LabelledEmbedding> references = new ArrayList<>();
        try (Progress bar = Progress.of("embedding", pictures.size(), output)) {
            for (int from = 0; from < pictures.size(); from += BATCH) {
                List<LabelledPicture> part = pictures.subList(from, Math.min(pictures.size(), from + BATCH));
                float[][] rows =
                        embedFiles(part.stream().map(LabelledPicture::file).toList());
                for (int i = 0; i < rows.length; i++) {
                    references.add(new LabelledEmbedding(
                            part.get(i).referenceId(),
                            part.get(i).label(),
                            UnitEmbedding.of(rows[i]).values()));
                }
                bar.stepBy(part.size());
            }
        }
        return references;
    }

    /** {@code [files][D]}, not normalised, in one forward pass. */
    float[][] embedFiles(List<Path> files) {
        return embed(reader.planes(files.stream().map(PictureFile::of).toList()), files.size());
    }

    @Override
    public void close() {
        encoder.close();
    }

    /** From an encoder's input back to pictures. Pure. */
    public static final class Pixels {

        private Pixels() {}

        /**
         * One picture of a batch, rounded to 8 bits.
         *
         * @param planes {@code [count, 3, height, width]} in [0, 1]
         */
        public static UprightPicture picture(float[] planes, int index, int height, int width) {
            int area = height * width;
            byte[] rgb = new byte[3 * area];
            for (int i = 0; i < area; i++) {
                for (int channel = 0; channel < 3; channel++) {
                    rgb[3 * i + channel] = (byte) Math.round(255 * planes[(3 * index + channel) * area + i]);
                }
            }
            return new UprightPicture(width, height, rgb);
        }

        /** The same for Java's own drawing. */
        public static BufferedImage image(UprightPicture picture) {
            BufferedImage image = new BufferedImage(picture.width(), picture.height(), BufferedImage.TYPE_INT_RGB);
            byte[] rgb = picture.rgb();
            for (int i = 0; i < picture.width() * picture.height(); i++) {
                int value = (rgb[3 * i] & 0xff) << 16 | (rgb[3 * i + 1] & 0xff) << 8 | rgb[3 * i + 2] & 0xff;
                image.setRGB(i % picture.width(), i / picture.width(), value);
            }
            return image;
        }

        /** {@link #picture} and {@link #image}. */
        public static BufferedImage image(float[] planes, int index, int height, int width) {
            return image(picture(planes, index, height, width));
        }
    }
}
