package io.bulwark.lab.evaluate.mask;

import io.bulwark.cli.options.ModelOptions;
import io.bulwark.cli.report.Share.Proportion;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputCommand;
import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.decode.StandardImageDecoder;
import io.bulwark.imaging.mask.TextMask;
import io.bulwark.lab.attack.gradient.Apgd;
import io.bulwark.lab.evaluate.mask.MaskAttack.Attacked;
import io.bulwark.lab.evaluate.mask.TextMaskRun.Measured;
import io.bulwark.lab.experiment.EvaluationProgress.StageLog;
import io.bulwark.lab.experiment.Fields;
import io.bulwark.lab.experiment.Markdown;
import io.bulwark.lab.experiment.Results;
import io.bulwark.lab.experiment.Results.Machine;
import io.bulwark.lab.picture.PictureFiles;
import io.bulwark.perception.encoder.DifferentiableMask;
import io.bulwark.perception.encoder.Encoder;
import io.bulwark.perception.model.ModelPackage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bulwark evaluate text-mask}. */
@Command(
        name = "text-mask",
        description = {
            "How often a worker looks behind text, and what it sees there.",
            "Of pictures as they are and with text over them: how near that view comes to the picture without",
            "text, what it costs, and what attackers who know the network make of it (APGD and patches)."
        })
public final class EvaluateTextMaskCommand extends OutputCommand implements Runnable {

    @Mixin
    private ModelOptions model;

    @Parameters(
            paramLabel = "PATH",
            arity = "1..*",
            description = "Folders of pictures, searched to the bottom, or text files that name one a line.")
    private List<Path> data;

    @Option(names = "--files", description = "Pictures that are measured, evenly spread.")
    private int most = 200;

    @Mixin
    private MaskAttack.Options attack;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            required = true,
            description = "Folder for text-mask.md and text-mask.json.")
    private Path out;

    @Override
    public void run() {
        Output output = output();
        if (most < 1) {
            throw CommandFailure.usage("--files %d: allowed are 1 and more".formatted(most));
        }
        Apgd apgd = attack.apgd();
        List<byte[]> files = files();
        TextMask mask = TextMask.bundled();
        try (Encoder encoder = model.open(output).openEncoder(model.options().withThreads(attack.threads()));
                DifferentiableMask gradients = ModelPackage.differentiable(mask.network(), attack.threads());
                StageLog log = new StageLog("text-mask", "", output)) {
            TextMaskRun run = new TextMaskRun(encoder, new StandardImageDecoder(DecodeLimits.standard()));
            List<Measured> measured = run.measure(files, log);
            if (measured.isEmpty()) {
                throw new IllegalArgumentException("none of the %d files is a picture".formatted(files.size()));
            }
            Map<String, Attacked> attacks =
                    attack.pictures() == 0 ? Map.of() : run.attack(files, attack, gradients, log);
            new Results(out, output)
                    .publish("text-mask", new Report(mask, encoder.description().name(), measured, attacks, apgd));
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw CommandFailure.failed(e.getMessage(), e);
        }
    }

    private List<byte[]> files() {
        try {
            List<PictureFiles> all = PictureFiles.of(data, List.of());
            int count = Math.min(most, all.size());
            List<byte[]> files = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                files.add(Files.readAllBytes(
                        all.get((int) ((long) i * all.size() / count)).path()));
            }
            return files;
        } catch (IOException e) {
            throw CommandFailure.failed("the pictures cannot be read: " + e.getMessage(), e);
        }
    }

    /** What was found, for people and machines. */
    private record Report(
            TextMask mask, String encoder, List<Measured> measured, Map<String, Attacked> attacks, Apgd apgd)
            implements Results.Report {

        private double mean(ToDoubleFunction<Measured> of) {
            return measured.stream().mapToDouble(of).average().orElseThrow();
        }

        private OptionalDouble behind() {
            return measured.stream()
                    .flatMapToDouble(one -> one.behind().stream())
                    .average();
        }

        private Proportion fires(boolean withText) {
            return Proportion.of(
                    measured.stream()
                            .filter(one -> withText ? one.firesWithText() : one.firesAsItIs())
                            .count(),
                    measured.size());
        }

        @Override
        public String markdown() {
            Markdown page = new Markdown();
            page.line(
                    "**text mask** `%s`: %d pictures, encoder `%s`, %s. 95 %% intervals (Wilson) over files.",
                    mask.network().fingerprint().substring(0, 12), measured.size(), encoder, Machine.describe());
            page.header("pictures", "looked behind text", "cosine to the picture without text: whole", "behind text");
            page.row("as they are", fires(false), "1", "");
            page.row(
                    "with several lines of text",
                    fires(true),
                    Fields.text("%.3f", mean(Measured::withText)),
                    behind().isPresent() ? Fields.text("%.3f", behind().getAsDouble()) : "");
            page.line(
                    "%nA picture as it is: %.2f views, %.2f ms of CPU to make them; looking for text adds %.2f ms.",
                    mean(Measured::views), mean(Measured::plainMillis), mean(Measured::textMillis));
            if (!attacks.isEmpty()) {
                Attacked.describe(apgd, page);
                page.header("attack", "looked behind text before", "by chance", "attacked");
                attacks.forEach((name, one) -> page.row(name, one.before(), one.chance(), one.after()));
            }
            return page.toString();
        }

        @Override
        public Map<String, Object> json() {
            Map<String, Object> byAttack = new LinkedHashMap<>();
            attacks.forEach((name, one) -> byAttack.put(name, one.json()));
            return Fields.of(
                    "fingerprint",
                    mask.network().fingerprint(),
                    "encoder",
                    encoder,
                    "pictures",
                    measured.size(),
                    "asTheyAre",
                    Fields.of(fires(false)),
                    "withText",
                    Fields.of(fires(true)),
                    "cosineWithText",
                    mean(Measured::withText),
                    "cosineBehindText",
                    behind(),
                    "views",
                    mean(Measured::views),
                    "viewMillis",
                    mean(Measured::plainMillis),
                    "textMillis",
                    mean(Measured::textMillis),
                    "attacks",
                    byAttack);
        }
    }
}
