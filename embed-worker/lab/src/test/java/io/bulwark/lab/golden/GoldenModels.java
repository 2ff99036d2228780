package io.bulwark.lab.golden;

import io.bulwark.perception.model.ModelPackage;
import java.io.IOException;
import java.nio.file.Path;

/** Opens the checkpoint that a case names, its files verified. */
final class GoldenModels {

    private GoldenModels() {}

    static ModelPackage open(GoldenManifest.GoldenCase golden, GoldenFiles files) throws IOException {
        Path config = files.path(golden.file("config"));
        Path weights = files.path(golden.file("weights"));
        if (!config.getParent().equals(weights.getParent())) {
            throw new IOException("configuration and weights lie in different folders");
        }
        return ModelPackage.open(weights.getParent().toString());
    }

    /** Rows brought to length 1, as PyTorch's {@code F.normalize} does. */
    static float[] normalised(float[] rows, int dimension) {
        float[] unit = new float[rows.length];
        for (int from = 0; from < rows.length; from += dimension) {
            double squares = 0;
            for (int i = from; i < from + dimension; i++) {
                squares += (double) rows[i] * rows[i];
            }
            double length = Math.max(Math.sqrt(squares), 1e-12);
            for (int i = from; i < from + dimension; i++) {
                unit[i] = (float) (rows[i] / length);
            }
        }
        return unit;
    }
}
