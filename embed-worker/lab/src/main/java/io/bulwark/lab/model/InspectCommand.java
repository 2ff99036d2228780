package io.bulwark.lab.model;

import io.bulwark.cli.options.ModelOptions;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputOptions;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.encoder.EncoderOptions.Precision;
import io.bulwark.perception.model.ModelPackage;
import io.bulwark.perception.model.WeightsSummary;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code bulwark model inspect}. */
@Command(name = "inspect", description = "Says what a model is: family, size, preprocessing, weights, fingerprints.")
public final class InspectCommand implements Callable<Integer> {

    @Mixin
    private OutputOptions options;

    @Parameters(paramLabel = "LOCATION", description = "A folder, classpath:FOLDER or hf://OWNER/NAME[@REVISION].")
    private String location;

    @Override
    public Integer call() {
        Output output = options.output();
        ModelPackage model = ModelOptions.open(location, output);
        Map<String, Object> facts = facts(model);
        if (model.isExported()) {
            // Opening calls the program and holds its answers to the manifest.
            model.openEncoder(EncoderOptions.defaults()).close();
            facts.put("program", "called, answers what model.json says");
        }
        String text = facts.entrySet().stream()
                .map(fact -> String.format(Locale.ROOT, "%-16s %s", fact.getKey(), fact.getValue()))
                .collect(Collectors.joining(System.lineSeparator()));
        output.print(text, facts);
        return ExitCodes.OK;
    }

    private static Map<String, Object> facts(ModelPackage model) {
        EncoderDescription exact = model.describe(Precision.FP32);
        WeightsSummary weights = model.weightsSummary();
        PreprocessSpec input = exact.preprocess();
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("name", exact.name());
        facts.put("family", exact.family());
        facts.put("input", input.width() + "x" + input.height());
        facts.put("dimension", exact.dimension());
        facts.put("preprocess", input.canonical());
        facts.put("headClasses", String.join(", ", exact.headClasses()));
        facts.put("textEncoder", model.hasText());
        facts.put("weights", weights.file());
        facts.put("tensors", weights.tensors());
        facts.put("bytes", weights.bytes());
        if (!weights.types().isEmpty()) {
            facts.put("parameters", weights.parameters());
            facts.put("types", weights.types().toString());
        }
        model.manifest().provenance().forEach((key, value) -> facts.put("provenance." + key, value));
        for (Precision precision : model.precisions()) {
            facts.put(
                    "fingerprint." + precision.label(),
                    model.describe(precision).fingerprint());
        }
        return facts;
    }
}
