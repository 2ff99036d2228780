package io.bulwark.lab.train;

import io.bulwark.cli.terminal.Output;
import io.bulwark.perception.encoder.EncoderOptions.Precision;
import io.bulwark.perception.model.ModelPackage;
import io.bulwark.perception.model.TunedModel;
import io.bulwark.perception.safetensors.ElementType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import picocli.CommandLine.Option;

/** The package that is made of a training's result: {@code @Mixin PackageOptions tuned}. */
final class PackageOptions {

    @Option(names = "--name", paramLabel = "NAME", description = "The package's name (default: the folder's).")
    private String name;

    @Option(
            names = "--store",
            paramLabel = "TYPE",
            defaultValue = "F16",
            description = "How its weights are stored: F32, F16 or BF16.")
    private ElementType type;

    /**
     * Writes the package and says so.
     *
     * @param input side in pixels of what its encoder sees; empty for the parent's
     * @param out its folder; made if missing
     */
    void save(Trained trained, ModelPackage parent, OptionalInt input, Path out, Output output) throws IOException {
        String called = name == null ? out.toAbsolutePath().getFileName().toString() : name;
        TunedModel made = trained.model(called, type);
        parent.save(input.isPresent() ? made.withInput(input.getAsInt()) : made, out);
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
