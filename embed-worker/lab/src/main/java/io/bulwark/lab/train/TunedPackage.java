package io.bulwark.lab.train;

import io.bulwark.lab.terminal.Output;
import io.bulwark.perception.model.EncoderOptions.Precision;
import io.bulwark.perception.model.ModelPackage;
import io.bulwark.perception.model.safetensors.ElementType;
import io.bulwark.perception.train.Trained;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes what came of a training and says so. */
final class TunedPackage {

    private TunedPackage() {}

    /** @param name null for the folder's */
    static void save(Trained trained, ModelPackage parent, Path out, String name, ElementType type, Output output)
            throws IOException {
        String called = name == null ? out.toAbsolutePath().getFileName().toString() : name;
        parent.save(trained.model(called, type), out);
        String fingerprint =
                ModelPackage.open(out.toString()).describe(Precision.FP32).fingerprint();
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("package", out.toString());
        fields.put("fingerprint", fingerprint);
        fields.put("steps", trained.steps());
        fields.put("provenance", trained.provenance());
        output.print("%s steps=%d fingerprint=%s".formatted(out, trained.steps(), fingerprint), fields);
    }
}
