package io.bulwark.lab.evaluate.photograph;

import io.bulwark.cli.options.ModelOptions;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputCommand;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.command.Threats;
import io.bulwark.lab.data.DataLayoutException;
import io.bulwark.lab.data.EvaluatedEncoder;
import io.bulwark.lab.experiment.EvaluationProgress.StageLog;
import io.bulwark.lab.experiment.Results;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.encoder.EncoderOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bulwark evaluate photographs}. */
@Command(
        name = "photographs",
        description = {
            "Photographs by contributor: bank and questions come from different people.",
            "Questions are attacked on the continuous margin of a class-balanced vote, both sides, to the last iteration, in"
                    + " several ways of which the worst counts, by attackers who have more or less. A thumbnail is asked"
                    + " too. Goes on from its ledgers when it is started again."
        })
public final class EvaluatePhotographsCommand extends OutputCommand implements Callable<Integer> {

    private static final int BLOCKS = 16;

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
            defaultValue = "linf:1/255,linf:2/255,linf:4/255,l2:1,l2:3",
            paramLabel = "THREAT",
            description = "Norms and bounds.")
    private List<String> threats;

    @Option(
            names = "--lesser",
            split = ",",
            defaultValue = "linf:2/255",
            paramLabel = "THREAT",
            description =
                    "Those of the threats that attackers are asked under who have decisions, the parent or no bank;"
                            + " 'none' leaves these attackers out.")
    private List<String> lesser;

    @Option(names = "--iterations", defaultValue = "100", description = "Of APGD on each question.")
    private int iterations;

    @Option(names = "--restarts", defaultValue = "2", description = "Runs of APGD, the first from the photograph.")
    private int restarts;

    @Option(
            names = "--square-queries",
            defaultValue = "1000",
            description = "Of Square, which sees scores alone, for each question; 0 leaves it out.")
    private int squareQueries;

    @Option(
            names = "--decision-queries",
            defaultValue = "500",
            description = "Of HopSkipJump, which sees decisions alone, for each question; 0 leaves it out.")
    private int decisionQueries;

    @Option(
            names = "--limit",
            paramLabel = "N",
            description =
                    "Questions attacked at most, flagged and safe ones in turn; a shorter run attacks the first of a"
                            + " longer one. The others are an attacker's bank. All are asked as they are.")
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
            description = "A clean encoder: each of --model that sees the same pixels decides in a pair with it too.")
    private String parent;

    @Option(
            names = "--to-people",
            defaultValue = "0.3",
            paramLabel = "SHARE",
            description = "Safe questions that may be left to people, not attacked: the review load.")
    private double toPeople;

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "Folder of results and ledgers.")
    private Path out;

    @Override
    public Integer call() {
        Output output = output();
        try {
            Map<String, List<Photograph>> parts = Photograph.read(index);
            List<Photograph> references = Photograph.part(parts, bank, "--bank");
            List<Photograph> asked = Photograph.part(parts, questions, "--questions");
            HeadlineSpec spec = spec();
            PhotographReport report = new PhotographReport(references, asked, spec);
            for (String model : models == null ? List.<String>of() : models) {
                ask(model, references, asked, spec, report, output);
            }
            if (thumbnail) {
                run("thumbnail", new BlockMeans(BLOCKS), Optional.empty(), references, asked, spec, report, output);
            }
            output.print(report.markdown(), report.json());
            spec.threats().stream()
                    .map(ThreatModel::norm)
                    .distinct()
                    .forEach(norm -> new Results(out, output).draw("photographs-" + norm.label(), report.curve(norm)));
        } catch (DataLayoutException e) {
            throw CommandFailure.failed(e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage(e.getMessage());
        }
        return ExitCodes.OK;
    }

    private HeadlineSpec spec() {
        if (limit != null && limit < 2) {
            throw CommandFailure.usage("--limit is " + limit + ", allowed are 2 and more, one of each side");
        }
        List<ThreatModel> bounds = named(threats, "--threats");
        List<ThreatModel> some = lesser.equals(List.of("none")) ? List.of() : named(lesser, "--lesser");
        HeadlineSpec.Effort effort = new HeadlineSpec.Effort(iterations, restarts, squareQueries, decisionQueries);
        return HeadlineSpec.standard(
                        flagged, bounds, some.stream().filter(bounds::contains).toList(), effort)
                .leaving(toPeople);
    }

    private static List<ThreatModel> named(List<String> texts, String option) {
        return texts.stream().map(text -> Threats.named(option, text)).toList();
    }

    private void ask(
            String model,
            List<Photograph> references,
            List<Photograph> asked,
            HeadlineSpec spec,
            PhotographReport report,
            Output output) {
        EncoderOptions options = EncoderOptions.onFirstDevice().withThreads(threads);
        try (DifferentiableEncoder encoder = ModelOptions.open(model, output).openDifferentiable(options)) {
            if (parent == null) {
                run(model, encoder, Optional.empty(), references, asked, spec, report, output);
            } else {
                try (DifferentiableEncoder clean =
                        ModelOptions.open(parent, output).openDifferentiable(options)) {
                    Optional<DifferentiableEncoder> other = Optional.of(clean).filter(it -> isPair(encoder, it));
                    if (other.isEmpty()) {
                        output.note(model + " is asked alone: it is the parent, or sees other pixels");
                    }
                    run(model, encoder, other, references, asked, spec, report, output);
                }
            }
        }
    }

    private static boolean isPair(DifferentiableEncoder encoder, DifferentiableEncoder clean) {
        EncoderDescription own = encoder.description();
        return !own.fingerprint().equals(clean.description().fingerprint())
                && own.preprocess().makesTheSameViewsAs(clean.description().preprocess());
    }

    private void run(
            String asModel,
            DifferentiableEncoder encoder,
            Optional<DifferentiableEncoder> clean,
            List<Photograph> references,
            List<Photograph> asked,
            HeadlineSpec spec,
            PhotographReport report,
            Output output) {
        Consumer<HeadlineResult> soFar = result -> {
            report.put(asModel, result);
            save(report, output);
        };
        try (StageLog log = new StageLog(encoder.description().name(), "won", output)) {
            HeadlineRun.of(
                    EvaluatedEncoder.of(encoder, batch),
                    clean.map(other -> EvaluatedEncoder.of(other, batch)),
                    references,
                    asked,
                    limit == null ? asked.size() : limit,
                    spec,
                    Optional.of(out),
                    soFar,
                    log);
        }
    }

    private void save(PhotographReport report, Output output) {
        new Results(out, output).save("photographs", report.markdown(), report.json());
    }
}
