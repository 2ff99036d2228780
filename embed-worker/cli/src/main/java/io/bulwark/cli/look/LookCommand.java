package io.bulwark.cli.look;

import io.bulwark.cli.options.ModelOptions;
import io.bulwark.cli.options.ViewOptions;
import io.bulwark.cli.picture.JudgedViews;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.InputFile;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputCommand;
import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.decode.StandardImageDecoder;
import io.bulwark.imaging.jpeg.JpegReduction;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.imaging.preprocess.Preprocessor;
import io.bulwark.imaging.preprocess.View;
import io.bulwark.perception.encoder.EncoderOptions.Precision;
import io.bulwark.perception.model.ModelPackage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
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
}
