package io.bulwark.lab.model;

import io.bulwark.cli.options.ModelOptions;
import io.bulwark.cli.terminal.Output;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.encoder.EncoderOptions.Precision;
import io.bulwark.perception.model.ModelPackage;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** What an import says of the package that it made. */
final class ImportedPackage {

    private ImportedPackage() {}

    /** Opens the package, which checks it, and prints what it is. */
    static void print(Path folder, Output output) {
        ModelPackage made = ModelOptions.open(folder.toString(), output);
        EncoderDescription description = made.describe(Precision.FP32);
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("package", folder.toString());
        facts.put("family", description.family());
        facts.put("dimension", description.dimension());
        facts.put("preprocess", description.preprocess().canonical());
        facts.put("parameters", made.weightsSummary().parameters());
        facts.put("fingerprint", description.fingerprint());
        output.print(
                "%s family=%s dimension=%d parameters=%d fingerprint=%s"
                        .formatted(
                                folder,
                                description.family(),
                                description.dimension(),
                                made.weightsSummary().parameters(),
                                description.fingerprint()),
                facts);
    }
}
