package io.bulwark.cli.options;

import io.bulwark.cli.picture.FileViewer.JudgedViews;
import io.bulwark.cli.picture.PictureEmbedder;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.imaging.jpeg.JpegReduction;
import io.bulwark.perception.bank.PlainRows;
import io.bulwark.perception.encoder.Encoder;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.encoder.EncoderOptions.Precision;
import io.bulwark.perception.encoder.ModelPackageException;
import io.bulwark.perception.model.ModelPackage;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** The worker's model, as the commands that make references for it are told: {@code @Mixin BankModelOptions model}. */
public final class BankModelOptions {

    @Option(
            names = "--model",
            paramLabel = "LOCATION",
            defaultValue = "${env:BULWARK_MODEL:-" + ModelPackage.DEFAULT + "}",
            description = "The model package, the worker's bulwark.model: a folder or classpath:PATH (environment "
                    + "BULWARK_MODEL).")
    private String location;

    @Option(
            names = "--precision",
            paramLabel = "PRECISION",
            defaultValue = "${env:BULWARK_ENCODER_PRECISION:-fp32}",
            description = "The worker's bulwark.encoder.precision: fp32, bf16, fp16 or auto, which settles on what "
                    + "this machine does best. References of one precision do not serve another (environment "
                    + "BULWARK_ENCODER_PRECISION).")
    private String precision;

    /**
     * The model.
     *
     * @param fastDecode whether large JPEGs are decoded reduced for it
     */
    public ModelChoice choice(boolean fastDecode) {
        return new ModelChoice(location, precision, fastDecode, "--model, the worker's bulwark.model");
    }

    /** These options where they are not the defaults, as messages repeat them. */
    public String line() {
        return Stream.of(
                        location.equals(ModelPackage.DEFAULT) ? "" : "--model " + location,
                        precision.equals(Precision.FP32.label()) ? "" : "--precision " + precision)
                .filter(option -> !option.isEmpty())
                .collect(Collectors.joining(" "));
    }

    /**
     * A model whose references a command is about.
     *
     * @param location of the package
     * @param precision as it is set, {@code auto} included
     * @param fastDecode whether large JPEGs are decoded reduced, as {@code bulwark.decode.fast} has it
     * @param option that names another, for messages
     */
    public record ModelChoice(String location, String precision, boolean fastDecode, String option) {

        /** What the model is, as its references go by; loads it only where {@code auto} has to find its precision. */
        public EncoderDescription description() {
            if (parsed() == Precision.AUTO) {
                try (PictureEmbedder embedder = embedder()) {
                    return embedder.description();
                }
            }
            EncoderDescription whole = opened().describe(parsed());
            return whole.after(reduction(whole));
        }

        /** The model, loaded, for pictures decoded in full. The caller closes it. */
        public Encoder encoder() {
            return opened().openEncoder(EncoderOptions.defaults().withPrecision(parsed()));
        }

        /** The model, loaded. The caller closes it. */
        public PictureEmbedder embedder() {
            return embedder(JudgedViews.standard());
        }

        /** The model, loaded, for a worker of these views. The caller closes it. */
        public PictureEmbedder embedder(JudgedViews views) {
            Encoder encoder = encoder();
            return new PictureEmbedder(encoder, reduction(encoder.description()), views);
        }

        /** What the model makes of pictures of one colour; loads it. */
        public PlainRows plainRows() {
            try (Encoder encoder = encoder()) {
                return PlainRows.of(encoder);
            }
        }

        private JpegReduction reduction(EncoderDescription description) {
            return fastDecode ? description.preprocess().jpegReduction() : JpegReduction.none();
        }

        private Precision parsed() {
            try {
                return Precision.labelled(precision);
            } catch (IllegalArgumentException unknown) {
                throw CommandFailure.usage("--" + unknown.getMessage());
            }
        }

        private ModelPackage opened() {
            try {
                return ModelPackage.open(location);
            } catch (ModelPackageException unusable) {
                throw CommandFailure.failed(unusable.getMessage() + " (name another with " + option + ")", unusable);
            }
        }
    }
}
