package io.bulwark.perception.model;

import io.bulwark.perception.model.EncoderOptions.Precision;
import io.bulwark.perception.model.family.Family;
import io.bulwark.perception.model.family.MobileNetV2;
import io.bulwark.perception.model.family.Weights;
import io.bulwark.perception.model.safetensors.ElementType;
import io.bulwark.perception.model.safetensors.SafetensorsFile;
import io.bulwark.perception.model.torchscript.LinkTensor;
import io.bulwark.perception.model.torchscript.TorchScriptLinker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A model as it lies on disk or on the class path: a manifest and weights, checked against their family. Immutable; any
 * thread.
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
    private static final String LINKER = "link-1";

    private final PackageFiles files;
    private final PackageManifest manifest;
    private final Family family;

    private ModelPackage(PackageFiles files, PackageManifest manifest, Family family) {
        this.files = files;
        this.manifest = manifest;
        this.family = family;
    }

    /**
     * Opens a package and checks that its weights are those of its family.
     *
     * @param location a folder, or {@code classpath:} and the folder of resources
     * @throws ModelPackageException if there is none, or something is missing, left over, misshapen or malformed
     */
    public static ModelPackage open(String location) {
        PackageFiles files = PackageFiles.at(location);
        try {
            Optional<byte[]> json = files.read(PackageManifest.FILE);
            if (json.isEmpty()) {
                throw new ModelPackageException(PackageContents.explain(files));
            }
            PackageManifest manifest = PackageManifest.parse(files.location() + "/" + PackageManifest.FILE, json.get());
            ModelPackage opened = new ModelPackage(files, manifest, family(files, manifest));
            try (SafetensorsFile weights = opened.weights()) {
                opened.checked(weights);
            }
            return opened;
        } catch (IOException e) {
            throw new ModelPackageException("model '%s' cannot be read: %s".formatted(location, e), e);
        }
    }

    private static Family family(PackageFiles files, PackageManifest manifest) {
        if (manifest.family().equals(MobileNetV2.NAME)) {
            return new MobileNetV2(manifest.headClasses().size());
        }
        throw new ModelPackageException("%s: family '%s' is not known; known is %s"
                .formatted(files.location(), manifest.family(), MobileNetV2.NAME));
    }

    private SafetensorsFile weights() throws IOException {
        return files.weights(PackageManifest.WEIGHTS);
    }

    private Weights checked(SafetensorsFile weights) {
        try {
            return Weights.of(weights, family);
        } catch (IllegalArgumentException e) {
            throw new ModelPackageException(e.getMessage(), e);
        }
    }

    /** The package's manifest. */
    public PackageManifest manifest() {
        return manifest;
    }

    /**
     * What an encoder of this package is in a precision.
     *
     * @param precision not {@link Precision#AUTO}, which is resolved by opening
     */
    public EncoderDescription describe(Precision precision) {
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
        Precision precision = Precision.labelled(description.precision());
        String key =
                new Fingerprints().text(LINKER).text(description.fingerprint()).hex();
        try (SafetensorsFile file = weights()) {
            Weights weights = checked(file);
            return new TorchScriptLinker(cache)
                    .link(key, family.program(), () -> tensors(weights, precision), family.constants());
        } catch (IOException e) {
            throw new ModelPackageException("%s: cannot be read: %s".formatted(files.location(), e), e);
        }
    }

    private List<LinkTensor> tensors(Weights weights, Precision precision) {
        return family.layOut(
                weights,
                switch (precision) {
                    case BF16 -> ElementType.BF16;
                    case FP16 -> ElementType.F16;
                    default -> ElementType.F32;
                });
    }

    /**
     * Loads the model for inference. The caller's thread need not be the one that embeds.
     *
     * @throws EncoderException if the device refuses it
     * @throws ModelPackageException if the weights cannot be read any more
     */
    public Encoder openEncoder(EncoderOptions options) {
        EncoderDescription description =
                describe(options.precision() == Precision.AUTO ? Precision.FP32 : options.precision());
        return TorchEncoder.load(description, link(description, options.cache()), options);
    }
}
