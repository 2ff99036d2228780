package io.bulwark.lab.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.cli.BulwarkCommand;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.perception.safetensors.SafetensorsFile;
import io.bulwark.perception.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A small tower as PyTorch saved it, in the layout of the published ones, imported with the text tower of another file:
 * random weights of both, 32 pixels.
 */
public final class ImportedTower {

    private static final Path GOLDEN = Path.of("../perception/src/test/resources/golden");
    private static final String PROJECTION = "text_projection";

    /** Length of an embedding of the tower. */
    private static final int DIMENSION = 24;

    private ImportedTower() {}

    /** Imports it into a folder of that folder. */
    public static Path write(Path folder) throws IOException {
        Path published = GOLDEN.resolve("published");
        Path imported = folder.resolve("imported");
        assertThat(BulwarkCommand.commandLine()
                        .execute(
                                "model",
                                "import-pt",
                                published.resolve("vit-fare-eps4.pt").toString(),
                                "--config",
                                published.resolve("open_clip_config.json").toString(),
                                "--text",
                                texts(folder.resolve("texts.safetensors")).toString(),
                                imported.toString()))
                .isEqualTo(ExitCodes.OK);
        return imported;
    }

    /** The text tower of another checkpoint, whose embeddings are cut to the length of the vision tower's. */
    private static Path texts(Path file) throws IOException {
        try (SafetensorsFile both =
                SafetensorsFile.open(GOLDEN.resolve("vit_a").resolve("open_clip_model.safetensors"))) {
            SafetensorsWriter writer = new SafetensorsWriter();
            for (SafetensorsFile.TensorInfo tensor : both.tensors().values()) {
                float[] values = both.floats(tensor.name());
                if (tensor.name().equals(PROJECTION)) {
                    int rows = Math.toIntExact(tensor.shape().get(0));
                    int wide = values.length / rows;
                    float[] cut = new float[rows * DIMENSION];
                    for (int row = 0; row < rows; row++) {
                        System.arraycopy(values, row * wide, cut, row * DIMENSION, DIMENSION);
                    }
                    writer.add(PROJECTION, List.of((long) rows, (long) DIMENSION), cut);
                } else if (!tensor.name().startsWith("visual.")) {
                    writer.add(tensor.name(), tensor.shape(), values);
                }
            }
            writer.write(file);
        }
        return file;
    }
}
