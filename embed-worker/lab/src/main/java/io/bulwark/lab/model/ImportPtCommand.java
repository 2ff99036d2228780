package io.bulwark.lab.model;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputCommand;
import io.bulwark.perception.encoder.ModelPackageException;
import io.bulwark.perception.model.checkpoint.CheckpointImport;
import io.bulwark.perception.model.checkpoint.EfficientNetImport;
import io.bulwark.perception.safetensors.ElementType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bulwark model import-pt}. */
@Command(
        name = "import-pt",
        description = {
            "Makes a package of a vision tower that PyTorch saved, with an MLP behind it or low-rank adapters merged.",
            "Without --config it is an EfficientNet-Lite0: BatchNorm is folded into the convolutions.",
            "The pickle in the file is read for its tensors and never run; what else it names is refused."
        })
final class ImportPtCommand extends OutputCommand implements Runnable {

    /** Of an EfficientNet-Lite0. */
    private static final int SIDE = 128;

    @Parameters(
            index = "0",
            paramLabel = "FILE",
            description = "The tower's state dict, of torch.save (.pt, .pth, .bin) or safetensors. A text tower beside"
                    + " it comes along.")
    private Path file;

    @Parameters(index = "1", paramLabel = "OUT", description = "Folder of the package; made if missing.")
    private Path out;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "open_clip_config.json of the tower (ViT or ConvNeXt); none for an EfficientNet-Lite0.")
    private Path config;

    @ArgGroup
    private Further further;

    @Option(
            names = "--text",
            paramLabel = "FILE",
            description = "File with the text tower (default: the one in the tower's file, where there is one); 'none'"
                    + " leaves it. Robust towers are published without: their texts are those of the original"
                    + " checkpoint.")
    private String text;

    @Option(
            names = "--squash",
            description =
                    "Squeeze pictures to the encoder's square by bicubic interpolation, as R-CLIP's authors do before"
                            + " every MLP and adapter; of itself with --head and --adapter. For towers that 'train head' and"
                            + " 'train lora' go on from.")
    private boolean squash;

    @Option(
            names = "--input",
            paramLabel = "PIXELS",
            description =
                    "Side of what the encoder sees (default: the configuration's, of a ConvNeXt at most 224; of an"
                            + " EfficientNet-Lite0 128, any multiple of 32).")
    private Integer input;

    @Option(
            names = "--classifier",
            negatable = true,
            fallbackValue = "true",
            description =
                    "Whether the classifier of an EfficientNet-Lite0 is kept; trainings with --head-weight need it.")
    private boolean classifier = true;

    @Option(
            names = "--store",
            paramLabel = "TYPE",
            defaultValue = "F32",
            description = "How the weights of an EfficientNet-Lite0 are stored: F32, F16 or BF16.")
    private ElementType store;

    /** What stands behind the tower or in it. */
    static final class Further {

        @Option(
                names = "--head",
                paramLabel = "FILE",
                description = "The metric's MLP: a checkpoint of Lightning, or its four tensors.")
        private Path head;

        @Option(
                names = "--adapter",
                paramLabel = "FOLDER",
                description = "PEFT folder of low-rank adapters, which are merged into the weights.")
        private Path adapter;
    }

    @Override
    public void run() {
        Output output = output();
        if (input != null && input < 1) {
            throw CommandFailure.usage("--input is " + input + ", allowed are 1 and more");
        }
        try {
            if (config == null) {
                requireNoTower();
                new EfficientNetImport(file, input == null ? SIDE : input, classifier, store).write(out);
            } else {
                new CheckpointImport(
                                file,
                                Files.readAllBytes(config),
                                Optional.ofNullable(further).map(given -> given.head),
                                Optional.ofNullable(further).map(given -> given.adapter),
                                squash,
                                input == null ? OptionalInt.empty() : OptionalInt.of(input),
                                texts())
                        .write(out);
            }
        } catch (IOException | ModelPackageException e) {
            throw CommandFailure.failed(
                    "%s cannot be made: %s%s"
                            .formatted(
                                    out,
                                    e.getMessage(),
                                    config == null
                                            ? "; a ViT or ConvNeXt needs --config open_clip_config.json"
                                            : e.getMessage().contains("text tower") ? "; '--text none' leaves it" : ""),
                    e);
        }
        ModelCommand.ImportedPackage.print(out, output);
    }

    private CheckpointImport.Texts texts() {
        if (text == null) {
            return new CheckpointImport.Texts.Own();
        }
        return text.equals("none") ? new CheckpointImport.Texts.None() : new CheckpointImport.Texts.Of(Path.of(text));
    }

    private void requireNoTower() {
        if (further != null || squash || text != null) {
            throw CommandFailure.usage("--head, --adapter, --text and --squash are for a tower with --config"
                    + " open_clip_config.json; an EfficientNet-Lite0 has neither");
        }
    }
}
