package io.bulwark.lab.evaluate.mask;

import io.bulwark.cli.everyday.Edit;
import io.bulwark.cli.report.Share.Proportion;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputCommand;
import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.decode.StandardImageDecoder;
import io.bulwark.imaging.mask.InsetMask;
import io.bulwark.imaging.mask.MaskLayers;
import io.bulwark.imaging.mask.MaskNetwork;
import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.lab.attack.gradient.Apgd;
import io.bulwark.lab.evaluate.mask.InsetMaskRun.AttackedInsets;
import io.bulwark.lab.evaluate.mask.InsetMaskRun.Found;
import io.bulwark.lab.evaluate.mask.InsetMaskRun.Outcome;
import io.bulwark.lab.evaluate.mask.MaskAttack.Attacked;
import io.bulwark.lab.experiment.EvaluationProgress.StageLog;
import io.bulwark.lab.experiment.Fields;
import io.bulwark.lab.experiment.Markdown;
import io.bulwark.lab.experiment.Results;
import io.bulwark.lab.experiment.Results.Machine;
import io.bulwark.lab.picture.PictureFiles;
import io.bulwark.perception.encoder.DifferentiableMask;
import io.bulwark.perception.model.ModelPackage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bulwark evaluate inset-mask}. */
@Command(
        name = "inset-mask",
        description = {
            "How often pictures within pictures are found, by the network, by margins and panels, and by straight edges.",
            "Composites are drawn of the pictures; an inset is found where a box shares 0.7 with it (IoU).",
            "And what attackers who know the network make of it (APGD and patches)."
        })
public final class EvaluateInsetMaskCommand extends OutputCommand implements Runnable {

    /** Of a picture that is laid into composites. */
    private static final int SIDE = 200;

    @Parameters(
            paramLabel = "PATH",
            arity = "1..*",
            description = "Folders of pictures, searched to the bottom, or text files that name one a line.")
    private List<Path> data;

    @Option(
            names = "--weights",
            paramLabel = "FILE",
            required = true,
            description = "The file that `bulwark train inset-mask` wrote.")
    private Path weights;

    @Option(names = "--files", description = "Pictures that composites are made of, evenly spread.")
    private int most = 100;

    @Option(names = "--composites", description = "Of each kind.")
    private int composites = 100;

    @Option(names = "--seed", description = "Of the composites.")
    private long seed = 1;

    @Mixin
    private MaskAttack.Options attack;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            required = true,
            description = "Folder for inset-mask.md and inset-mask.json.")
    private Path out;

    @Override
    public void run() {
        Output output = output();
        if (most < 1 || composites < 1) {
            throw CommandFailure.usage(
                    "--files %d, --composites %d: allowed are 1 and more".formatted(most, composites));
        }
        Apgd apgd = attack.apgd();
        try (StageLog log = new StageLog("inset-mask", "", output)) {
            InsetMask mask = new InsetMask(MaskNetwork.ofBytes(MaskLayers.INSETS, Files.readAllBytes(weights)));
            List<UprightPicture> pictures = pictures();
            InsetMaskRun run = new InsetMaskRun(mask, pictures, seed);
            Outcome outcome = run.run(composites, log);
            Map<String, AttackedInsets> attacks = attack.pictures() == 0 ? Map.of() : attacks(run, mask, log);
            new Results(out, output)
                    .publish("inset-mask", new Report(mask, pictures.size(), composites, outcome, attacks, apgd));
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw CommandFailure.failed(e.getMessage(), e);
        } catch (IOException e) {
            throw CommandFailure.failed("the pictures or weights cannot be read: " + e.getMessage(), e);
        }
    }

    private Map<String, AttackedInsets> attacks(InsetMaskRun run, InsetMask mask, StageLog log) {
        try (DifferentiableMask gradients = ModelPackage.differentiable(mask.network(), attack.threads())) {
            return run.attack(attack, gradients, log);
        }
    }

    private List<UprightPicture> pictures() throws IOException {
        List<PictureFiles> all = PictureFiles.of(data, List.of());
        int count = Math.min(most, all.size());
        StandardImageDecoder decoder = new StandardImageDecoder(DecodeLimits.standard());
        List<UprightPicture> pictures = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] file = Files.readAllBytes(
                    all.get((int) ((long) i * all.size() / count)).path());
            Edit.start(file, decoder).ifPresent(picture -> pictures.add(picture.resized(SIDE, SIDE)));
        }
        if (pictures.isEmpty()) {
            throw new IllegalArgumentException("none of the %d files is a picture".formatted(count));
        }
        return pictures;
    }

    /** What was found, for people and machines. */
    private record Report(
            InsetMask mask,
            int pictures,
            int composites,
            Outcome outcome,
            Map<String, AttackedInsets> attacks,
            Apgd apgd)
            implements Results.Report {

        @Override
        public String markdown() {
            Markdown page = new Markdown();
            page.line(
                    "**inset mask** `%s`: %d composites of each kind, of %d pictures, %s. An inset is found where a box"
                            + " shares 0.7 with it (IoU). 95 %% intervals (Wilson) over insets and composites. %.2f ms"
                            + " of CPU a picture.",
                    mask.network().fingerprint().substring(0, 12),
                    composites,
                    pictures,
                    Machine.describe(),
                    outcome.millis());
            page.header(
                    "pictures",
                    "upright, found by the mask",
                    "by margins and panels",
                    "by straight edges",
                    "by any of them",
                    "turned, by the mask",
                    "boxes of the mask",
                    "of margins and panels",
                    "composites with a box of the mask",
                    "of margins and panels",
                    "of straight edges");
            outcome.found()
                    .forEach((kind, found) -> page.row(
                            kind.title(),
                            words(found.upright()),
                            words(found.panels()),
                            words(found.rectangles()),
                            words(found.byAny()),
                            words(found.turned()),
                            Fields.text("%.2f", found.boxes()),
                            Fields.text("%.2f", found.panelBoxes()),
                            found.any(),
                            found.anyPanel(),
                            found.anyRectangle()));
            if (!attacks.isEmpty()) {
                Attacked.describe(apgd, page);
                page.line("Then what it changed is laid on the composite itself, and all finders are asked.");
                page.header(
                        "attack", "a view before", "by chance", "attacked", "on the composite: by the mask", "by any");
                attacks.forEach((name, one) -> page.row(
                        name,
                        one.attacked().before(),
                        one.attacked().chance(),
                        one.attacked().after(),
                        words(one.onThePicture()),
                        words(one.byAny())));
            }
            return page.toString();
        }

        private static String words(Optional<Proportion> share) {
            return share.map(Proportion::toString).orElse("");
        }

        @Override
        public Map<String, Object> json() {
            Map<String, Object> kinds = new LinkedHashMap<>();
            outcome.found().forEach((kind, found) -> kinds.put(kind.name().toLowerCase(Locale.ROOT), fields(found)));
            Map<String, Object> byAttack = new LinkedHashMap<>();
            attacks.forEach((name, one) -> byAttack.put(
                    name,
                    Fields.of(
                            "seenByTheNetwork",
                            one.attacked().json(),
                            "onTheComposite",
                            one.onThePicture().map(Fields::of),
                            "byAnyFinder",
                            one.byAny().map(Fields::of))));
            return Fields.of(
                    "fingerprint",
                    mask.network().fingerprint(),
                    "pictures",
                    pictures,
                    "composites",
                    composites,
                    "millis",
                    outcome.millis(),
                    "kinds",
                    kinds,
                    "attacks",
                    byAttack);
        }

        private static Map<String, Object> fields(Found found) {
            return Fields.of(
                    "upright",
                    found.upright().map(Fields::of),
                    "uprightByPanels",
                    found.panels().map(Fields::of),
                    "uprightByEdges",
                    found.rectangles().map(Fields::of),
                    "uprightByAny",
                    found.byAny().map(Fields::of),
                    "turned",
                    found.turned().map(Fields::of),
                    "boxes",
                    found.boxes(),
                    "panelBoxes",
                    found.panelBoxes(),
                    "anyBox",
                    Fields.of(found.any()),
                    "anyPanel",
                    Fields.of(found.anyPanel()),
                    "anyRectangle",
                    Fields.of(found.anyRectangle()));
        }
    }
}
