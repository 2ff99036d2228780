package io.bulwark.cli.look;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.cli.options.ModelOptions;
import io.bulwark.cli.options.ViewOptions;
import io.bulwark.cli.picture.FileViewer.JudgedViews;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.InputFile;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputCommand;
import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.DecodeResult.Refused;
import io.bulwark.imaging.Raster.ColourConversion;
import io.bulwark.imaging.decode.StandardImageDecoder;
import io.bulwark.imaging.jpeg.JpegReduction;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.imaging.preprocess.Preprocessor;
import io.bulwark.imaging.preprocess.UprightPicture.SeenPicture;
import io.bulwark.imaging.preprocess.View;
import io.bulwark.perception.encoder.EncoderOptions.Precision;
import io.bulwark.perception.model.ModelPackage;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bulwark look}. */
@Command(
        name = "look",
        description = {
            "Writes what a worker judges of a file: its frames as a browser paints them (frame-000.png and on), the views",
            "as the encoder gets them (view-000-NAME.png and on), and what there is to say of both (look.json).",
            "A file that is refused prints its reason, writes nothing and exits 1."
        })
public final class LookCommand extends OutputCommand implements Callable<Integer> {

    @Mixin
    private ViewOptions views;

    @Option(
            names = "--model",
            paramLabel = "LOCATION",
            defaultValue = "${env:BULWARK_MODEL:-" + ModelPackage.DEFAULT + "}",
            description = "The model package whose input is looked at, the worker's bulwark.model: a folder, "
                    + "classpath:PATH or hf://OWNER/NAME (environment BULWARK_MODEL).")
    private String location;

    @Option(
            names = "--fast-decode",
            defaultValue = "${env:BULWARK_DECODE_FAST:-false}",
            description = "Decode large JPEGs reduced, the worker's bulwark.decode.fast (environment "
                    + "BULWARK_DECODE_FAST).")
    private boolean fastDecode;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            required = true,
            description = "Folder for the pictures: empty, new, or of an earlier look, which is replaced.")
    private Path out;

    @Parameters(paramLabel = "FILE", description = "An image file.")
    private Path file;

    @Override
    public Integer call() {
        Output output = output();
        JudgedViews judged = views.views();
        PreprocessSpec spec =
                ModelOptions.open(location, output).describe(Precision.FP32).preprocess();
        JpegReduction reduction = fastDecode ? spec.jpegReduction() : JpegReduction.none();
        Preprocessor preprocessor = preprocessor(spec, judged).after(reduction);
        JudgedFile looked = JudgedFile.of(
                InputFile.bytes(file), new StandardImageDecoder(DecodeLimits.standard(), reduction), preprocessor);
        if (looked instanceof JudgedFile.None none) {
            Map<String, Object> fields =
                    Output.fields("file", file.toString(), "refused", none.reason(), "detail", none.detail());
            output.print("%s is refused, %s: %s".formatted(file, none.reason(), none.detail()), fields);
            return ExitCodes.FAILED;
        }
        write((JudgedFile.Picture) looked, preprocessor, output);
        return ExitCodes.OK;
    }

    private static Preprocessor preprocessor(PreprocessSpec spec, JudgedViews judged) {
        try {
            return Preprocessor.moderation(spec, judged.policy(), judged.options());
        } catch (IllegalArgumentException impossible) {
            throw CommandFailure.usage("--quarter-turns: " + impossible.getMessage());
        }
    }

    private void write(JudgedFile.Picture picture, Preprocessor preprocessor, Output output) {
        LookFolder folder = LookFolder.emptied(out);
        Map<String, Object> fields = Output.fields(
                "format",
                picture.format(),
                "totalFrames",
                picture.totalFrames(),
                "frames",
                frames(picture.frames(), folder),
                "views",
                views(picture.views(), preprocessor.spec(), folder),
                "preprocessFingerprint",
                preprocessor.fingerprint(),
                "leasedBytes",
                picture.leasedBytes());
        folder.report(fields);
        output.print(
                "%s: %s, %d of %d frames, %d views, %.1f MB leased; look at %s"
                        .formatted(
                                file,
                                picture.format(),
                                picture.frames().size(),
                                picture.totalFrames(),
                                picture.views().size(),
                                picture.leasedBytes() / 1e6,
                                out),
                fields);
    }

    private static List<Map<String, Object>> frames(List<JudgedFile.Frame> frames, LookFolder folder) {
        List<Map<String, Object>> written = new ArrayList<>();
        for (JudgedFile.Frame frame : frames) {
            String name = String.format(Locale.ROOT, "frame-%03d.png", written.size());
            folder.picture(
                    name,
                    frame.seen().width(),
                    frame.seen().height(),
                    frame.seen().rgba());
            Map<String, Object> fields = Output.fields(
                    "picture",
                    name,
                    "number",
                    frame.number(),
                    "millis",
                    frame.millis(),
                    "width",
                    frame.seen().width(),
                    "height",
                    frame.seen().height(),
                    "mode",
                    frame.mode(),
                    "colours",
                    frame.colours(),
                    "orientation",
                    frame.orientation());
            written.add(fields);
        }
        return written;
    }

    private static List<Map<String, Object>> views(List<View> views, PreprocessSpec spec, LookFolder folder) {
        List<Map<String, Object>> written = new ArrayList<>();
        for (View view : views) {
            String name = String.format(
                    Locale.ROOT, "view-%03d-%s.png", written.size(), view.name().replace('/', '-'));
            folder.picture(name, spec.width(), spec.height(), view.pixels());
            Map<String, Object> fields =
                    Output.fields("picture", name, "name", view.name(), "width", spec.width(), "height", spec.height());
            written.add(fields);
        }
        return written;
    }

    /** What a worker judges of a file. */
    private sealed interface JudgedFile {

        /**
         * It is a picture.
         *
         * @param format as it was sniffed, such as {@code jpeg}
         * @param totalFrames in the file, 1 for a still
         * @param frames the judged frames, before they are resized
         * @param views as the encoder gets them
         * @param leasedBytes heap that its decode held
         */
        record Picture(String format, int totalFrames, List<Frame> frames, List<View> views, long leasedBytes)
                implements JudgedFile {}

        /**
         * A frame as a browser paints it.
         *
         * @param number in the file, from 0
         * @param millis how long it is shown, 0 for a still
         * @param mode in which the file holds it, by Pillow's names
         * @param colours how the file describes them; {@code sRGB} where it does not, or says so
         * @param orientation EXIF orientation that was undone, 1 to 8
         * @param seen its pixels
         */
        record Frame(int number, int millis, String mode, String colours, int orientation, SeenPicture seen) {}

        /**
         * It is refused.
         *
         * @param reason the class of it
         * @param detail what was found and what is allowed
         */
        record None(String reason, String detail) implements JudgedFile {}

        /** Decodes and preprocesses as a worker does. */
        static JudgedFile of(byte[] file, StandardImageDecoder decoder, Preprocessor preprocessor) {
            return decoder.withDecoded(
                    file,
                    result -> result instanceof Decoded decoded
                            ? picture(decoded, preprocessor, decoder.leasedBytes())
                            : none((Refused) result));
        }

        private static Picture picture(Decoded decoded, Preprocessor preprocessor, long leasedBytes) {
            List<Frame> frames = new ArrayList<>();
            for (int i = 0; i < decoded.frames().size(); i++) {
                var raster = decoded.frames().get(i);
                frames.add(new Frame(
                        decoded.frameNumbers().get(i),
                        decoded.frameMillis().get(i),
                        raster.mode().name(),
                        raster.colour().map(ColourConversion::description).orElse("sRGB"),
                        raster.orientation(),
                        SeenPicture.of(raster)));
            }
            return new Picture(
                    decoded.format(),
                    decoded.totalFrames(),
                    List.copyOf(frames),
                    preprocessor.judged(decoded),
                    leasedBytes);
        }

        private static None none(Refused refused) {
            return new None(refused.refusal().name(), refused.detail());
        }
    }

    /** The folder of one look. It replaces what an earlier look left there, and nothing else. */
    private static final class LookFolder {

        private static final String REPORT = "look.json";
        private static final Pattern OWN = Pattern.compile("frame-\\d+\\.png|view-\\d+-.*\\.png|look\\.json");

        private final Path folder;

        private LookFolder(Path folder) {
            this.folder = folder;
        }

        /**
         * An empty folder, made where it is missing.
         *
         * @throws CommandFailure if it holds anything that no look wrote
         */
        static LookFolder emptied(Path folder) {
            try {
                if (Files.exists(folder) && !Files.isDirectory(folder)) {
                    throw CommandFailure.usage("--out " + folder + " is a file: name a folder");
                }
                Files.createDirectories(folder);
                List<Path> children;
                try (Stream<Path> found = Files.list(folder)) {
                    children = found.toList();
                }
                boolean looked = Files.exists(folder.resolve(REPORT));
                for (Path child : children) {
                    if (!looked || !OWN.matcher(child.getFileName().toString()).matches()) {
                        throw CommandFailure.usage("--out " + folder + " holds " + child.getFileName()
                                + ", which no look wrote: name an empty or a new folder");
                    }
                }
                for (Path child : children) {
                    Files.delete(child);
                }
            } catch (IOException unusable) {
                throw CommandFailure.failed("--out " + folder + " cannot be used: " + unusable, unusable);
            }
            return new LookFolder(folder);
        }

        /**
         * Writes a picture.
         *
         * @param samples {@code [height, width, 3 or 4]}, RGB or RGBA not multiplied
         */
        void picture(String name, int width, int height, byte[] samples) {
            int channels = samples.length / (width * height);
            var image = new BufferedImage(
                    width, height, channels == 4 ? BufferedImage.TYPE_INT_ARGB : BufferedImage.TYPE_INT_RGB);
            for (int i = 0; i < width * height; i++) {
                int at = i * channels;
                int rgb = (samples[at] & 0xff) << 16 | (samples[at + 1] & 0xff) << 8 | samples[at + 2] & 0xff;
                int alpha = channels == 4 ? samples[at + 3] & 0xff : 255;
                image.setRGB(i % width, i / width, alpha << 24 | rgb);
            }
            Path file = folder.resolve(name);
            try {
                ImageIO.write(image, "png", file.toFile());
            } catch (IOException unwritable) {
                throw CommandFailure.failed(file + " cannot be written: " + unwritable, unwritable);
            }
        }

        /** Writes what there is to say; last, so that a folder without it is no look. */
        void report(Map<String, Object> fields) {
            Path file = folder.resolve(REPORT);
            try {
                Files.writeString(
                        file,
                        new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(fields) + "\n");
            } catch (IOException unwritable) {
                throw CommandFailure.failed(file + " cannot be written: " + unwritable, unwritable);
            }
        }
    }
}
