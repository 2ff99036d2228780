package io.bulwark.lab.model;

import io.bulwark.cli.options.ModelOptions;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputOptions;
import io.bulwark.perception.encoder.EncoderOptions.Precision;
import io.bulwark.perception.encoder.ModelPackageException;
import io.bulwark.perception.model.FreshPackage;
import io.bulwark.perception.model.ModelPackage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bulwark model new}. */
@Command(
        name = "new",
        description =
                "Makes a package that has learnt nothing yet: the image encoder of a configuration, its weights drawn"
                        + " as open_clip, timm and Hugging Face draw them. 'bulwark train tecoa' teaches it.")
public final class NewCommand implements Callable<Integer> {

    @Mixin
    private OutputOptions options;

    @Option(
            names = "--config",
            required = true,
            paramLabel = "FILE",
            description = "open_clip_config.json (ViT or ConvNeXt), or config.json (Hugging Face's ViT).")
    private Path config;

    @Option(names = "--seed", paramLabel = "SEED", description = "Of the weights.")
    private long seed = 0;

    @Parameters(index = "0", paramLabel = "OUT", description = "Folder of the package; made if missing.")
    private Path out;

    @Override
    public Integer call() {
        Output output = options.output();
        try {
            new FreshPackage(Files.readAllBytes(config), seed).write(out);
        } catch (IOException | ModelPackageException e) {
            throw CommandFailure.failed("%s cannot be made of %s: %s".formatted(out, config, e.getMessage()), e);
        }
        ModelPackage made = ModelOptions.open(out.toString(), output);
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("package", out.toString());
        facts.put("fingerprint", made.describe(Precision.FP32).fingerprint());
        facts.put("parameters", made.weightsSummary().parameters());
        output.print(
                "%s parameters=%d fingerprint=%s"
                        .formatted(out, made.weightsSummary().parameters(), facts.get("fingerprint")),
                facts);
        return ExitCodes.OK;
    }
}
