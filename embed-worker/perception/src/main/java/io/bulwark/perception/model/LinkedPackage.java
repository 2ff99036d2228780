package io.bulwark.perception.model;

import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.Encoder;
import io.bulwark.perception.encoder.Encoder.EncoderException;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.encoder.EncoderDescription.Fingerprints;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.encoder.EncoderOptions.Engine;
import io.bulwark.perception.encoder.EncoderOptions.Precision;
import io.bulwark.perception.encoder.ModelPackageException;
import io.bulwark.perception.encoder.TextEncoder;
import io.bulwark.perception.encoder.TrainableEncoder;
import io.bulwark.perception.encoder.TrainableEncoder.TensorPlace;
import io.bulwark.perception.model.AutoPrecision.Cpu;
import io.bulwark.perception.model.family.Family;
import io.bulwark.perception.model.family.Family.CpuInference;
import io.bulwark.perception.model.family.OpenClipText;
import io.bulwark.perception.model.family.Weights;
import io.bulwark.perception.model.family.Weights.Tower;
import io.bulwark.perception.onnx.OnnxEncoder;
import io.bulwark.perception.safetensors.ElementType;
import io.bulwark.perception.safetensors.SafetensorsFile;
import io.bulwark.perception.torch.LoadedProgram;
import io.bulwark.perception.torch.ProgramWeights;
import io.bulwark.perception.torch.ProgramWeights.ProgramParameter;
import io.bulwark.perception.torch.TorchDifferentiableEncoder;
import io.bulwark.perception.torch.TorchDifferentiableEncoder.TorchTrainableEncoder;
import io.bulwark.perception.torch.TorchEncoder;
import io.bulwark.perception.torch.TorchTextEncoder;
import io.bulwark.perception.torchscript.Attributes;
import io.bulwark.perception.torchscript.TorchScriptLinker;
import io.bulwark.perception.torchscript.TorchScriptLinker.LinkCache;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A model whose program comes from Bulwark: a Bulwark package or a checkpoint as published. Its weights, checked against
 * the family that manifest or configuration names, are linked with the family's program.
 */
record LinkedPackage(PackageFiles files, Blueprint blueprint) implements ModelPackage {

    private static final Logger LOG = LoggerFactory.getLogger(LinkedPackage.class);

    static LinkedPackage open(PackageFiles files) throws IOException {
        LinkedPackage opened = new LinkedPackage(files, Blueprint.read(files));
        try (SafetensorsFile weights = opened.weights()) {
            checked(weights, opened.blueprint.vision());
        }
        return opened;
    }

    private SafetensorsFile weights() throws IOException {
        return files.weights(blueprint.weights());
    }

    private static Weights checked(SafetensorsFile weights, Tower tower) {
        try {
            return Weights.of(weights, tower);
        } catch (IllegalArgumentException e) {
            throw new ModelPackageException(e.getMessage(), e);
        }
    }

    @Override
    public PackageManifest manifest() {
        return blueprint.manifest();
    }

    @Override
    public boolean isExported() {
        return false;
    }

    @Override
    public boolean hasText() {
        return blueprint.text().isPresent();
    }

    @Override
    public long multiplications() {
        return blueprint.vision().family().multiplications();
    }

    @Override
    public long multiplications(EncoderOptions options) {
        return family(options, options.precision(), LoadedProgram.onCpu(options))
                .multiplications();
    }

    @Override
    public WeightsSummary weightsSummary() {
        try (SafetensorsFile weights = weights()) {
            return WeightsSummary.of(weights);
        } catch (IOException e) {
            throw new ModelPackageException("%s: cannot be read: %s".formatted(files.location(), e), e);
        }
    }

    @Override
    public List<Precision> precisions() {
        return List.of(Precision.FP32, Precision.BF16, Precision.FP16);
    }

    @Override
    public EncoderDescription describe(Precision precision) {
        return describe(blueprint.vision().family(), precision);
    }

    private EncoderDescription describe(Family family, Precision precision) {
        PackageManifest manifest = blueprint.manifest();
        try (SafetensorsFile weights = weights()) {
            String fingerprint = new Fingerprints()
                    .text(family.name())
                    .text(family.program().text())
                    .text(family.constants().toString())
                    .text(precision.label())
                    .text(manifest.preprocess().canonical())
                    .text(manifest.headClasses().toString())
                    .tensors(weights)
                    .hex();
            return new EncoderDescription(
                    fingerprint,
                    manifest.name(),
                    family.name(),
                    family.dimension(),
                    precision.label(),
                    manifest.preprocess(),
                    manifest.headClasses());
        } catch (IOException e) {
            throw new ModelPackageException("%s: cannot be read: %s".formatted(files.location(), e), e);
        }
    }

    @Override
    public Set<Path> link(EncoderOptions options) {
        if (options.device().equals("auto") || options.precision() == Precision.AUTO) {
            throw new IllegalArgumentException(
                    "device '%s' and precision '%s': linked beforehand is for one device and one precision, not auto"
                            .formatted(options.device(), options.precision().label()));
        }
        requireInference(options.precision());
        EncoderDescription description = describe(options.precision());
        TorchScriptLinker linker = new TorchScriptLinker(options.cache());
        return families(options).stream()
                .map(family -> link(blueprint.vision(), family, description, linker))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** Those whose programs infer on some machine. */
    private List<Family> families(EncoderOptions options) {
        Family family = blueprint.vision().family();
        if (!options.device().equals("cpu")) {
            return List.of(family);
        }
        ElementType type = elementType(options.precision());
        return Cpu.mayPack(type).stream()
                .map(packs -> family.forInferenceOnCpu(new CpuInference(type, options.threads(), packs)))
                .toList();
    }

    /** The family whose program infers on this machine. */
    private Family family(EncoderOptions options, Precision precision, boolean onCpu) {
        Family family = blueprint.vision().family();
        ElementType type = elementType(precision);
        return onCpu ? family.forInferenceOnCpu(new CpuInference(type, options.threads(), Cpu.packs(type))) : family;
    }

    /**
     * Links the program and the weights, or finds them linked.
     *
     * @return a TorchScript archive with the entries that {@code model.family} states
     */
    Path link(EncoderDescription description, Path cache) {
        return link(blueprint.vision(), blueprint.vision().family(), description, cache);
    }

    private Path link(Tower tower, Family family, EncoderDescription description, Path cache) {
        return link(tower, family, description, new TorchScriptLinker(cache, LinkCache.shipped()));
    }

    /** @param family the tower's own, or one that reads the same tensors */
    private Path link(Tower tower, Family family, EncoderDescription description, TorchScriptLinker linker) {
        ElementType type = elementType(Precision.valueOf(description.precision().toUpperCase(Locale.ROOT)));
        String key = new Fingerprints()
                .text(TorchScriptLinker.VERSION)
                .text(description.fingerprint())
                .text(family.program().text())
                .hex();
        try (SafetensorsFile file = weights()) {
            Weights weights = checked(file, tower);
            return linker.link(
                    key,
                    family.program(),
                    () -> new Attributes(
                            family.layOut(weights, type),
                            family.packed(weights),
                            family.lists(weights, type),
                            family.constants()));
        } catch (IllegalArgumentException e) {
            throw new ModelPackageException(e.getMessage(), e);
        } catch (IOException e) {
            throw new ModelPackageException("%s: cannot be read: %s".formatted(files.location(), e), e);
        }
    }

    private static ElementType elementType(Precision precision) {
        return switch (precision) {
            case FP64 -> ElementType.F64;
            case BF16 -> ElementType.BF16;
            case FP16 -> ElementType.F16;
            default -> ElementType.F32;
        };
    }

    private static Precision ofGradients(EncoderOptions options) {
        return options.precision() == Precision.FP64 ? Precision.FP64 : Precision.FP32;
    }

    @Override
    public Encoder openEncoder(EncoderOptions options) {
        return options.precision() == Precision.AUTO
                ? AutoPrecision.open(options, precision -> open(options, precision))
                : open(options, options.precision());
    }

    private void requireInference(Precision precision) {
        if (!precisions().contains(precision)) {
            throw new ModelPackageException("%s: encoders infer in %s, not in %s"
                    .formatted(
                            files.location(),
                            precisions().stream().map(Precision::label).collect(Collectors.joining(", ")),
                            precision.label()));
        }
    }

    private Encoder open(EncoderOptions options, Precision precision) {
        requireInference(precision);
        EncoderDescription description = describe(precision);
        boolean onCpu = LoadedProgram.onCpu(options);
        Optional<Encoder> byOnnxRuntime =
                onCpu && precision == Precision.FP32 ? byOnnxRuntime(description, options) : Optional.empty();
        if (byOnnxRuntime.isEmpty() && options.engine() == Engine.ONNXRUNTIME) {
            LOG.warn(
                    "libtorch runs the encoder {}: ONNX Runtime runs EfficientNet-Lite0 without classes, in fp32, on a CPU",
                    description.name());
        }
        return byOnnxRuntime.orElseGet(() -> byLibtorch(description, options, precision, onCpu));
    }

    private Encoder byLibtorch(
            EncoderDescription description, EncoderOptions options, Precision precision, boolean onCpu) {
        Family family = family(options, precision, onCpu);
        Path archive = link(blueprint.vision(), family, description, options.cache());
        LoadedProgram program = LoadedProgram.load(description.name(), archive, options, false);
        return onCpu && family.bearsThreads()
                ? TorchEncoder.shared(description, program)
                : TorchEncoder.of(description, program, options);
    }

    /** None where libtorch is asked for, is the faster one, or can alone run the model. */
    private Optional<Encoder> byOnnxRuntime(EncoderDescription description, EncoderOptions options) {
        boolean isAuto = options.engine() == Engine.AUTO;
        if (options.engine() == Engine.LIBTORCH || isAuto && !Cpu.lacksAvx512()) {
            return Optional.empty();
        }
        // The same thread searches the bank by libtorch.
        Runnable beforeFirst = () -> LoadedProgram.useThreads(options.threads());
        try (SafetensorsFile file = weights()) {
            Optional<Encoder> opened = blueprint
                    .vision()
                    .family()
                    .onnx(checked(file, blueprint.vision()))
                    .map(model -> OnnxEncoder.load(description, model, options.threads(), beforeFirst));
            opened.ifPresent(encoder -> LOG.info("ONNX Runtime runs the encoder {}", description.name()));
            return opened;
        } catch (EncoderException refused) {
            if (!isAuto) {
                throw refused;
            }
            LOG.warn("libtorch runs the encoder instead", refused);
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            throw new ModelPackageException(e.getMessage(), e);
        } catch (IOException e) {
            throw new ModelPackageException("%s: cannot be read: %s".formatted(files.location(), e), e);
        }
    }

    @Override
    public DifferentiableEncoder openDifferentiable(EncoderOptions options) {
        EncoderDescription description = describe(ofGradients(options));
        LoadedProgram program = loadForGradients(description, options);
        program.differentiateWeights(false);
        return new TorchDifferentiableEncoder(description, program);
    }

    @Override
    public TrainableEncoder openTrainable(EncoderOptions options) {
        EncoderDescription description = describe(ofGradients(options));
        LoadedProgram program = loadForGradients(description, options);
        return new TorchTrainableEncoder(description, program, places(program.weights()));
    }

    private LoadedProgram loadForGradients(EncoderDescription description, EncoderOptions options) {
        Tower tower = blueprint.vision();
        Path archive = link(tower, tower.family().forGradients(), description, options.cache());
        return LoadedProgram.load(description.name(), archive, options, true);
    }

    @Override
    public void save(TunedModel tuned, Path folder) throws IOException {
        new TunedPackageWriter(files, blueprint).write(tuned, folder);
    }

    private List<TensorPlace> places(ProgramWeights weights) {
        Family family = blueprint.vision().family();
        Map<String, ProgramParameter> parameters =
                weights.parameters().stream().collect(Collectors.toMap(ProgramParameter::name, Function.identity()));
        return family.pieces().stream()
                .map(piece -> new TensorPlace(
                        piece.tensor(),
                        piece.shape(),
                        Math.toIntExact(parameters
                                        .get(piece.attribute().replace('.', '_'))
                                        .offset()
                                + piece.offset()),
                        family.isHead(piece.tensor()),
                        family.isAdapted(piece.tensor())))
                .toList();
    }

    @Override
    public TextEncoder openText(EncoderOptions options) {
        Tower tower = blueprint
                .text()
                .orElseThrow(() -> new ModelPackageException(
                        "model '%s' has no text encoder that this version reads".formatted(files.location())));
        EncoderDescription description = describe(tower.family(), Precision.FP32);
        LoadedProgram program = LoadedProgram.load(
                description.name(), link(tower, tower.family(), description, options.cache()), options, false);
        OpenClipText family = (OpenClipText) tower.family();
        return new TorchTextEncoder(
                description.name(),
                new TorchTextEncoder.Texts(
                        family.dimension(), family.contextLength(), family.vocabulary(), logitScale()),
                program);
    }

    /** {@code exp(logit_scale)}: what open_clip multiplies similarities of pictures and texts with. */
    private double logitScale() {
        try (SafetensorsFile file = weights()) {
            return Math.exp(file.floats("logit_scale")[0]);
        } catch (IOException e) {
            throw new ModelPackageException("%s: cannot be read: %s".formatted(files.location(), e), e);
        }
    }
}
