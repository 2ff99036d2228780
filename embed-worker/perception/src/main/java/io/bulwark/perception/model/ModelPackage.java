package io.bulwark.perception.model;

import io.bulwark.imaging.mask.MaskNetwork;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.DifferentiableMask;
import io.bulwark.perception.encoder.Encoder;
import io.bulwark.perception.encoder.Encoder.EncoderException;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.encoder.EncoderOptions.Precision;
import io.bulwark.perception.encoder.ModelPackageException;
import io.bulwark.perception.encoder.TextEncoder;
import io.bulwark.perception.encoder.TrainableEncoder;
import io.bulwark.perception.encoder.TrainableEncoder.TensorPlace;
import io.bulwark.perception.hub.ModelHub.DownloadProgress;
import io.bulwark.perception.model.ExportedPackage.ExportedManifest;
import io.bulwark.perception.safetensors.ElementType;
import io.bulwark.perception.safetensors.SafetensorsFile;
import io.bulwark.perception.safetensors.SafetensorsFile.TensorInfo;
import io.bulwark.perception.torch.LoadedProgram;
import io.bulwark.perception.torch.TorchMask;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A model as it lies on disk or on the class path: a Bulwark package or a checkpoint as published, whose weights are
 * checked against the family that manifest or configuration names, or a program that was exported from PyTorch.
 * Immutable; any thread.
 *
 * <pre>{@code
 * try (Encoder encoder = ModelPackage.open(ModelPackage.DEFAULT)
 *         .openEncoder(EncoderOptions.defaults())) {
 *     Embeddings embeddings = encoder.embed(views, 8);
 * }
 * }</pre>
 */
public sealed interface ModelPackage permits LinkedPackage, ExportedPackage {

    /**
     * The package that a worker runs unless told otherwise: {@link #CLEAN_PARENT}, distilled to withstand small
     * perturbations. Small enough for a laptop's CPU.
     */
    String DEFAULT = "classpath:io/bulwark/models/r-lite0-f";

    /**
     * EfficientNet-Lite0 as ImageNet left it, which {@link #DEFAULT} was tuned from, sees the same pixels and withstands
     * nothing: the default's twin, and the parent of trainings.
     */
    String CLEAN_PARENT = "classpath:io/bulwark/models/efficientnet-lite0";

    /** NSFWJS's MobileNetV2 as it was published, with a classifier of five classes. */
    String CLASSIFIER = "classpath:io/bulwark/models/nsfwjs-mobilenet-v2";

    /**
     * Opens a package and checks that its files are what it says that they are.
     *
     * @param location a folder, {@code classpath:} and the folder of resources, or {@code hf://owner/name[@revision]}
     * @throws ModelPackageException if there is none, or something is missing, left over, misshapen or malformed
     */
    static ModelPackage open(String location) {
        return open(location, (file, done, size) -> {});
    }

    /**
     * As {@link #open(String)}.
     *
     * @param progress told how a download goes on, where there is one
     */
    static ModelPackage open(String location, DownloadProgress progress) {
        PackageFiles files = PackageFiles.at(location, progress);
        try {
            return ExportedManifest.isIn(files) ? ExportedPackage.open(files) : LinkedPackage.open(files);
        } catch (IOException e) {
            throw new ModelPackageException("model '%s' cannot be read: %s".formatted(location, e), e);
        }
    }

    /**
     * A mask's network with gradients, on the CPU.
     *
     * @param threads within an operation; -1 for all cores
     */
    static DifferentiableMask differentiable(MaskNetwork mask, int threads) {
        return new TorchMask(mask, threads);
    }

    /** Whether an encoder that is opened so would run on the CPU of this machine. */
    static boolean runsOnCpu(EncoderOptions options) {
        return LoadedProgram.onCpu(options);
    }

    /** The package's manifest; of a published checkpoint one that its configuration implies. */
    PackageManifest manifest();

    /** Whether the program itself comes with the package: then only a call of it shows what it answers. */
    boolean isExported();

    /** Whether a text encoder lies beside the image encoder. */
    boolean hasText();

    /** Multiplications that one embedding takes in the model's matrix products; 0 where they are not counted. */
    long multiplications();

    /**
     * Multiplications of an encoder that is opened with these options. Fewer where its program leaves out what the
     * embedding does not depend on.
     *
     * @param options whose precision is not {@link Precision#AUTO}
     */
    default long multiplications(EncoderOptions options) {
        return multiplications();
    }

    /** Its weights in numbers. */
    WeightsSummary weightsSummary();

    /** Precisions that it can be opened in, besides {@link Precision#AUTO}. */
    List<Precision> precisions();

    /**
     * What an encoder of this package is in a precision.
     *
     * @param precision one of {@link #precisions()}: {@link Precision#AUTO} is resolved by opening
     * @throws ModelPackageException if it cannot be had in that precision
     */
    EncoderDescription describe(Precision precision);

    /**
     * Writes the archives that {@link #openEncoder} loads with these options, on whatever CPU, unless they are there. Needs
     * no native library, so that an installation can be given them by a machine without the device that they are for.
     *
     * @param options device {@code cpu} or {@code cuda:N}; one of {@link #precisions()}; on a CPU in fp32 one thread an
     *     operation loads another archive than several; the cache is where they are written
     * @return the archives; {@code LinkCache.shipped()} says where else they are looked for
     * @throws IllegalArgumentException if device or precision is left open
     * @throws ModelPackageException if an exported program is what the model is: that is loaded as it lies
     */
    Set<Path> link(EncoderOptions options);

    /**
     * Loads the model for inference. The caller's thread need not be the one that embeds.
     *
     * @throws EncoderException if the device refuses it
     * @throws ModelPackageException if the files cannot be read any more, do not answer what the manifest says, or cannot
     *     be had in that precision
     */
    Encoder openEncoder(EncoderOptions options);

    /**
     * Loads the model in fp32 for gradients by its input, its weights frozen: attacks. Never the instance that infers.
     * Asked for {@link Precision#FP64}, it computes in that; pixels and gradients are fp32 all the same.
     *
     * @throws EncoderException if the device refuses it
     * @throws ModelPackageException if the files cannot be read any more or do not answer what the manifest says
     */
    DifferentiableEncoder openDifferentiable(EncoderOptions options);

    /**
     * Loads the model in fp32 for gradients by its weights: training. Asked for {@link Precision#FP64}, it computes in
     * that; weights and gradients come and go as fp32 all the same.
     *
     * @throws EncoderException if the device refuses it
     * @throws ModelPackageException if the files cannot be read any more, or an exported program is what the model is
     */
    TrainableEncoder openTrainable(EncoderOptions options);

    /**
     * Writes a package of this one's layout with other weights.
     *
     * @param folder of the package; made if missing
     * @throws IOException if it cannot be written
     * @throws ModelPackageException if an exported program is what this model is
     */
    void save(TunedModel tuned, Path folder) throws IOException;

    /**
     * Loads the text encoder, in fp32.
     *
     * @throws ModelPackageException if there is none
     * @throws EncoderException if the device refuses it
     */
    TextEncoder openText(EncoderOptions options);

    /**
     * A model's file of weights in numbers.
     *
     * @param file its name
     * @param tensors how many it holds
     * @param parameters their elements; 0 where the file does not tell
     * @param bytes their size
     * @param types tensors by type of their elements; empty where the file does not tell
     */
    record WeightsSummary(String file, int tensors, long parameters, long bytes, Map<ElementType, Integer> types) {

        static WeightsSummary of(SafetensorsFile weights) {
            long parameters = 0;
            long bytes = 0;
            Map<ElementType, Integer> types = new EnumMap<>(ElementType.class);
            for (TensorInfo tensor : weights.tensors().values()) {
                parameters += tensor.elements();
                bytes += tensor.bytes();
                types.merge(tensor.type(), 1, Integer::sum);
            }
            return new WeightsSummary(weights.name(), weights.tensors().size(), parameters, bytes, types);
        }
    }

    /**
     * New weights for a model.
     *
     * @param name of the package to be made of it
     * @param weights all of the program's, one row
     * @param tensors where each tensor of the checkpoint lies in the row
     * @param type to store them as: F32, F16 or BF16
     * @param provenance how they came about: parent, data, recipe
     * @param input height and width in pixels of what its encoder sees; empty for the parent's
     */
    record TunedModel(
            String name,
            float[] weights,
            List<TensorPlace> tensors,
            ElementType type,
            Map<String, String> provenance,
            OptionalInt input) {

        /** A model that sees what its parent sees. */
        public TunedModel(
                String name,
                float[] weights,
                List<TensorPlace> tensors,
                ElementType type,
                Map<String, String> provenance) {
            this(name, weights, tensors, type, provenance, OptionalInt.empty());
        }

        public TunedModel {
            tensors = List.copyOf(tensors);
            provenance = Map.copyOf(provenance);
        }

        /** The same model for squares of another size. */
        public TunedModel withInput(int pixels) {
            return new TunedModel(name, weights, tensors, type, provenance, OptionalInt.of(pixels));
        }
    }
}
