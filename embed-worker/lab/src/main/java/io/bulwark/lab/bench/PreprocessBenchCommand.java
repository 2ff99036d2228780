package io.bulwark.lab.bench;

import io.bulwark.cli.options.ViewOptions.ViewPolicyName;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputCommand;
import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.decode.StandardImageDecoder;
import io.bulwark.imaging.preprocess.PreprocessBenchmark;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.imaging.preprocess.Preprocessor;
import io.bulwark.imaging.preprocess.ViewPolicy;
import io.bulwark.lab.experiment.Fields;
import io.bulwark.lab.experiment.Machine;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code bulwark bench preprocess}. */
@Command(
        name = "preprocess",
        description = "Decoding and preprocessing of JPEGs, beside the JDK's decode alone in the same run.")
final class PreprocessBenchCommand extends OutputCommand implements Runnable {

    private static final long SEED = 1;

    @Option(
            names = "--size",
            paramLabel = "WxH",
            split = ",",
            defaultValue = "640x480,1920x1080,4000x3000",
            converter = PictureSize.Converter.class,
            description = "Pictures to measure.")
    private List<PictureSize> sizes;

    @Option(names = "--input", paramLabel = "PIXELS", description = "Side of the encoder's input.")
    private int input = 224;

    @Option(
            names = "--views",
            paramLabel = "POLICY",
            defaultValue = "cover",
            converter = ViewPolicyName.class,
            description = "cover, squash or center-crop.")
    private ViewPolicy views;

    @Option(names = "--rounds", description = "Timed rounds of each.")
    private int rounds = 40;

    @Override
    public void run() {
        Output output = output();
        output.note(Machine.describe());
        PreprocessBenchmark benchmark = new PreprocessBenchmark(
                new StandardImageDecoder(DecodeLimits.standard()),
                Preprocessor.moderation(PreprocessSpec.unit(input, PreprocessSpec.Interpolation.BILINEAR), views));
        for (PictureSize size : sizes) {
            byte[] file = PreprocessBenchmark.syntheticJpeg(size.width(), size.height(), SEED);
            print(benchmark.measure(file, rounds, rounds), output);
        }
    }

    private static void print(PreprocessBenchmark.Result result, Output output) {
        Map<String, Object> fields = Fields.of(
                "width",
                result.width(),
                "height",
                result.height(),
                "views",
                result.views(),
                "jdkMillis",
                result.jdkMillis(),
                "decodeMillis",
                result.decodeMillis(),
                "preprocessMillis",
                result.preprocessMillis(),
                "totalMillis",
                result.totalMillis(),
                "ratio",
                result.ratio());
        output.print(
                Fields.text(
                        "%4dx%-4d %2d views: decode %.2f ms + preprocess %.2f ms = %.2f ms; the JDK's decode %.2f ms: %.2f of it",
                        result.width(),
                        result.height(),
                        result.views(),
                        result.decodeMillis(),
                        result.preprocessMillis(),
                        result.totalMillis(),
                        result.jdkMillis(),
                        result.ratio()),
                fields);
    }

    /**
     * Width and height as one word, {@code 640x480}.
     *
     * @param width in pixels
     * @param height in pixels
     */
    record PictureSize(int width, int height) {

        /** Reads the word. */
        static PictureSize parse(String word) {
            if (!word.matches("\\d{1,5}x\\d{1,5}")) {
                throw new TypeConversionException("'" + word + "' is no size: wanted is WIDTHxHEIGHT, such as 640x480");
            }
            String[] sides = word.split("x");
            return new PictureSize(Integer.parseInt(sides[0]), Integer.parseInt(sides[1]));
        }

        /** For picocli. */
        static final class Converter implements ITypeConverter<PictureSize> {

            @Override
            public PictureSize convert(String word) {
                return parse(word);
            }
        }
    }
}
