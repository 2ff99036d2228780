package io.bulwark.lab.attack;

import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.model.ModelPackage;
import io.bulwark.perception.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Path;

/** The fixture's small ViT (random weights, 32 pixels, 32 dimensions), and tensors of the fixture's files. */
public final class SmallEncoder {

    public static final Path GOLDEN = Path.of("../perception/src/test/resources/golden");

    private SmallEncoder() {}

    public static DifferentiableEncoder open(Path cache) {
        return ModelPackage.open(GOLDEN.resolve("vit_a").toString())
                .openDifferentiable(EncoderOptions.defaults().withThreads(1).withCache(cache));
    }

    public static float[] floats(String file, String tensor) throws IOException {
        try (SafetensorsFile tensors = SafetensorsFile.open(GOLDEN.resolve(file))) {
            return tensors.floats(tensor);
        }
    }
}
