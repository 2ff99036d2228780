package io.bulwark.perception.model;

import io.bulwark.perception.hub.DownloadProgress;
import io.bulwark.perception.model.EncoderOptions.Precision;
import io.bulwark.perception.model.family.Family;
import io.bulwark.perception.model.family.OpenClipText;
import io.bulwark.perception.model.family.Tower;
import io.bulwark.perception.model.family.Weights;
import io.bulwark.perception.model.safetensors.ElementType;
import io.bulwark.perception.model.safetensors.SafetensorsFile;
import io.bulwark.perception.model.torchscript.Attributes;
import io.bulwark.perception.model.torchscript.TorchScriptLinker;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A model as it lies on disk or on the class path, a Bulwark package or a checkpoint as published: weights, checked against
 * the family that manifest or configuration names. Immutable; any thread.
 *
 * <pre>{@code
 * try (Encoder encoder = ModelPackage.open("classpath:io/bulwark/models/nsfwjs-mobilenet-v2")
 *         .openEncoder(EncoderOptions.defaults())) {
 *     Embeddings embeddings = encoder.embed(views, 8);
 * }
 * }</pre>
 */
public final class ModelPackage {

    /** The package that comes with Bulwark: small enough for a laptop's CPU. */
    public static final String DEFAULT = "classpath:io/bulwark/models/nsfwjs-mobilenet-v2";

    /** Part of every archive's name: raise it when what the linker writes for the same input changes. */
    private static final String LINKER = "link-2";

    private final PackageFiles files;
    private final Blueprint blueprint;

    private ModelPackage(PackageFiles files, Blueprint blueprint) {
        this.files = files;
        this.blueprint = blueprint;
    }

    /**
     * Opens a package and checks that its weights are those of its family.
     *
     * @param location a folder, {@code classpath:} and the folder of resources, or {@code hf://owner/name[@revision]}
     * @throws ModelPackageException if there is none, or something is missing, left over, misshapen or malformed
     */
    public static ModelPackage open(String location) {
        return open(location, (file, done, size) -> {});
    }

    /**
     * As {@link #open(String)}.
     *
     * @param progress told how a download goes on, where there is one
     */
    public static ModelPackage open(String location, DownloadProgress progress) {
        PackageFiles files = PackageFiles.at(location, progress);
        try {
            ModelPackage opened = new ModelPackage(files, Blueprint.read(files));
            try (SafetensorsFile weights = opened.weights()) {
                checked(weights, opened.blueprint.vision());
            }
            return opened;
        } catch (IOException e) {
            throw new ModelPackageException("model '%s' cannot be read: %s".formatted(location, e), e);
        }
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

    /** The package's manifest; of a published checkpoint one that its configuration implies. */
    public PackageManifest manifest() {
        return blueprint.manifest();
    }

    /** Whether a text encoder lies beside the image encoder. */
    public boolean hasText() {
        return blueprint.text().isPresent();
    }

    /** Multiplications that one embedding takes in matrix products; 0 where the family does not count them. */
    public long multiplications() {
        return blueprint.vision().family().multiplications();
    }

    /** Its weights in numbers. */
    public WeightsSummary weightsSummary() {
        try (SafetensorsFile weights = weights()) {
            return WeightsSummary.of(weights);
        } catch (IOException e) {
            throw new ModelPackageException("%s: cannot be read: %s".formatted(files.location(), e), e);
        }
    }

    /**
     * What an encoder of this package is in a precision.
     *
     * @param precision not {@link Precision#AUTO}, which is resolved by opening
     */
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

    /**
     * Links the program and the weights, or finds them linked.
     *
     * @return a TorchScript archive with the entries that {@code model.family} states
     */
    Path link(EncoderDescription description, Path cache) {
        return link(blueprint.vision(), blueprint.vision().family(), description, cache);
    }

    /** @param family the tower's own, or one that reads the same tensors */
    private Path link(Tower tower, Family family, EncoderDescription description, Path cache) {
        ElementType type = elementType(Precision.labelled(description.precision()));
        String key = new Fingerprints()
                .text(LINKER)
                .text(description.fingerprint())
                .text(family.program().text())
                .hex();
        try (SafetensorsFile file = weights()) {
            Weights weights = checked(file, tower);
            return new TorchScriptLinker(cache)
                    .link(
                            key,
                            family.program(),
                            () -> new Attributes(
                                    family.layOut(weights, type), family.packed(weights), family.constants()));
        } catch (IllegalArgumentException e) {
            throw new ModelPackageException(e.getMessage(), e);
        } catch (IOException e) {
            throw new ModelPackageException("%s: cannot be read: %s".formatted(files.location(), e), e);
        }
    }

    private static ElementType elementType(Precision precision) {
        return switch (precision) {
            case BF16 -> ElementType.BF16;
            case FP16 -> ElementType.F16;
            default -> ElementType.F32;
        };
    }

    /**
     * Loads the model for inference. The caller's thread need not be the one that embeds.
     *
     * @throws EncoderException if the device refuses it
     * @throws ModelPackageException if the weights cannot be read any more
     */
    public Encoder openEncoder(EncoderOptions options) {
        return options.precision() == Precision.AUTO
                ? AutoPrecision.open(options, precision -> open(options, precision))
                : open(options, options.precision());
    }

    private Encoder open(EncoderOptions options, Precision precision) {
        EncoderDescription description = describe(precision);
        Tower tower = blueprint.vision();
        boolean onCpu = precision == Precision.FP32 && LoadedProgram.onCpu(options);
        Family family = onCpu ? tower.family().forInferenceOnCpu() : tower.family();
        return TorchEncoder.load(description, link(tower, family, description, options.cache()), options);
    }

    /**
     * Loads the model in fp32 for gradients by its input, its weights frozen: attacks. Never the instance that infers.
     *
     * @throws EncoderException if the device refuses it
     * @throws ModelPackageException if the weights cannot be read any more
     */
    public DifferentiableEncoder openDifferentiable(EncoderOptions options) {
        EncoderDescription description = describe(Precision.FP32);
        LoadedProgram program =
                LoadedProgram.load(description.name(), link(description, options.cache()), options, true);
        program.differentiateWeights(false);
        return new DifferentiableEncoder(description, program);
    }

    /**
     * Loads the text encoder, in fp32.
     *
     * @throws ModelPackageException if there is none
     * @throws EncoderException if the device refuses it
     */
    public TextEncoder openText(EncoderOptions options) {
        Tower tower = blueprint
                .text()
                .orElseThrow(() -> new ModelPackageException(
                        "model '%s' has no text encoder that this version reads".formatted(files.location())));
        EncoderDescription description = describe(tower.family(), Precision.FP32);
        LoadedProgram program = LoadedProgram.load(
                description.name(), link(tower, tower.family(), description, options.cache()), options, false);
        return new TextEncoder(description, (OpenClipText) tower.family(), logitScale(), program);
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
