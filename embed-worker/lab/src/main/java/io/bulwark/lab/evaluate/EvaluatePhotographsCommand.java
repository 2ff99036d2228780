package io.bulwark.lab.evaluate;

import io.bulwark.cli.options.ModelOptions;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputOptions;
import io.bulwark.cli.terminal.Progress;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.command.Threats;
import io.bulwark.lab.data.DataLayoutException;
import io.bulwark.lab.data.EvaluatedEncoder;
import io.bulwark.lab.evaluate.photograph.BlockMeans;
import io.bulwark.lab.evaluate.photograph.HeadlineRun;
import io.bulwark.lab.evaluate.photograph.HeadlineSpec;
import io.bulwark.lab.evaluate.photograph.PairRun;
import io.bulwark.lab.evaluate.photograph.Photograph;
import io.bulwark.lab.experiment.Results;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.EncoderOptions;
import java.nio.file.Path;
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
final class EvaluatePhotographsCommand implements Callable<Integer> {

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
    private List<String> models;

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

    @Option(names = "--limit", paramLabel = "N", description = "Questions at most, evenly spread.")
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

    @Option(
            names = "--parent",
            paramLabel = "MODEL",
            description = "A clean encoder that sees the same pixels: each of --model is asked in a pair with it too.")
    private String parent;

    @Option(
            names = "--passed",
            defaultValue = "0.05",
            paramLabel = "SHARE",
            description = "Flagged questions that a pair may call SAFE, not attacked.")
    private double passed;

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "Folder of the results.")
    private Path out;

    @Override
    public Integer call() {
        Output output = terminal.output();
        try {
            Map<String, List<Photograph>> parts = Photograph.read(index);
            List<Photograph> references = part(parts, bank, "--bank");
            List<Photograph> asked = RunOptions.spread(part(parts, questions, "--questions"), limit, "--limit");
            List<ThreatModel> bounds = threats.stream()
                    .map(text -> Threats.named("--threats", text))
                    .toList();
            HeadlineSpec spec = HeadlineSpec.standard(flagged).under(bounds, iterations);
            PhotographReport report = new PhotographReport(references, asked, flagged, iterations);
            for (String model : models == null ? List.<String>of() : models) {
                ask(model, references, asked, spec, report, output);
            }
            if (thumbnail) {
                report.add(run(new BlockMeans(BLOCKS), references, asked, spec, output));
                save(report, output);
            }
            output.print(report.markdown(), report.json());
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

    private void ask(
            String model,
            List<Photograph> references,
            List<Photograph> asked,
            HeadlineSpec spec,
            PhotographReport report,
            Output output) {
        EncoderOptions options = EncoderOptions.defaults().withThreads(threads);
        try (DifferentiableEncoder student = ModelOptions.open(model, output).openDifferentiable(options)) {
            report.add(run(student, references, asked, spec, output));
            save(report, output);
            if (parent != null) {
                try (DifferentiableEncoder clean =
                        ModelOptions.open(parent, output).openDifferentiable(options)) {
                    report.add(pair(clean, student, references, asked, spec, output));
                    save(report, output);
                }
            }
        }
    }

    private HeadlineRun.Result run(
            DifferentiableEncoder encoder,
            List<Photograph> references,
            List<Photograph> asked,
            HeadlineSpec spec,
            Output output) {
        int work = references.size() + asked.size() * (1 + spec.threats().size());
        try (Progress bar = Progress.of(encoder.description().name(), work, output)) {
            return HeadlineRun.of(EvaluatedEncoder.of(encoder, batch), references, asked, spec, bar::stepBy);
        }
    }

    private PairRun.Result pair(
            DifferentiableEncoder clean,
            DifferentiableEncoder student,
            List<Photograph> references,
            List<Photograph> asked,
            HeadlineSpec spec,
            Output output) {
        int work = 2 * references.size() + asked.size() * (1 + spec.threats().size());
        try (Progress bar = Progress.of("pair with " + student.description().name(), work, output)) {
            return PairRun.of(
                    EvaluatedEncoder.of(clean, batch),
                    EvaluatedEncoder.of(student, batch),
                    references,
                    asked,
                    spec,
                    passed,
                    bar::stepBy);
        }
    }

    private void save(PhotographReport report, Output output) {
        new Results(out, output).save("photographs", report.markdown(), report.json());
    }
}
