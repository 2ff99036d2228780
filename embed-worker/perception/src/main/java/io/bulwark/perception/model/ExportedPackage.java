package io.bulwark.perception.model;

import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.Encoder;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.encoder.EncoderOptions.Precision;
import io.bulwark.perception.encoder.Fingerprints;
import io.bulwark.perception.encoder.ModelPackageException;
import io.bulwark.perception.encoder.TextEncoder;
import io.bulwark.perception.encoder.TrainableEncoder;
import io.bulwark.perception.torch.ExportedProgram;
import io.bulwark.perception.torch.TorchDifferentiableEncoder;
import io.bulwark.perception.torch.TorchEncoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A network that was exported from PyTorch: {@code model.pt}, a TorchScript archive, and {@code model.json}.
 *
 * <p>Its program runs, so the operator must have put it there: TorchScript can open files. From {@code
 * hf://} such a package is refused.
 */
final class ExportedPackage implements ModelPackage {

    /** The program's file. */
    static final String PROGRAM = "model.pt";

    private final ExportedManifest manifest;
    private final Path program;
    private final WeightsSummary weights;

    private ExportedPackage(ExportedManifest manifest, Path program, WeightsSummary weights) {
        this.manifest = manifest;
        this.program = program;
        this.weights = weights;
    }

    /** Checks the files; nothing of the program is run yet. */
    static ExportedPackage open(PackageFiles files) throws IOException {
        ExportedManifest manifest = ExportedManifest.read(files);
        Path program = files.program(PROGRAM);
        int storages = ExportedArchive.storages(program);
        return new ExportedPackage(
                manifest, program, new WeightsSummary(PROGRAM, storages, 0, Files.size(program), Map.of()));
    }

    @Override
    public PackageManifest manifest() {
        return manifest.common();
    }

    @Override
    public boolean isExported() {
        return true;
    }

    @Override
    public boolean hasText() {
        return false;
    }

    @Override
    public long multiplications() {
        return 0;
    }

    @Override
    public WeightsSummary weightsSummary() {
        return weights;
    }

    @Override
    public List<Precision> precisions() {
        return List.of(Precision.FP32);
    }

    @Override
    public EncoderDescription describe(Precision precision) {
        if (precision != Precision.FP32) {
            throw new ModelPackageException(
                    ("model '%s' cannot be had in %s: an exported program computes in the precision that it was "
                                    + "exported in; set bulwark.encoder.precision (--precision) to fp32")
                            .formatted(program, precision.label()));
        }
        try {
            String fingerprint = new Fingerprints()
                    .text(ExportedManifest.FAMILY)
                    .text(precision.label())
                    .text(Integer.toString(manifest.dimension()))
                    .text(manifest.preprocess().canonical())
                    .text(manifest.headClasses().toString())
                    .file(program)
                    .hex();
            return new EncoderDescription(
                    fingerprint,
                    manifest.name(),
                    ExportedManifest.FAMILY,
                    manifest.dimension(),
                    precision.label(),
                    manifest.preprocess(),
                    manifest.headClasses());
        } catch (IOException e) {
            throw new ModelPackageException("%s: cannot be read: %s".formatted(program, e), e);
        }
    }

    @Override
    public Set<Path> link(EncoderOptions options) {
        throw new ModelPackageException(
                "model '%s' is an exported program, which is loaded as it lies: there is nothing to link"
                        .formatted(program));
    }

    @Override
    public Encoder openEncoder(EncoderOptions options) {
        Precision precision = options.precision() == Precision.AUTO ? Precision.FP32 : options.precision();
        EncoderDescription description = describe(precision);
        return TorchEncoder.of(description, ExportedProgram.load(program, description, options, false), options);
    }

    @Override
    public DifferentiableEncoder openDifferentiable(EncoderOptions options) {
        EncoderDescription description = describe(Precision.FP32);
        return new TorchDifferentiableEncoder(description, ExportedProgram.load(program, description, options, true));
    }

    @Override
    public TrainableEncoder openTrainable(EncoderOptions options) {
        throw notTrained();
    }

    @Override
    public void save(TunedModel tuned, Path folder) {
        throw notTrained();
    }

    private ModelPackageException notTrained() {
        return new ModelPackageException(
                "model '%s' is an exported program, which cannot be trained: train a package of one of Bulwark's families"
                        .formatted(program));
    }

    @Override
    public TextEncoder openText(EncoderOptions options) {
        throw new ModelPackageException("model '%s' has no text encoder".formatted(program));
    }
}
