package io.bulwark.lab.model;

import io.bulwark.cli.options.ModelOptions;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputCommand;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.lab.evaluate.paper.VerifyPublishedCommand;
import io.bulwark.lab.experiment.Fields;
import io.bulwark.lab.model.ModelCommand.ImportedPackage;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.encoder.EncoderOptions.Precision;
import io.bulwark.perception.encoder.ModelPackageException;
import io.bulwark.perception.encoder.TrainableEncoder;
import io.bulwark.perception.encoder.TrainableEncoder.TensorPlace;
import io.bulwark.perception.model.FreshPackage;
import io.bulwark.perception.model.ModelPackage;
import io.bulwark.perception.model.ModelPackage.TunedModel;
import io.bulwark.perception.model.ModelPackage.WeightsSummary;
import io.bulwark.perception.model.tfjs.TfjsImport;
import io.bulwark.perception.safetensors.ElementType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bulwark model}: the parent of what concerns one model package. */
@Command(
        name = "model",
        description = "Makes model packages, and looks into them and into published checkpoints.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            ModelCommand.LinkCommand.class,
            ModelCommand.InspectCommand.class,
            ModelCommand.NewCommand.class,
            ModelCommand.AverageCommand.class,
            ImportPtCommand.class,
            ModelCommand.ImportTfjsCommand.class,
            VerifyPublishedCommand.class,
            PreprocessingEffectCommand.class
        })
public final class ModelCommand {

    /** What an import says of the package that it made. */
    static final class ImportedPackage {

        private ImportedPackage() {}

        /** Opens the package, which checks it, and prints what it is. */
        static void print(Path folder, Output output) {
            ModelPackage made = ModelOptions.open(folder.toString(), output);
            EncoderDescription description = made.describe(EncoderOptions.Precision.FP32);
            Map<String, Object> facts = Fields.of(
                    "package",
                    folder.toString(),
                    "family",
                    description.family(),
                    "dimension",
                    description.dimension(),
                    "preprocess",
                    description.preprocess().canonical(),
                    "parameters",
                    made.weightsSummary().parameters(),
                    "fingerprint",
                    description.fingerprint());
            output.print(
                    "%s family=%s dimension=%d parameters=%d fingerprint=%s"
                            .formatted(
                                    folder,
                                    description.family(),
                                    description.dimension(),
                                    made.weightsSummary().parameters(),
                                    description.fingerprint()),
                    facts);
        }
    }

    /** {@code bulwark model import-tfjs}. */
    @Command(
            name = "import-tfjs",
            description = {
                "Makes a package of a model of TensorFlow.js in its layers format, such as NSFWJS's Inception V3. Its pictures are",
                "square and in [0, 1]; the embedding is the vector before the dense layers. Scripts are read and never run;",
                "a layer of another kind than Inception V3 has is refused by name."
            })
    static final class ImportTfjsCommand extends OutputCommand implements Runnable {

        @Parameters(
                index = "0",
                paramLabel = "FOLDER",
                description =
                        "Of model.json and its shards, or of model.min.js and theirs (dist/models/inception_v3 of the npm"
                                + " package nsfwjs).")
        private Path folder;

        @Parameters(index = "1", paramLabel = "OUT", description = "Folder of the package; made if missing.")
        private Path out;

        @Option(
                names = "--classes",
                paramLabel = "CLASS",
                split = ",",
                defaultValue = "Drawing,Hentai,Neutral,Porn,Sexy",
                description = "Of the head, in its order (default: NSFWJS's).")
        private List<String> classes;

        @Override
        public void run() {
            try {
                new TfjsImport(folder, classes).write(out);
            } catch (IOException | ModelPackageException e) {
                throw CommandFailure.failed("%s cannot be made: %s".formatted(out, e.getMessage()), e);
            }
            ImportedPackage.print(out, output());
        }
    }

    /** {@code bulwark model inspect}. */
    @Command(
            name = "inspect",
            description = "Says what a model is: family, size, preprocessing, weights, fingerprints.")
    static final class InspectCommand extends OutputCommand implements Runnable {

        @Parameters(paramLabel = "LOCATION", description = "A folder, classpath:FOLDER or hf://OWNER/NAME[@REVISION].")
        private String location;

        @Override
        public void run() {
            Output output = output();
            ModelPackage model = ModelOptions.open(location, output);
            Map<String, Object> facts = facts(model);
            if (model.isExported()) {
                // Opening calls the program and holds its answers to the manifest.
                model.openEncoder(EncoderOptions.defaults()).close();
                facts.put("program", "called, answers what model.json says");
            }
            String text = facts.entrySet().stream()
                    .map(fact -> Fields.text("%-16s %s", fact.getKey(), fact.getValue()))
                    .collect(Collectors.joining(System.lineSeparator()));
            output.print(text, facts);
        }

        private static Map<String, Object> facts(ModelPackage model) {
            EncoderDescription exact = model.describe(EncoderOptions.Precision.FP32);
            WeightsSummary weights = model.weightsSummary();
            PreprocessSpec input = exact.preprocess();
            Map<String, Object> facts = Fields.of(
                    "name",
                    exact.name(),
                    "family",
                    exact.family(),
                    "input",
                    input.width() + "x" + input.height(),
                    "dimension",
                    exact.dimension(),
                    "preprocess",
                    input.canonical(),
                    "headClasses",
                    String.join(", ", exact.headClasses()),
                    "textEncoder",
                    model.hasText(),
                    "weights",
                    weights.file(),
                    "tensors",
                    weights.tensors(),
                    "bytes",
                    weights.bytes());
            if (!weights.types().isEmpty()) {
                facts.put("parameters", weights.parameters());
                facts.put("types", weights.types().toString());
            }
            model.manifest().provenance().forEach((key, value) -> facts.put("provenance." + key, value));
            for (EncoderOptions.Precision precision : model.precisions()) {
                facts.put(
                        "fingerprint." + precision.label(),
                        model.describe(precision).fingerprint());
            }
            return facts;
        }
    }

    /** {@code bulwark model new}. */
    @Command(
            name = "new",
            description =
                    "Makes a package that has learnt nothing yet: the image encoder of a configuration, its weights drawn"
                            + " as open_clip, timm and Hugging Face draw them. 'bulwark train tecoa' teaches it.")
    static final class NewCommand extends OutputCommand implements Runnable {

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
        public void run() {
            Output output = output();
            try {
                new FreshPackage(Files.readAllBytes(config), seed).write(out);
            } catch (IOException | ModelPackageException e) {
                throw CommandFailure.failed("%s cannot be made of %s: %s".formatted(out, config, e.getMessage()), e);
            }
            ModelPackage made = ModelOptions.open(out.toString(), output);
            Map<String, Object> facts = Fields.of(
                    "package",
                    out.toString(),
                    "fingerprint",
                    made.describe(EncoderOptions.Precision.FP32).fingerprint(),
                    "parameters",
                    made.weightsSummary().parameters());
            output.print(
                    "%s parameters=%d fingerprint=%s"
                            .formatted(out, made.weightsSummary().parameters(), facts.get("fingerprint")),
                    facts);
        }
    }

    /** {@code bulwark model average}. */
    @Command(
            name = "average",
            description = {
                "Makes a package of the average weights of models that were tuned from one start. It may withstand more than",
                "each of them (https://arxiv.org/abs/2302.10164); evaluate it. Models of different starts average to nothing",
                "of use."
            })
    static final class AverageCommand extends OutputCommand implements Runnable {

        @Parameters(
                arity = "2..*",
                paramLabel = "LOCATION",
                description = "Folders, classpath:FOLDER or hf://OWNER/NAME[@REVISION].")
        private List<String> locations;

        @Option(
                names = "--shares",
                paramLabel = "S",
                split = ",",
                description = "Of each model, above 0, in their order; divided by their sum (default: equal ones).")
        private List<Double> shares;

        @Option(
                names = "--out",
                required = true,
                paramLabel = "FOLDER",
                description = "Of the package; made if missing.")
        private Path out;

        @Override
        public void run() {
            if (shares == null) {
                shares = Collections.nCopies(locations.size(), 1.0);
            }
            if (shares.size() != locations.size()
                    || !shares.stream().allMatch(share -> share > 0 && Double.isFinite(share))) {
                throw CommandFailure.usage(
                        "--shares has one number above 0 for each of the %d models".formatted(locations.size()));
            }
            List<ModelPackage> models = locations.stream()
                    .map(location -> ModelOptions.open(location, output()))
                    .toList();
            try {
                models.get(0).save(average(models), out);
            } catch (IOException | ModelPackageException e) {
                throw CommandFailure.failed("%s cannot be made: %s".formatted(out, e.getMessage()), e);
            }
            ImportedPackage.print(out, output());
        }

        private TunedModel average(List<ModelPackage> models) {
            double all = shares.stream().mapToDouble(Double::doubleValue).sum();
            EncoderDescription first = models.get(0).describe(Precision.FP32);
            List<TensorPlace> tensors = List.of();
            double[] sum = {};
            List<String> parts = new ArrayList<>();
            for (int i = 0; i < models.size(); i++) {
                double share = shares.get(i) / all;
                try (TrainableEncoder encoder = models.get(i).openTrainable(EncoderOptions.defaults())) {
                    float[] weights = encoder.weights();
                    if (i == 0) {
                        tensors = encoder.tensors();
                        sum = new double[weights.length];
                    }
                    EncoderDescription description = encoder.description();
                    if (!description.family().equals(first.family())
                            || !description
                                    .preprocess()
                                    .canonical()
                                    .equals(first.preprocess().canonical())
                            || !encoder.tensors().equals(tensors)) {
                        throw new ModelPackageException("'%s' is no model of the family, input and tensors of '%s'"
                                .formatted(locations.get(i), locations.get(0)));
                    }
                    for (int j = 0; j < sum.length; j++) {
                        sum[j] += share * weights[j];
                    }
                    parts.add(Fields.text("%.3f of %s", share, description.fingerprint()));
                }
            }
            float[] weights = new float[sum.length];
            for (int j = 0; j < sum.length; j++) {
                weights[j] = (float) sum[j];
            }
            String name = out.toAbsolutePath().normalize().getFileName().toString();
            return new TunedModel(name, weights, tensors, ElementType.F32, Map.of("average", String.join(", ", parts)));
        }
    }

    /** {@code bulwark model link}: what a container image does beforehand, so that no start has to write it. */
    @Command(
            name = "link",
            description = {
                "Writes beforehand what a start would write into its cache: the archive that libtorch loads.",
                "A program that finds it under bulwark/ in a folder of XDG_DATA_DIRS writes none itself."
            })
    public static final class LinkCommand extends OutputCommand implements Callable<Integer> {

        @Parameters(
                arity = "0..*",
                paramLabel = "LOCATION",
                split = ",",
                defaultValue = ModelPackage.DEFAULT + "," + ModelPackage.CLEAN_PARENT,
                description =
                        "Folders, classpath:FOLDER or hf://OWNER/NAME[@REVISION] (default: the models of Bulwark).")
        private List<String> locations;

        @Option(names = "--out", paramLabel = "FOLDER", required = true, description = "Where the archives go.")
        private Path folder;

        @Option(
                names = "--precision",
                paramLabel = "P",
                split = ",",
                description = "fp32, bf16, fp16; several with commas.")
        private List<String> precisions = List.of("fp32");

        @Option(names = "--device", paramLabel = "D", description = "cpu or cuda:N; any N does for all of them.")
        private String device = "cpu";

        @Override
        public Integer call() {
            Output output = output();
            for (String location : locations) {
                ModelPackage model = ModelOptions.open(location, output);
                for (String precision : precisions) {
                    link(model, precision)
                            .forEach(archive -> output.print(
                                    archive.toString(),
                                    Map.of("archive", archive.toString(), "precision", precision, "device", device)));
                }
            }
            return ExitCodes.OK;
        }

        /**
         * One archive, or on a CPU several: which CPU it is and how many threads an operation has is known at start
         * alone.
         */
        private Set<Path> link(ModelPackage model, String precision) {
            try {
                EncoderOptions options = EncoderOptions.defaults()
                        .withDevice(device)
                        .withThreads(-1)
                        .withPrecision(Precision.labelled(precision))
                        .withCache(folder);
                Set<Path> archives = new LinkedHashSet<>();
                archives.addAll(model.link(options.withThreads(1)));
                archives.addAll(model.link(options));
                return archives;
            } catch (IllegalArgumentException e) {
                throw CommandFailure.usage(e.getMessage());
            } catch (ModelPackageException | UncheckedIOException e) {
                throw CommandFailure.failed(e.getMessage(), e);
            }
        }
    }
}
