package io.bulwark.lab.audit;

import io.bulwark.cli.bank.RandomBank;
import io.bulwark.cli.options.ModelOptions;
import io.bulwark.cli.picture.LabelledPicture;
import io.bulwark.cli.picture.PictureEmbedder;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.InputFile;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputCommand;
import io.bulwark.cli.terminal.Progress;
import io.bulwark.lab.audit.DetectorCost.Detectors;
import io.bulwark.lab.experiment.Fields;
import io.bulwark.lab.experiment.FileBootstrap.GroupedMean;
import io.bulwark.lab.experiment.Results.Machine;
import io.bulwark.lab.picture.SourceFile.PicturePaths;
import io.bulwark.perception.bank.Bank;
import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.perception.bank.MatrixBank;
import io.bulwark.perception.encoder.Encoder;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.flagged.FlaggedContents.FlaggedEntry;
import io.bulwark.perception.flagged.FlaggedIndex;
import io.bulwark.perception.flagged.NearFlagged;
import io.bulwark.perception.model.ModelPackage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bulwark audit cost}. */
@Command(
        name = "cost",
        description = {
            "CPU time of a worker's path (decode, views, embed, search, decide) without detectors, with the flagged index",
            "and its hash twins, with the look for hidden pictures, and with all. They take turns at every few pictures, and",
            "95 %% intervals are over rounds (bootstrap). The bank is random directions, and nothing is flagged: every picture is",
            "SAFE that is seen as a whole, and for those the index is searched. Its entries are the views of other pictures, or",
            "random directions, too."
        })
public final class AuditCostCommand extends OutputCommand implements Runnable {

    private static final long SEED = 1;

    @Mixin
    private ModelOptions model;

    @Mixin
    private PicturePaths pictures;

    @Option(names = "--entries", paramLabel = "N", description = "Entries of the flagged index.")
    private int entries = 10_000;

    @Option(
            names = "--flagged",
            paramLabel = "DIR",
            description = "A folder with folders of pictures: their views are the entries, up to --entries of"
                    + " them, instead of random directions.")
    private Path flagged;

    @Option(names = "--references", paramLabel = "N", description = "References of the bank.")
    private int references = 10_000;

    @Option(names = "--similarity", paramLabel = "COS", description = "The index's bulwark.flagged.similarity.")
    private double similarity = 0.98;

    @Option(names = "--together", paramLabel = "N", description = "Pictures that are judged together.")
    private int together = 8;

    @Option(names = "--rounds", paramLabel = "N", description = "Measured rounds over all pictures.")
    private int rounds = 20;

    @Option(names = "--warm-up", paramLabel = "N", description = "Rounds before them.")
    private int warmUp = 5;

    @Override
    public void run() {
        if (entries < 1 || references < 1 || together < 1 || rounds < 1 || warmUp < 0) {
            throw CommandFailure.usage(
                    "--entries, --references, --together and --rounds are at least 1, --warm-up is at least 0");
        }
        Output output = output();
        List<List<byte[]>> groups = groups();
        output.note(Machine.describe());
        ModelPackage opened = model.open(output);
        EncoderOptions single = model.options().withThreads(1);
        try (Encoder encoder = opened.openEncoder(single);
                Bank bank = bank(encoder.description());
                FlaggedIndex index = index(
                        flagged == null
                                ? RandomBank.rows(entries, encoder.description().dimension())
                                : viewsOf(opened, single))) {
            DetectorCost cost = new DetectorCost(encoder, bank, index, new NearFlagged(similarity));
            int safe = groups.stream()
                    .mapToInt(files -> cost.judge(files, Detectors.NONE).safe())
                    .sum();
            output.note("%d pictures, of which %d are SAFE: the index of %d entries is searched for these"
                    .formatted(groups.stream().mapToInt(List::size).sum(), safe, index.size()));
            report(measure(cost, groups, output), output);
        }
    }

    /** CPU milliseconds an image in each round. */
    private Map<Detectors, List<Double>> measure(DetectorCost cost, List<List<byte[]>> groups, Output output) {
        int images = groups.stream().mapToInt(List::size).sum();
        Detectors[] all = Detectors.values();
        Map<Detectors, List<Double>> measured = new EnumMap<>(Detectors.class);
        for (Detectors each : all) {
            measured.put(each, new ArrayList<>());
        }
        try (Progress progress = Progress.of("measuring", warmUp + rounds, output)) {
            for (int round = -warmUp; round < rounds; round++) {
                double[] sums = new double[all.length];
                for (int group = 0; group < groups.size(); group++) {
                    List<byte[]> files = groups.get(group);
                    for (int turn = 0; turn < all.length; turn++) {
                        // Every order in turn: what comes first finds the caches cold.
                        int which = Math.floorMod(round + group + turn, all.length);
                        sums[which] += cost.judge(files, all[which]).millis();
                    }
                }
                if (round >= 0) {
                    for (int which = 0; which < all.length; which++) {
                        measured.get(all[which]).add(sums[which] / images);
                    }
                }
                progress.step();
            }
        }
        return measured;
    }

    private static void report(Map<Detectors, List<Double>> measured, Output output) {
        List<Double> without = measured.get(Detectors.NONE);
        measured.forEach((with, millis) -> {
            List<Integer> rounds = IntStream.range(0, millis.size()).boxed().toList();
            GroupedMean mean = GroupedMean.of(millis, rounds, SEED);
            GroupedMean ratio = GroupedMean.of(
                    rounds.stream()
                            .map(round -> millis.get(round) / without.get(round))
                            .toList(),
                    rounds,
                    SEED);
            Map<String, Object> fields = Fields.of(
                    "detectors",
                    with.name().toLowerCase(Locale.ROOT),
                    "rounds",
                    millis.size(),
                    "millis",
                    mean.value(),
                    "ratio",
                    ratio.value(),
                    "low",
                    ratio.low(),
                    "high",
                    ratio.high());
            output.print(
                    Fields.text(
                            "%-8s %.3f ms of CPU an image, %s of that without",
                            with.name().toLowerCase(Locale.ROOT), mean.value(), ratio),
                    fields);
        });
    }

    private List<List<byte[]>> groups() {
        List<Path> files = pictures.files();
        List<List<byte[]>> groups = new ArrayList<>();
        for (int from = 0; from < files.size(); from += together) {
            groups.add(files.subList(from, Math.min(from + together, files.size())).stream()
                    .map(InputFile::bytes)
                    .toList());
        }
        return groups;
    }

    private Bank bank(EncoderDescription encoder) {
        return MatrixBank.of(
                encoder.fingerprint(),
                RandomBank.rows(references, encoder.dimension()).stream()
                        .map(row -> new LabelledEmbedding(row.id(), "safe", row.embedding()))
                        .toList());
    }

    private List<LabelledEmbedding> viewsOf(ModelPackage opened, EncoderOptions single) {
        try (PictureEmbedder embedder = new PictureEmbedder(opened.openEncoder(single))) {
            List<LabelledEmbedding> views = embedder.references(LabelledPicture.below(flagged)).stream()
                    .limit(entries)
                    .toList();
            if (views.isEmpty()) {
                throw CommandFailure.usage("--flagged " + flagged + " holds no picture that can be decoded");
            }
            return views;
        }
    }

    private static FlaggedIndex index(List<LabelledEmbedding> contents) {
        List<FlaggedEntry> centres = contents.stream()
                .map(row -> new FlaggedEntry(row.id(), Optional.empty(), row.embedding(), FlaggedEntry.WIDEST))
                .toList();
        return FlaggedIndex.of(Map.of(DetectorCost.TENANT, new FlaggedIndex.Contents(centres, Set.of())));
    }
}
