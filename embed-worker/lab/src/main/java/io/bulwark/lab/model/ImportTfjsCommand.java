package io.bulwark.lab.model;

import io.bulwark.lab.terminal.CommandFailure;
import io.bulwark.lab.terminal.ExitCodes;
import io.bulwark.lab.terminal.Output;
import io.bulwark.lab.terminal.OutputOptions;
import io.bulwark.perception.model.EncoderOptions.Precision;
import io.bulwark.perception.model.ModelPackage;
import io.bulwark.perception.model.tfjs.TfjsImporter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bulwark model import-tfjs}. */
@Command(
        name = "import-tfjs",
        description = "Makes a package of a TensorFlow.js MobileNetV2, such as npm's nsfwjs. No JavaScript is run.")
public final class ImportTfjsCommand implements Callable<Integer> {

    @Mixin
    private OutputOptions options;

    @Parameters(index = "0", paramLabel = "SOURCE", description = "A folder, or a .tgz as 'npm pack' fetches it.")
    private Path source;

    @Parameters(index = "1", paramLabel = "OUT", description = "Folder of the package; made if missing.")
    private Path out;

    @Option(
            names = "--model",
            paramLabel = "FOLDER",
            defaultValue = "mobilenet_v2",
            description = "The model's folder in a source that holds several, '' for the only one "
                    + "(default: ${DEFAULT-VALUE}).")
    private String model;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            defaultValue = "nsfwjs-mobilenet-v2",
            description = "The package's name (default: ${DEFAULT-VALUE}).")
    private String name;

    @Option(
            names = "--classes",
            paramLabel = "CLASS",
            split = ",",
            description = "The classifier's classes in the order of its answer (default: those of nsfwjs).")
    private List<String> classes = TfjsImporter.NSFWJS_CLASSES;

    @Override
    public Integer call() {
        try {
            TfjsImporter.importModel(source, model, name, classes, out);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.failed(e.getMessage(), e);
        } catch (IOException e) {
            throw CommandFailure.failed("%s cannot be imported to %s: %s".formatted(source, out, e), e);
        }
        Output output = options.output();
        ModelPackage imported = ModelOptions.open(out.toString(), output);
        String fingerprint = imported.describe(Precision.FP32).fingerprint();
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("package", out.toString());
        facts.put("fingerprint", fingerprint);
        facts.put("provenance", imported.manifest().provenance());
        output.print("%s fingerprint=%s".formatted(out, fingerprint), facts);
        output.note("Point bulwark.model at " + out + " to use it.");
        return ExitCodes.OK;
    }
}
