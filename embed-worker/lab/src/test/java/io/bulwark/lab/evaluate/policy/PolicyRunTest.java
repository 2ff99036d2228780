package io.bulwark.lab.evaluate.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.cli.everyday.Evasion;
import io.bulwark.cli.everyday.UploadFormat;
import io.bulwark.cli.picture.FileViewer.JudgedViews;
import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.imaging.preprocess.ViewPolicy;
import io.bulwark.lab.attack.AttackGoal;
import io.bulwark.lab.attack.SmallModeration;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.loss.ReferenceGroups;
import io.bulwark.lab.evaluate.acceptance.AcceptanceSplit.LabelledFile;
import io.bulwark.lab.evaluate.policy.EvaluateEvasionsCommand.EvasionRun;
import io.bulwark.lab.evaluate.policy.PolicyBank.AskedPicture;
import io.bulwark.lab.evaluate.policy.PolicyReport.Row;
import io.bulwark.lab.evaluate.policy.PolicyRun.OutcomeEntry;
import io.bulwark.lab.evaluate.policy.Portfolio.DecisionAttacker;
import io.bulwark.lab.experiment.EvaluationProgress;
import io.bulwark.lab.experiment.LedgerFile.LedgerException;
import io.bulwark.lab.picture.SourceFile;
import io.bulwark.perception.hash.Sha256;
import io.bulwark.perception.verdict.Judgement.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyRunTest {

    private static final ThreatModel SMALL = ThreatModel.linf(1 / 255.0);
    private static final ThreatModel MIDDLE = ThreatModel.linf(8 / 255.0);
    private static final ThreatModel LARGE = ThreatModel.linf(128 / 255.0);

    private static final DecisionAttacker DECISIONS = new DecisionAttacker(
            60,
            Map.of(
                    AttackGoal.EVADE, List.of(SmallModeration.picture(50, 50, false, 31)),
                    AttackGoal.FALSE_FLAG, List.of(SmallModeration.picture(50, 50, true, 32))));

    @TempDir
    static Path folder;

    private static SmallModeration small;
    private static AttackedModeration moderation;
    private static ReferenceGroups groups;
    private static List<AskedPicture> pictures;

    @BeforeAll
    static void open() throws IOException {
        small = new SmallModeration(folder.resolve("cache"), ViewPolicy.COVER);
        moderation = new AttackedModeration(small.gradients, small.moderator, small.references, small.settings);
        groups = ReferenceGroups.byFlag(
                small.gradients.description().fingerprint(), small.references, small.settings.flaggedLabels());
        pictures = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            boolean flagged = i % 2 == 0;
            // Longer than 3:2, so that an upload has tiles.
            UprightPicture picture = SmallModeration.picture(72, 40, flagged, 100 + i);
            byte[] file = new UploadFormat.Png().encode(picture);
            Path path = Files.write(folder.resolve("picture-" + i + ".png"), file);
            pictures.add(new AskedPicture(
                    new LabelledFile(
                            path,
                            flagged ? "nsfw" : "safe",
                            flagged,
                            Sha256.digest(file).hex()),
                    SourceFile.of(path)));
        }
    }

    @AfterAll
    static void close() {
        groups.close();
        moderation.close();
        small.close();
    }

    @Test
    void everyAttackHasARowOnBothTracksAndTheWorstCounts() {
        PolicyRun run = run("all.jsonl", List.of(SMALL, MIDDLE));
        run.attack(pictures);
        PolicyReport report = report(run, "all.jsonl");

        assertThat(report.rows())
                .filteredOn(
                        row -> row.track().equals("model input") && row.threat().equals(MIDDLE.toString()))
                .extracting(Row::attack)
                .containsExactly(
                        "none",
                        "APGD 8 x 2, sides",
                        "APGD 8 x 2, vote",
                        "Square, 20 queries",
                        "HopSkipJump, 60 queries",
                        "transfer from itself, APGD 8 x 1",
                        "the worst of all");
        assertThat(report.rows())
                .filteredOn(row -> row.track().equals("uploaded picture, png"))
                .extracting(Row::attack)
                .contains("APGD 8 x 1, sides, from the solution at the input");
        for (String track : List.of("model input", "uploaded picture, png")) {
            double clean = share(report, track, MIDDLE, "none");
            double worst = share(report, track, MIDDLE, "the worst of all");
            assertThat(clean).as(track).isGreaterThan(0.6);
            assertThat(worst).as(track).isLessThan(clean);
            for (Row row : report.rows()) {
                if (row.track().equals(track) && row.threat().equals(MIDDLE.toString())) {
                    assertThat(worst).isLessThanOrEqualTo(share(report, track, MIDDLE, row.attack()));
                }
                double all = row.flagged().orElseThrow().of().values().stream()
                        .mapToDouble(share -> share.value())
                        .sum();
                assertThat(all).isEqualTo(1, within(1e-9));
            }
        }
        assertThat(report.checks())
                .as("%s", report.checks())
                .filteredOn(check -> check.what().contains("stands at linf 128/255"))
                .hasSize(2)
                .allMatch(PolicyReport.Check::holds);
        assertThat(report.checks())
                .filteredOn(check -> check.what().contains("Square wins no picture"))
                .hasSize(4);
        assertThat(report.checks())
                .filteredOn(check -> check.what().contains("loses no fewer than"))
                .isNotEmpty();
    }

    @Test
    void aPairSaysSafeOnlyWhereBothDoAndNsfwWhereTheFirstDoes() throws IOException {
        try (SmallModeration other = new SmallModeration(folder.resolve("cache"), ViewPolicy.COVER, "dino_a");
                AttackedModeration twin =
                        new AttackedModeration(other.gradients, other.moderator, other.references, other.settings);
                AttackedModeration pair = new AttackedModeration(
                                small.gradients, small.moderator, small.references, small.settings)
                        .heldBackBy(twin)) {
            for (AskedPicture picture : pictures) {
                byte[] file = picture.picture().bytes();
                Outcome first = moderation.decide(file).orElseThrow().outcome();
                Outcome second = twin.decide(file).orElseThrow().outcome();
                boolean held = first == Outcome.SAFE && second != Outcome.SAFE;

                assertThat(pair.decide(file).orElseThrow().outcome()).isEqualTo(held ? Outcome.REVIEW : first);
            }
        }
    }

    /** In a ball that holds its own start it has to arrive, or it never walked. */
    @Test
    void whoSeesDecisionsAloneGetsThereWhereTheBallIsLargeEnough() {
        ThreatModel whole = ThreatModel.linf(1);
        PolicyRun run = run("decisions.jsonl", List.of(whole));
        run.attack(pictures.subList(0, 2));

        assertThat(report(run, "decisions.jsonl").rows())
                .filteredOn(row -> row.attack().startsWith("HopSkipJump"))
                .hasSize(2)
                .allSatisfy(row -> assertThat(row.flagged()
                                .orElseThrow()
                                .of()
                                .get(Outcome.NSFW)
                                .value())
                        .isZero());
    }

    @Test
    void aRunThatWasInterruptedGoesOnWhereItWas() throws IOException {
        PolicyRun half = run("again.jsonl", List.of(MIDDLE));
        half.attack(pictures.subList(0, 2));
        Path file = folder.resolve("again.jsonl");
        String begun = Files.readString(file);
        // As a kill in the middle of a line leaves it.
        Files.writeString(file, begun + "{\"track\":\"model inp");

        PolicyRun whole = run("again.jsonl", List.of(MIDDLE));
        whole.attack(pictures.subList(0, 3));

        String text = Files.readString(file);
        assertThat(text).startsWith(begun);
        assertThat(text.lines().distinct().count()).isEqualTo(text.lines().count());
        run("again.jsonl", List.of(MIDDLE)).attack(pictures.subList(0, 3));
        assertThat(Files.readString(file)).isEqualTo(text);
        assertThatThrownBy(() -> OutcomeEntry.ledger(file, "another bank"))
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining("again.jsonl");
    }

    @Test
    void aPictureCountsInARowOnlyWhenAllOfItsAttacksAreDone() {
        run("part.jsonl", List.of(SMALL)).attack(pictures.subList(0, 2));

        PolicyRun run = run("part.jsonl", List.of(SMALL));

        assertThat(report(run, "part.jsonl").rows())
                .filteredOn(row -> row.attack().equals("the worst of all"))
                .allSatisfy(row -> assertThat(row.flagged()
                                .orElseThrow()
                                .of()
                                .get(Outcome.NSFW)
                                .pictures())
                        .isEqualTo(1));
    }

    @Test
    void ofEvasionsTheStrengthThatGetsFurthestCounts() {
        List<UprightPicture> others = List.of(
                SmallModeration.picture(40, 40, false, 1),
                SmallModeration.picture(40, 40, false, 2),
                SmallModeration.picture(40, 40, false, 3));

        EvasionRun.Result result = new EvasionRun(
                        moderation, JudgedViews.standard(), others, 0.2, 0.04, 4, EvaluationProgress.silent())
                .run(pictures);

        assertThat(result.flagged().keySet())
                .contains(
                        "none",
                        "turned by quarters",
                        "text over it",
                        "in perspective",
                        "a patch of 0.2 of the area",
                        "bent along its gradient, by 0.04 of the side")
                .hasSize(Evasion.values().length + 3);
        assertThat(result.safe().keySet()).isEqualTo(result.flagged().keySet());
        result.safe()
                .values()
                .forEach(changed -> assertThat(changed.furthest().of().values().stream()
                                .mapToDouble(share -> share.value())
                                .sum())
                        .isEqualTo(1, within(1e-9)));
        assertThat(result.secondsEach()).isPositive();
        result.flagged()
                .values()
                .forEach(changed -> assertThat(changed.furthest().of().values().stream()
                                .mapToDouble(share -> share.value())
                                .sum())
                        .isEqualTo(1, within(1e-9)));
        // Text on white rotations hides a picture of the small model easily: whatever passes, passes by some strength.
        assertThat(result.flagged().values())
                .anyMatch(changed -> changed.furthest().of().get(Outcome.NSFW).value() < 1);
        // Who floods the queue gets at least what is left there on the way to NSFW, and of flagged ones no more than
        // were
        // NSFW before.
        assertThat(result.safe().values())
                .allMatch(changed -> changed.toPeople().value()
                        >= changed.furthest().of().get(Outcome.REVIEW).value());
        double nsfw = result.flagged()
                .get(EvasionRun.NONE)
                .furthest()
                .of()
                .get(Outcome.NSFW)
                .value();
        assertThat(result.flagged().values())
                .allMatch(changed -> changed.toPeople().value() <= nsfw);
        assertThat(result.flagged().get(EvasionRun.NONE).toPeople().value()).isZero();
    }

    @Test
    void anL2BallGrowsWithTheSquareRootOfThePixelsAndALinfBallDoesNot() {
        assertThat(UploadedPicture.scaled(ThreatModel.l2(0.5), 4 * 1024, 1024)).isEqualTo(ThreatModel.l2(1));
        assertThat(UploadedPicture.scaled(SMALL, 4 * 1024, 1024)).isEqualTo(SMALL);

        ThreatModel within = uploads().shot(pictures.get(0).picture().bytes()).within(ThreatModel.l2(0.5));
        assertThat(within.epsilon()).isEqualTo(0.5 * Math.sqrt(72 * 40 / (32.0 * 32)), within(1e-9));
    }

    @Test
    void theStartOfAnUploadIsTheStretchedSolutionOfTheInput() {
        Surface.Shot shot = uploads().shot(pictures.get(0).picture().bytes());

        float[] start = shot.lifted(
                        moderation.losses(pictures.get(0).goal()).get("sides"),
                        pictures.get(0).goal(),
                        MIDDLE,
                        4)
                .orElseThrow();

        assertThat(start).hasSameSizeAs(shot.clean()).isNotEqualTo(shot.clean());
        for (int i = 0; i < start.length; i++) {
            assertThat(Math.abs(start[i] - shot.clean()[i])).isLessThanOrEqualTo((float) MIDDLE.epsilon() + 1e-6f);
        }
    }

    @Test
    void whatBreaksItsThreatModelIsRefused() {
        for (Surface surface : surfaces()) {
            Surface.Shot shot = surface.shot(pictures.get(0).picture().bytes());
            float[] far = shot.clean().clone();
            far[0] += far[0] > 0.5 ? -0.5f : 0.5f;
            if (surface instanceof ModelInput) {
                assertThatThrownBy(() -> shot.submit(far, SMALL)).hasMessageContaining("break their bound");
            } else {
                // An upload is rounded into the ball.
                assertThat(shot.submit(far, SMALL).linf()).isLessThanOrEqualTo(SMALL.epsilon() + 1e-6);
            }
        }
    }

    private static UploadedPicture uploads() {
        return new UploadedPicture(moderation, JudgedViews.standard(), new UploadFormat.Png());
    }

    private static List<Surface> surfaces() {
        return List.of(new ModelInput(moderation), uploads());
    }

    private static PolicyRun run(String ledger, List<ThreatModel> threats) {
        Transfer itself = new Transfer("itself", small.gradients, groups, 5, 0.07);
        return new PolicyRun(
                surfaces(),
                new Portfolio(8, 2, 20, Optional.of(DECISIONS), List.of(itself), 3),
                threats,
                LARGE,
                OutcomeEntry.ledger(folder.resolve(ledger), "small"),
                EvaluationProgress.silent());
    }

    private static PolicyReport report(PolicyRun run, String ledger) {
        return PolicyReport.of(
                pictures, run.groups(), run.largeGroups(), OutcomeEntry.ledger(folder.resolve(ledger), "small"));
    }

    private static double share(PolicyReport report, String track, ThreatModel threat, String attack) {
        Row row = report.rows().stream()
                .filter(one -> one.track().equals(track)
                        && one.threat().equals(threat.toString())
                        && one.attack().equals(attack))
                .findFirst()
                .orElseThrow();
        return row.flagged().orElseThrow().of().get(Outcome.NSFW).value();
    }
}
