package io.bulwark.lab.evaluate;

import io.bulwark.lab.options.ModelOptions;
import io.bulwark.lab.options.Threats;
import io.bulwark.lab.terminal.CommandFailure;
import io.bulwark.lab.terminal.ExitCodes;
import io.bulwark.lab.terminal.Output;
import io.bulwark.lab.terminal.OutputOptions;
import io.bulwark.lab.terminal.Progress;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.robustness.attack.ThreatModel;
import io.bulwark.robustness.evaluate.EvaluatedEncoder;
import io.bulwark.robustness.evaluate.data.DataLayoutException;
import io.bulwark.robustness.evaluate.photograph.BlockMeans;
import io.bulwark.robustness.evaluate.photograph.HeadlineResult;
import io.bulwark.robustness.evaluate.photograph.HeadlineRun;
import io.bulwark.robustness.evaluate.photograph.HeadlineSpec;
import io.bulwark.robustness.evaluate.photograph.Photograph;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bulwark evaluate photographs}. */
@Command(
        name = "photographs",
        description = {
            "Photographs by contributor: bank and questions come from different people, and each question is attacked on",
            "the continuous margin of a class-balanced vote, both sides, to the last iteration. A thumbnail is asked too."
        })
public final class EvaluatePhotographsCommand implements Callable<Integer> {

    private static final int BLOCKS = 16;

    @Mixin
    private OutputOptions terminal;

    @Option(
            names = "--index",
            required = true,
            paramLabel = "FILE",
            description = "CSV with the header file,label,contributor,part; files are relative to it.")
    private Path index;

    @Option(
            names = "--model",
            split = ",",
            paramLabel = "MODEL",
            description = "The encoders, one after the other; none asks the thumbnail alone.")
    private List<String> models = List.of();

    @Option(
            names = "--flagged",
            split = ",",
            defaultValue = "dress,skirt,shorts",
            paramLabel = "LABEL",
            description = "Labels to be flagged; all others are safe.")
    private Set<String> flagged;

    @Option(names = "--bank", defaultValue = "train", paramLabel = "PART", description = "Part that is the bank.")
    private String bank;

    @Option(names = "--questions", defaultValue = "dev", paramLabel = "PART", description = "Part that is asked.")
    private String questions;

    @Option(
            names = "--threats",
            split = ",",
            defaultValue = "linf:1/255,linf:2/255,linf:4/255",
            paramLabel = "THREAT",
            description = "Norms and bounds.")
    private List<String> threats;

    @Option(names = "--iterations", defaultValue = "20", description = "Of PGD on each question.")
    private int iterations;

    @Option(names = "--limit", paramLabel = "N", description = "Ask only so many questions, evenly spread.")
    private Integer limit;


    @Option(names = "--batch", defaultValue = "16", description = "Photographs attacked at once.")
    private int batch;

    @Option(names = "--threads", defaultValue = "1", description = "Threads within an operation.")
    private int threads;

    @Option(
            names = "--thumbnail",
            negatable = true,
            fallbackValue = "true",
            description = "Whether block means of a thumbnail are asked too.")
    private boolean thumbnail = true;

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "Folder of the results.")
    private Path out;

    @Override
    public Integer call() {
        Output output = terminal.output();
        try {
            Map<String, List<Photograph>> parts = Photograph.read(index);
            List<Photograph> references = part(parts, bank, "--bank");
            List<Photograph> asked = RunOptions.spread(part(parts, questions, "--questions"), limit, "--limit");
            List<ThreatModel> bounds =
                    threats.stream().map(text -> Threats.named("--threats", text)).toList();
            HeadlineSpec spec = HeadlineSpec.standard(flagged).under(bounds, iterations);
            List<HeadlineResult> results = new ArrayList<>();
            for (String model : models) {
                EncoderOptions options = EncoderOptions.defaults().withThreads(threads);
                try (DifferentiableEncoder encoder =
                        ModelOptions.open(model, output).openDifferentiable(options)) {
                    results.add(run(encoder, references, asked, spec, output));
                }
                save(results, references, asked, output);
            }
            if (thumbnail) {
                results.add(run(new BlockMeans(BLOCKS), references, asked, spec, output));
                save(results, references, asked, output);
            }
            output.print(markdown(results, references, asked), json(results));
        } catch (DataLayoutException e) {
            throw CommandFailure.failed(e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage(e.getMessage());
        }
        return ExitCodes.OK;
    }

    private static List<Photograph> part(Map<String, List<Photograph>> parts, String name, String option) {
        if (!parts.containsKey(name)) {
            throw CommandFailure.usage("%s is %s, the index has the parts %s".formatted(option, name, parts.keySet()));
        }
        return parts.get(name);
    }

    private HeadlineResult run(
            DifferentiableEncoder encoder,
            List<Photograph> references,
            List<Photograph> asked,
            HeadlineSpec spec,
            Output output) {
        EvaluatedEncoder evaluated = EvaluatedEncoder.of(encoder, batch);
        int work = references.size() + asked.size() * (1 + spec.threats().size());
        try (Progress bar = Progress.of(encoder.description().name(), work, output)) {
            return HeadlineRun.of(evaluated, references, asked, spec, bar::stepBy);
        }
    }

    private void save(
            List<HeadlineResult> results, List<Photograph> references, List<Photograph> asked, Output output) {
        new Results(out, output).save("photographs", markdown(results, references, asked), json(results));
    }

    private String markdown(List<HeadlineResult> results, List<Photograph> references, List<Photograph> asked) {
        StringBuilder text = new StringBuilder("""
                %d questions by %d contributors, a bank of %d by %d others; flagged: %s. PGD-%d on the margin, one random \
                start, every gradient known; %s. 95 %% intervals over contributors. The threshold is that of 2 %% false \
                flags on the same questions, not attacked.

                """.formatted(
                        asked.size(),
                        contributors(asked),
                        references.size(),
                        contributors(references),
                        String.join(", ", flagged.stream().sorted().toList()),
                        iterations,
                        TaskRun.machine()));
        text.append("| encoder | attack | AUC, both sides | evasion alone | false flags alone | recall | false flags |\n");
        text.append("|---|---|---|---|---|---|---|\n");
        for (HeadlineResult result : results) {
            for (HeadlineResult.Row row : result.rows()) {
                text.append("| %s | %s | %s | %s | %s | %s | %s |\n"
                        .formatted(
                                result.encoder(),
                                row.threat(),
                                row.both(),
                                row.evasion(),
                                row.falseFlag(),
                                row.recall(),
                                row.falseFlags()));
            }
        }
        text.append("\n| encoder | label right, not attacked |\n|---|---|\n");
        results.forEach(result -> text.append("| %s | %s |\n".formatted(result.encoder(), result.classes())));
        return text.toString();
    }

    private static long contributors(List<Photograph> photographs) {
        return photographs.stream().map(Photograph::contributor).distinct().count();
    }

    private static Map<String, Object> json(List<HeadlineResult> results) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (HeadlineResult result : results) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("labelRight", result.classes());
            one.put("threshold", result.threshold());
            result.rows().forEach(row -> one.put(row.threat(), row));
            fields.put(result.encoder(), one);
        }
        return fields;
    }
}
