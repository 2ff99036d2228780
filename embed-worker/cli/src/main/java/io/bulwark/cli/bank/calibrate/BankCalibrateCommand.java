package io.bulwark.cli.bank.calibrate;

import io.bulwark.cli.bank.BankAudit;
import io.bulwark.cli.bank.BankOptions;
import io.bulwark.cli.bank.BankOptions.Embedders;
import io.bulwark.cli.bank.BankTopic;
import io.bulwark.cli.bank.calibrate.BankCalibrateFlaggedCommand.SettingsFile;
import io.bulwark.cli.bank.calibrate.TwinCalibrationOptions.PairedView;
import io.bulwark.cli.bank.calibrate.TwinCalibrationOptions.PairedView.Side;
import io.bulwark.cli.bank.calibrate.TwinCalibrationOptions.References;
import io.bulwark.cli.options.BankModelOptions.ModelChoice;
import io.bulwark.cli.options.FlaggedOptions;
import io.bulwark.cli.options.ViewOptions;
import io.bulwark.cli.picture.FileClusters;
import io.bulwark.cli.picture.FileViewer.ChangedVersions;
import io.bulwark.cli.picture.LabelledPicture;
import io.bulwark.cli.picture.PictureEmbedder;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputCommand;
import io.bulwark.perception.audit.TwinCalibration;
import io.bulwark.perception.bank.Bank;
import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.perception.bank.MatrixBank;
import io.bulwark.perception.hash.Sha256;
import io.bulwark.perception.verdict.Calibration;
import io.bulwark.perception.verdict.Calibration.CalibrationGoal;
import io.bulwark.perception.verdict.Judgement;
import io.bulwark.perception.verdict.Judgement.Outcome;
import io.bulwark.perception.verdict.PolicySettings;
import io.bulwark.perception.verdict.ScoredImage;
import io.bulwark.perception.verdict.VotingPolicy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bulwark bank calibrate}. */
@Command(
        name = "calibrate",
        description =
                "Finds the policy's settings for a bank and prints them as the worker takes them: on --files as the worker "
                        + "judges them, with a promise for the files to come; without, each reference decided by all the "
                        + "others, which is no calibration for a worker. With --twin also those of the twin, and the threshold of disagreement "
                        + "above which the worker publishes an audit.")
public final class BankCalibrateCommand extends OutputCommand implements Callable<Integer> {

    @Mixin
    private BankOptions bank;

    @Mixin
    private FlaggedOptions flagged;

    @Mixin
    private ViewOptions views;

    @Mixin
    private TwinCalibrationOptions twinCalibration;

    @Option(
            names = "--files",
            paramLabel = "FOLDER",
            description = "Calibrate on these pictures, one folder for each label, in all the views that the worker "
                    + "judges. They may be the bank's own: a picture is decided by all the others.")
    private Path files;

    @Mixin
    private FileClusters.Options clusters;

    @Option(
            names = "--no-changed",
            description =
                    "With --files: look at the files alone, and not at an everyday version of each file that finds "
                            + "the thresholds, such as in a frame or mirrored, on which false flags are to keep to their rate too.")
    private boolean asTheyAre;

    @Option(
            names = "--holds-back",
            description =
                    "With --twin and --files: the worker's bulwark.twin.holds-back. An image is SAFE only where "
                            + "model and twin say so; the thresholds of both are found together, so that --misses holds for the two.")
    private boolean holdsBack;

    @Option(
            names = "--write",
            paramLabel = "FILE",
            description =
                    "Put the settings into this properties file as well: in place of their old values where it has "
                            + "them; all else that stands there stays.")
    private Path file;

    @Option(
            names = "--held-out",
            paramLabel = "FOLDER",
            description = "Decide these pictures, which the bank has not seen, with the settings: one folder for each "
                    + "label.")
    private Path heldOut;

    @Override
    public Integer call() {
        Output output = output();
        if (holdsBack && (files == null || bank.twin().isEmpty())) {
            throw CommandFailure.usage(
                    "--holds-back needs --twin, which holds back, and --files to find thresholds on");
        }
        List<LabelledPicture> unseen = heldOut == null ? List.of() : LabelledPicture.below(heldOut);
        BankTopic.Content content;
        try (BankTopic topic = bank.topic()) {
            content = topic.read();
        }
        BankAudit audit = audit(content, bank.model());
        Optional<BankAudit> ofTwins = bank.twin().map(twin -> audit(content, twin));
        // What is plain to one of the two alone is left out for both, so that they are compared on the same references.
        Set<String> plain = new HashSet<>(audit.plain());
        ofTwins.ifPresent(other -> plain.addAll(other.plain()));
        List<LabelledEmbedding> references = audit.usableBut(plain);
        List<LabelledPicture> judged = files == null ? List.of() : LabelledPicture.below(files);
        Calibrated encoder = calibrated(bank.model(), references, judged, Optional.empty(), output);
        Optional<List<LabelledEmbedding>> twinReferences = ofTwins.map(other -> other.usableBut(plain));
        Optional<Calibrated> ofTwin = twinReferences.map(
                other -> calibrated(bank.twin().orElseThrow(), other, judged, encoder.seen(), output));
        List<Calibration> pair = holdsBack ? pair(encoder, ofTwin.orElseThrow()) : List.of();
        Calibration own = holdsBack ? pair.get(0) : encoder.calibration();
        List<String> settings = new ArrayList<>(CalibrationLines.settings(own, flagged.labels()));
        encoder.seen()
                .map(seen ->
                        holdsBack ? seen.madeForPair(ofTwin.orElseThrow().seen().orElseThrow()) : seen.madeFor())
                .ifPresent(madeFor -> settings.add("bulwark.policy.made-for=" + bank.name() + "/" + madeFor));
        Map<String, Object> fields = CalibrationLines.fields(own);
        List<String> notes = new ArrayList<>(CalibrationLines.notes(own));
        bank.twin().ifPresent(twin -> {
            Calibration twins = holdsBack ? pair.get(1) : ofTwin.orElseThrow().calibration();
            TwinCalibration found = twinCalibration.calibrate(
                    bank,
                    twin,
                    views.views(),
                    new References(references, twinReferences.orElseThrow()),
                    policy(own),
                    twinPolicy(twins),
                    clusters,
                    output);
            settings.addAll(CalibrationLines.settings(twin, bank.model().precision(), twins, found));
            if (holdsBack) {
                settings.add("bulwark.twin.holds-back=true");
            }
            fields.put("twin", CalibrationLines.fields(twins, found));
            notes.add(CalibrationLines.disagreement(found));
        });
        write(encoder.seen().isPresent() ? settings : withoutMadeFor(settings));
        output.print(String.join(System.lineSeparator(), settings), fields);
        notes.forEach(output::note);
        if (!unseen.isEmpty()) {
            decide(output, unseen, references, own, twinReferences.orElse(List.of()), pair);
        }
        return ExitCodes.OK;
    }

    private BankAudit audit(BankTopic.Content content, ModelChoice model) {
        return BankAudit.of(content, bank.name(), model.description(), model.plainRows());
    }

    private VotingPolicy policy(Calibration calibration) {
        return new VotingPolicy(calibration.appliedTo(PolicySettings.flagging(flagged.labels())));
    }

    /** A worker's twin knows no copies: it is there to disagree. */
    private VotingPolicy twinPolicy(Calibration calibration) {
        PolicySettings own = calibration.appliedTo(PolicySettings.flagging(flagged.labels()));
        return new VotingPolicy(new PolicySettings(
                own.k(),
                own.temperature(),
                own.floor(),
                PolicySettings.NEVER_KNOWN,
                own.thresholds(),
                own.labels(),
                own.unfamiliar(),
                own.flaggedClasses()));
    }

    private Calibrated calibrated(
            ModelChoice model,
            List<LabelledEmbedding> references,
            List<LabelledPicture> judged,
            Optional<FileCalibration> beside,
            Output output) {
        try {
            if (judged.isEmpty()) {
                return new Calibrated(Calibration.of(references, flagged.goal()), Optional.empty());
            }
            CalibrationGoal goal = flagged.promise();
            try (PictureEmbedder embedder = model.embedder(views.views())) {
                FileClusters together = beside.map(FileCalibration::clusters)
                        .orElseGet(() -> clusters.of(
                                judged.stream().map(LabelledPicture::file).toList(), embedder, output));
                FileCalibration seen = FileCalibration.of(
                        judged, embedder, together, references, versions(judged, embedder), goal.k(), beside, output);
                return new Calibrated(seen.calibrate(goal), Optional.of(seen));
            }
        } catch (IllegalArgumentException impossible) {
            throw CommandFailure.failed(
                    "bank \"" + bank.name() + "\" cannot be calibrated: " + impossible.getMessage(), impossible);
        }
    }

    /** Collages take their other pictures from the unflagged files. */
    private Optional<ChangedVersions> versions(List<LabelledPicture> judged, PictureEmbedder embedder) {
        return asTheyAre
                ? Optional.empty()
                : Optional.of(new ChangedVersions(judged.stream()
                        .filter(picture -> !flagged.labels().contains(picture.label()))
                        .map(picture -> new ChangedVersions.Other(
                                Sha256.digest(picture.bytes()), () -> embedder.picture(picture.bytes())))
                        .toList()));
    }

    private List<Calibration> pair(Calibrated encoder, Calibrated twin) {
        return encoder.seen().orElseThrow().calibrateWith(twin.seen().orElseThrow(), flagged.promise());
    }

    /**
     * What was found.
     *
     * @param seen the files that it was found on; empty where it was not found on files
     */
    private record Calibrated(Calibration calibration, Optional<FileCalibration> seen) {}

    /** @param pair what the two of a pair were calibrated to; empty where the model decides alone */
    private void decide(
            Output output,
            List<LabelledPicture> unseen,
            List<LabelledEmbedding> references,
            Calibration calibration,
            List<LabelledEmbedding> twinReferences,
            List<Calibration> pair) {
        List<ModelChoice> models = pair.isEmpty() ? List.of(bank.model()) : bank.models();
        try (Embedders embedders = Embedders.load(models, views.views());
                Bank snapshot = MatrixBank.of("encoder", references);
                Bank ofTwin = MatrixBank.of("twin", twinReferences)) {
            Side encoder = new Side(embedders.all().get(0), snapshot, policy(calibration));
            Optional<Side> twin = pair.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new Side(embedders.all().get(1), ofTwin, twinPolicy(pair.get(1))));
            HeldOut decided = HeldOut.decide(unseen, flagged.labels(), encoder, twin, output::note);
            output.print(
                    "held out: pictures=" + decided.pictures() + " correct=" + decided.correct() + " review="
                            + decided.review() + " falsely-flagged=" + decided.falseFlags() + " missed="
                            + decided.missed(),
                    Map.of(
                            "pictures", decided.pictures(),
                            "correct", decided.correct(),
                            "review", decided.review(),
                            "falseFlags", decided.falseFlags(),
                            "missed", decided.missed()));
        }
    }

    /** Numbers that no worker should decide by replace the earlier ones. */
    private static List<String> withoutMadeFor(List<String> settings) {
        List<String> lines = new ArrayList<>(settings);
        lines.add("bulwark.policy.made-for=");
        return lines;
    }

    private void write(List<String> settings) {
        if (file == null) {
            return;
        }
        try {
            new SettingsFile(file).set(settings);
        } catch (IOException unwritable) {
            throw CommandFailure.failed("the settings cannot be written to " + file + ": " + unwritable, unwritable);
        }
    }

    /**
     * How pictures that a bank has never seen are decided.
     *
     * @param pictures decided, REFUSED ones included
     * @param correct decided as their label says; REVIEW and REFUSED count as wrong
     * @param review left to a person
     * @param falseFlags decided NSFW though their label is not flagged
     * @param missed decided SAFE though their label is flagged
     */
    private record HeldOut(int pictures, int correct, int review, int falseFlags, int missed) {

        /**
         * Decides pictures as a worker would, by all the views that it looks at.
         *
         * @param encoder decides
         * @param twin holds back what it does not call SAFE as well; empty where none does
         * @param wrong told of each picture that is not decided as its label says
         */
        static HeldOut decide(
                List<LabelledPicture> pictures,
                Set<String> flaggedLabels,
                PairedView.Side encoder,
                Optional<PairedView.Side> twin,
                Consumer<String> wrong) {
            int correct = 0;
            int review = 0;
            int falseFlags = 0;
            int missed = 0;
            for (LabelledPicture picture : pictures) {
                Optional<ScoredImage> decided = twin.isPresent()
                        ? PairedView.of(picture.file(), encoder, twin.get())
                                .map(pair -> pair.robust().heldBackBy(pair.clean()))
                        : encoder.scored(picture.file());
                if (decided.isEmpty()) {
                    wrong.accept(picture.file() + " is no picture");
                    continue;
                }
                Judgement judgement = decided.get().judgement();
                Outcome expected = flaggedLabels.contains(picture.label()) ? Outcome.NSFW : Outcome.SAFE;
                correct += judgement.outcome() == expected ? 1 : 0;
                review += judgement.outcome() == Outcome.REVIEW ? 1 : 0;
                falseFlags += judgement.outcome() == Outcome.NSFW && expected == Outcome.SAFE ? 1 : 0;
                missed += judgement.outcome() == Outcome.SAFE && expected == Outcome.NSFW ? 1 : 0;
                if (judgement.outcome() != expected) {
                    wrong.accept(picture.referenceId() + " is " + judgement.outcome() + ", score " + judgement.score());
                }
            }
            return new HeldOut(pictures.size(), correct, review, falseFlags, missed);
        }
    }
}
