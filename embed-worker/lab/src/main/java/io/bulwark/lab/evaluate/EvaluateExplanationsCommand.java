package io.bulwark.lab.evaluate;

import io.bulwark.cli.options.ModelOptions;
import io.bulwark.cli.picture.FileViewer.JudgedViews;
import io.bulwark.cli.picture.LabelledPicture;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputCommand;
import io.bulwark.cli.terminal.Progress;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.lab.data.ExactPictureReader;
import io.bulwark.lab.experiment.Fields;
import io.bulwark.lab.experiment.FileBootstrap.GroupedMean;
import io.bulwark.lab.experiment.LedgerFile;
import io.bulwark.lab.experiment.Markdown;
import io.bulwark.lab.experiment.Results;
import io.bulwark.lab.experiment.Results.Machine;
import io.bulwark.lab.explain.ExplainedModeration;
import io.bulwark.lab.explain.Explainer;
import io.bulwark.lab.explain.ImportanceMap;
import io.bulwark.lab.explain.ImportanceMap.MapOptions;
import io.bulwark.lab.invert.Side.Pixels;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.encoder.TrainableEncoder;
import io.bulwark.perception.model.ModelPackage;
import io.bulwark.perception.verdict.Judgement.Outcome;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bulwark evaluate explanations}. */
@Command(
        name = "explanations",
        description = {
            "Tests the maps of 'explain' on flagged pictures: what of the score is left while parts of the deciding view are",
            "deleted in the order of a map (area under the curve; lower is better), against a random order and the map of a",
            "clean encoder, and how much the map is like that of shuffled weights. 95 %% intervals are over files (bootstrap).",
            "Scores are kept in the output folder: a run that was cut off, or that asks for more pictures, goes on from there."
        })
public final class EvaluateExplanationsCommand extends OutputCommand implements Callable<Integer> {

    private static final String GRADIENT = "smoothed gradient";
    private static final String OCCLUSION = "occlusion";
    private static final String RANDOM = "random order";
    private static final String CLEAN = "the clean encoder's smoothed gradient";
    private static final String SHUFFLED = "shuffled weights' smoothed gradient";

    @Mixin
    private ModelOptions model;

    @Mixin
    private MapOptions maps;

    @Mixin
    private RunOptions.References references;

    @Option(
            names = "--clean",
            paramLabel = "LOCATION",
            defaultValue = ModelPackage.CLEAN_PARENT,
            description = "The clean encoder; a location as --model takes it.")
    private String clean;

    @Option(
            names = "--queries",
            paramLabel = "DIR",
            required = true,
            description = "The same; of these the pictures that are decided NSFW are explained.")
    private Path queries;

    @Option(
            names = "--flagged",
            paramLabel = "LABEL",
            split = ",",
            required = true,
            description = "Classes that are flagged, as their folders are called.")
    private Set<String> flagged;

    @Option(names = "--images", description = "Number of flagged pictures to explain at most.")
    private int images = 100;

    @Option(names = "--threads", description = "Threads within an operation, -1 for all cores.")
    private int threads = 1;

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "Folder for the results.")
    private Path out;

    /** The encoders whose maps are compared. */
    private record Makers(ExplainedModeration robust, ExplainedModeration clean, Explainer shuffled) {}

    @Override
    public Integer call() {
        maps.check();
        if (images < 1) {
            throw CommandFailure.usage("--images is " + images + ", allowed are 1 and more");
        }
        Output output = output();
        List<LabelledPicture> bank = references.pictures();
        List<LabelledPicture> asked = LabelledPicture.below(queries).stream()
                .filter(picture -> flagged.contains(picture.label()))
                .toList();
        ModelPackage robustModel = model.open(output);
        ModelPackage cleanModel = ModelOptions.open(clean, output);
        EncoderOptions options = options();
        try (ExplainedModeration robust =
                        ExplainedModeration.of(robustModel, options, bank, flagged, JudgedViews.standard());
                ExplainedModeration plain =
                        ExplainedModeration.of(cleanModel, options, bank, flagged, JudgedViews.standard());
                DifferentiableEncoder shuffled = shuffled(robustModel, options)) {
            LedgerFile.Entries<String, Entry> ledger = LedgerFile.Entries.open(
                    out.resolve("explanations.jsonl"),
                    identity(robust, plain),
                    "maps of other encoders, another bank or other options",
                    Entry.class,
                    Entry::file);
            Scored scored = new Scored();
            int explained = run(new Makers(robust, plain, robust.explainer(shuffled)), asked, ledger, scored, output);
            report(scored, explained, bank.size(), robust, plain, output);
            return ExitCodes.OK;
        } catch (IllegalArgumentException | UncheckedIOException e) {
            throw CommandFailure.failed(e.getMessage(), e);
        }
    }

    private EncoderOptions options() {
        return CommandFailure.orUsage("--threads", () -> model.options().withThreads(threads));
    }

    private DifferentiableEncoder shuffled(ModelPackage opened, EncoderOptions options) {
        DifferentiableEncoder encoder = opened.openDifferentiable(options);
        try (TrainableEncoder weights = opened.openTrainable(options)) {
            encoder.setWeights(Explainer.ShuffledWeights.of(weights, maps.seed()));
            return encoder;
        } catch (RuntimeException e) {
            encoder.close();
            throw e;
        }
    }

    private String identity(ExplainedModeration robust, ExplainedModeration plain) {
        return "%s; clean %s; %s".formatted(robust.identity(), plain.identity(), maps.describe());
    }

    /** @return how many pictures were explained */
    private int run(
            Makers makers,
            List<LabelledPicture> asked,
            LedgerFile.Entries<String, Entry> ledger,
            Scored scored,
            Output output) {
        int explained = 0;
        boolean said = false;
        try (Progress bar = Progress.of("explaining", images, output)) {
            for (LabelledPicture picture : spread(asked)) {
                if (explained == images) {
                    break;
                }
                Optional<Map<String, Double>> known =
                        ledger.of(picture.sourceId()).map(Entry::scores);
                long begun = System.nanoTime();
                Map<String, Double> scores = known.orElseGet(() -> scores(makers, picture));
                if (known.isEmpty()) {
                    ledger.record(new Entry(picture.sourceId(), scores));
                }
                if (!scores.isEmpty()) {
                    scored.add(picture.sourceId(), scores);
                    explained++;
                    bar.step();
                    if (known.isEmpty() && !said) {
                        said = true;
                        output.note("about %d s for %d more pictures on this machine now"
                                .formatted(
                                        Math.round((System.nanoTime() - begun) / 1e9 * (images - explained)),
                                        images - explained));
                    }
                }
            }
        }
        if (explained == 0) {
            throw new IllegalArgumentException("none of %d pictures of %s was decided NSFW: there is nothing to explain"
                    .formatted(asked.size(), flagged));
        }
        return explained;
    }

    /** Enough that some may be decided otherwise. */
    private List<LabelledPicture> spread(List<LabelledPicture> asked) {
        return RunOptions.spread(asked, 2 * images, "--images");
    }

    /** None where it is not decided NSFW. */
    private Map<String, Double> scores(Makers makers, LabelledPicture picture) {
        return makers.robust()
                .decide(picture.bytes())
                .filter(deciding -> deciding.judgement().outcome() == Outcome.NSFW)
                .map(deciding -> scores(makers, picture.sourceId(), deciding.view()))
                .orElse(Map.of());
    }

    private Map<String, Double> scores(Makers makers, String file, float[] view) {
        Explainer explainer = makers.robust().explainer();
        ImportanceMap gradient = maps.smoothedGradient(explainer, view);
        ImportanceMap occlusion = explainer.occlusion(view);
        ImportanceMap ofClean = maps.smoothedGradient(makers.clean().explainer(), seenByClean(makers, view));
        ImportanceMap ofShuffled = maps.smoothedGradient(makers.shuffled(), view);
        Map<String, int[]> orders = new LinkedHashMap<>();
        orders.put(GRADIENT, gradient.descending());
        orders.put(OCCLUSION, occlusion.descending());
        orders.put(CLEAN, ofClean.descending());
        orders.put(SHUFFLED, ofShuffled.descending());
        orders.put(RANDOM, randomOrder(maps.seed() ^ file.hashCode()));
        Map<String, Double> scores = new LinkedHashMap<>();
        orders.forEach((name, order) ->
                scores.put(name, explainer.deletion(view, order).area()));
        scores.put("like " + OCCLUSION, ImportanceMap.RankCorrelation.of(gradient.values(), occlusion.values()));
        scores.put("like " + CLEAN, ImportanceMap.RankCorrelation.of(gradient.values(), ofClean.values()));
        scores.put("like " + SHUFFLED, ImportanceMap.RankCorrelation.of(gradient.values(), ofShuffled.values()));
        return scores;
    }

    /** The view at the clean encoder's input size, as a picture of 8 bits, which a view is. */
    private static float[] seenByClean(Makers makers, float[] view) {
        PreprocessSpec seen = makers.robust().description().preprocess();
        PreprocessSpec wanted = makers.clean().description().preprocess();
        return new ExactPictureReader(wanted)
                .planesOfUploads(List.of(Pixels.picture(view, 0, seen.height(), seen.width())));
    }

    private static int[] randomOrder(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int[] order =
                IntStream.range(0, ImportanceMap.SIDE * ImportanceMap.SIDE).toArray();
        for (int i = order.length - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            int kept = order[i];
            order[i] = order[other];
            order[other] = kept;
        }
        return order;
    }

    private void report(
            Scored scored,
            int explained,
            int bank,
            ExplainedModeration robust,
            ExplainedModeration plain,
            Output output) {
        long seed = maps.seed();
        Map<String, GroupedMean> means = scored.means(seed);
        Markdown text = new Markdown()
                .line(
                        "**explanations** of `%s`, clean encoder `%s`: %d flagged pictures, %d references, seed %d; %s. 95 %%"
                                + " intervals over files.",
                        robust.description().name(),
                        plain.description().name(),
                        explained,
                        bank,
                        seed,
                        Machine.describe())
                .header("deleted in the order of", "area under the score", "minus that of a random order");
        Map<String, Object> areas = new LinkedHashMap<>();
        for (String order : List.of(GRADIENT, OCCLUSION, CLEAN, SHUFFLED, RANDOM)) {
            GroupedMean against = scored.difference(order, RANDOM, seed);
            text.row(order, means.get(order), order.equals(RANDOM) ? "" : against);
            areas.put(order, fields(means.get(order)));
            areas.put(order + " minus random", fields(against));
        }
        GroupedMean overClean = scored.difference(GRADIENT, CLEAN, seed);
        text.line("\nThe area of the robust encoder's map minus that of the clean encoder's: %s.", overClean)
                .header("rank correlation of the smoothed gradient's map with that of", "");
        Map<String, Object> correlations = new LinkedHashMap<>();
        for (String other : List.of(OCCLUSION, CLEAN, SHUFFLED)) {
            text.row(other, means.get("like " + other));
            correlations.put(other, fields(means.get("like " + other)));
        }
        Map<String, Object> fields = Fields.of(
                "robust",
                robust.description().name(),
                "clean",
                plain.description().name(),
                "explained",
                explained,
                "references",
                bank,
                "machine",
                Machine.describe(),
                "areas",
                areas,
                "robustMinusClean",
                fields(overClean),
                "rankCorrelations",
                correlations);
        new Results(out, output).publish("explanations", text.toString(), fields);
    }

    private static Map<String, Object> fields(GroupedMean mean) {
        return Map.of("value", mean.value(), "low", mean.low(), "high", mean.high(), "files", mean.files());
    }

    /** Scores by what was scored, each with the file that it comes from, in the order of the files. One thread. */
    static final class Scored {

        private final Map<String, List<Double>> scores = new LinkedHashMap<>();
        private final Map<String, List<String>> files = new LinkedHashMap<>();

        /** Adds what is known of a file. */
        void add(String file, Map<String, Double> each) {
            each.forEach((what, score) -> {
                scores.computeIfAbsent(what, name -> new ArrayList<>()).add(score);
                files.computeIfAbsent(what, name -> new ArrayList<>()).add(file);
            });
        }

        /** The means, in the order in which the first of each was added. */
        Map<String, GroupedMean> means(long seed) {
            Map<String, GroupedMean> means = new LinkedHashMap<>();
            scores.forEach((what, values) -> means.put(what, GroupedMean.of(values, files.get(what), seed)));
            return means;
        }

        /** The mean of one minus another, of the same files. */
        GroupedMean difference(String one, String other, long seed) {
            List<Double> differences = new ArrayList<>();
            for (int i = 0; i < scores.get(one).size(); i++) {
                differences.add(scores.get(one).get(i) - scores.get(other).get(i));
            }
            return GroupedMean.of(differences, files.get(one), seed);
        }
    }

    /**
     * A line of the ledger.
     *
     * @param file which picture
     * @param scores by what was scored; empty where the picture is not flagged
     */
    record Entry(String file, Map<String, Double> scores) {}
}
