package io.bulwark.lab.golden;

import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.model.ModelPackage;
import io.bulwark.perception.model.checkpoint.CheckpointImport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * Checkpoints of PyTorch as the authors publish them, imported into a package that lies in a temporary folder, against
 * the embeddings of the authors' code.
 *
 * @param expected the tensor that holds them
 */
record PublishedCheck(EncoderOptions options, String expected) implements GoldenCheck {

    @Override
    public void check(GoldenManifest.GoldenCase golden, GoldenFiles files, Findings findings) throws IOException {
        Path folder = Files.createTempDirectory("published");
        try {
            new CheckpointImport(
                            files.path(golden.file("weights")),
                            files.bytes(golden.file("config")),
                            optional(golden, files, "head"),
                            adapter(golden, files),
                            false,
                            OptionalInt.empty())
                    .write(folder);
            compare(ModelPackage.open(folder.toString()), golden, files, findings);
        } finally {
            delete(folder);
        }
    }

    private void compare(ModelPackage model, GoldenManifest.GoldenCase golden, GoldenFiles files, Findings findings)
            throws IOException {
        try (GoldenTensors data = files.tensors(golden.file("data"));
                DifferentiableEncoder encoder = model.openDifferentiable(options)) {
            findings.close(
                    "embedding",
                    encoder.embed(data.floats("input"), data.extent("input", 0)),
                    data.floats(expected),
                    golden.tolerance("embedding_abs"));
        }
    }

    private static Optional<Path> optional(GoldenManifest.GoldenCase golden, GoldenFiles files, String role)
            throws IOException {
        return golden.files().has(role) ? Optional.of(files.path(golden.file(role))) : Optional.empty();
    }

    private static Optional<Path> adapter(GoldenManifest.GoldenCase golden, GoldenFiles files) throws IOException {
        Optional<Path> weights = optional(golden, files, "adapter");
        Optional<Path> config = optional(golden, files, "adapter_config");
        if (!weights.map(Path::getParent).equals(config.map(Path::getParent))) {
            throw new IOException("an adapter and its configuration lie in different folders");
        }
        return weights.map(Path::getParent);
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
