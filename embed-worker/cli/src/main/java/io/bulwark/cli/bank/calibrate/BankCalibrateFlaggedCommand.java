package io.bulwark.cli.bank.calibrate;

import io.bulwark.cli.options.BankModelOptions;
import io.bulwark.cli.options.ViewOptions;
import io.bulwark.cli.picture.FileClusters;
import io.bulwark.cli.picture.PictureEmbedder;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputCommand;
import io.bulwark.cli.terminal.Progress;
import io.bulwark.cli.traffic.ImageFiles;
import io.bulwark.perception.flagged.FlaggedCalibration;
import io.bulwark.perception.hash.Sha256;
import io.bulwark.perception.verdict.SeenImage.SeenView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bulwark bank calibrate-flagged}. */
@Command(
        name = "calibrate-flagged",
        description =
                "Finds how near to flagged content an upload has to be that the worker holds it back, so that of harmless "
                        + "uploads at most a stated share is, and prints it as the worker takes it. Needs no broker.")
public final class BankCalibrateFlaggedCommand extends OutputCommand implements Callable<Integer> {

    @Mixin
    private BankModelOptions model;

    @Mixin
    private ViewOptions views;

    @Option(names = "--fast-decode", description = "The worker's bulwark.decode.fast is true.")
    private boolean fastDecode;

    @Option(
            names = "--flagged",
            required = true,
            paramLabel = "PATH",
            arity = "1..*",
            description = "Flagged pictures. The promise is for an index of as many: take as many as you expect.")
    private List<Path> flagged;

    @Option(
            names = "--harmless",
            required = true,
            paramLabel = "PATH",
            arity = "1..*",
            description = "Harmless pictures of the traffic, which neither bank nor calibration have seen; 299 for the "
                    + "default rate.")
    private List<Path> harmless;

    @Mixin
    private FileClusters.Options clusters;

    @Option(
            names = "--rate",
            paramLabel = "SHARE",
            description = "Greatest share of harmless pictures that may be held back (default: 0.01).")
    private double rate = 0.01;

    @Option(
            names = "--confidence",
            paramLabel = "SHARE",
            description = "How sure that is to be, over the draw of the pictures (default: 0.95).")
    private double confidence = 0.95;

    @Option(
            names = "--write",
            paramLabel = "FILE",
            description = "Put the settings into this properties file as well; all else that stands there stays.")
    private Path file;

    @Override
    public Integer call() {
        if (!(rate > 0 && rate < 1) || !(confidence > 0 && confidence < 1)) {
            throw CommandFailure.usage("--rate and --confidence are above 0 and below 1");
        }
        Output output = output();
        List<Path> clean = ImageFiles.under(harmless);
        List<Path> entries = ImageFiles.under(flagged);
        try (PictureEmbedder embedder = model.choice(fastDecode).embedder(views.views());
                Progress progress = Progress.of("looking", clean.size() + entries.size(), output)) {
            FileClusters together = clusters.of(clean, embedder, output);
            List<float[]> contents = new ArrayList<>();
            look(entries, embedder, output, progress, (file, seen) -> contents.addAll(seen)); // any view may decide
            Map<String, Double> distances = new LinkedHashMap<>(); // of each cluster the least
            look(
                    clean,
                    embedder,
                    output,
                    progress,
                    (file, seen) ->
                            distances.merge(together.of(file), FlaggedCalibration.distance(seen, contents), Math::min));
            FlaggedCalibration found = FlaggedCalibration.of(
                    distances.values().stream().mapToDouble(Double::doubleValue).toArray(),
                    contents.size(),
                    rate,
                    1 - confidence);
            print(output, found, embedder.description().fingerprint() + "/" + embedder.preprocessFingerprint());
        } catch (IllegalArgumentException impossible) {
            throw CommandFailure.failed(impossible.getMessage(), impossible);
        }
        return ExitCodes.OK;
    }

    private static void look(
            List<Path> files,
            PictureEmbedder embedder,
            Output output,
            Progress progress,
            BiConsumer<Sha256, List<float[]>> seen) {
        for (Path picture : files) {
            PictureEmbedder.Result result = embedder.judged(picture);
            if (!(result instanceof PictureEmbedder.Result.Embedded embedded)) {
                output.note("left out " + picture + ": it is no picture");
            } else if (embedded.seen().isPlain()) {
                output.note("left out " + picture + ": it is of one colour");
            } else {
                seen.accept(
                        embedded.sha256(),
                        embedded.seen().evidence().stream()
                                .map(SeenView::embedding)
                                .toList());
            }
            progress.step();
        }
    }

    private void print(Output output, FlaggedCalibration found, String madeFor) {
        List<String> settings = List.of(
                String.format(Locale.ROOT, "bulwark.flagged.similarity=%.4f", found.similarity()),
                "bulwark.flagged.made-for=" + madeFor);
        if (file != null) {
            try {
                new SettingsFile(file).set(settings);
            } catch (IOException unwritable) {
                throw CommandFailure.failed(
                        "the settings cannot be written to " + file + ": " + unwritable, unwritable);
            }
        }
        output.print(
                String.join("\n", settings),
                Map.of(
                        "similarity", found.similarity(),
                        "madeFor", madeFor,
                        "files", found.files(),
                        "entries", found.entries(),
                        "allowed", found.allowed(),
                        "held", found.held(),
                        "rate", rate,
                        "confidence", confidence));
        output.note(String.format(
                Locale.ROOT,
                "Of %d harmless pictures, near-duplicates counted as one, %d lie so near to a view of a flagged one, of which there are %d,"
                        + " allowed are %d: with confidence %s at most %s of harmless uploads are held back by an index of these, however its entries are merged.",
                found.files(),
                found.held(),
                found.entries(),
                found.allowed(),
                confidence,
                rate));
    }

    /** A properties file that people keep: new values go where the old ones stand, comments and other settings stay. */
    static final class SettingsFile {

        private static final Pattern SETTING = Pattern.compile("\\s*([^#!=:\\s][^=:\\s]*)\\s*[=:].*");

        private final Path file;

        SettingsFile(Path file) {
            this.file = file;
        }

        /**
         * Sets values; a file that is missing is made.
         *
         * @param settings {@code key=value} each
         * @throws IOException if it cannot be read or written
         */
        void set(List<String> settings) throws IOException {
            Map<String, String> values = new LinkedHashMap<>();
            settings.forEach(setting -> values.put(key(setting).orElseThrow(), setting));
            Map<String, String> missing = new LinkedHashMap<>(values);
            List<String> lines = new ArrayList<>();
            Iterator<String> old = Files.exists(file)
                    ? Files.readAllLines(file).iterator()
                    : List.<String>of().iterator();
            while (old.hasNext()) {
                String line = old.next();
                Optional<String> replaced = key(line).filter(values::containsKey);
                if (replaced.isEmpty()) {
                    lines.add(line);
                } else {
                    // Of a key that stands there twice the first place is kept: the last would win.
                    Optional.ofNullable(missing.remove(replaced.get())).ifPresent(lines::add);
                    skipContinuation(line, old);
                }
            }
            lines.addAll(missing.values());
            Files.write(file, lines);
        }

        private static Optional<String> key(String line) {
            Matcher setting = SETTING.matcher(line);
            return setting.matches() ? Optional.of(setting.group(1)) : Optional.empty();
        }

        /** A value may go on after a backslash at the end of its line. */
        private static void skipContinuation(String replaced, Iterator<String> rest) {
            String line = replaced;
            while (line.endsWith("\\") && rest.hasNext()) {
                line = rest.next();
            }
        }
    }
}
