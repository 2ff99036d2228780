package io.bulwark.lab.attack.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.cli.everyday.UploadFormat;
import io.bulwark.cli.picture.FileViewer.JudgedViews;
import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.decode.StandardImageDecoder;
import io.bulwark.imaging.preprocess.ModerationOptions;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.imaging.preprocess.View;
import io.bulwark.imaging.preprocess.ViewPolicy;
import io.bulwark.lab.attack.AttackGoal;
import io.bulwark.lab.attack.Norm;
import io.bulwark.lab.attack.Objective;
import io.bulwark.lab.attack.SmallModeration;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.blackbox.SquareAttack;
import io.bulwark.lab.attack.gradient.Apgd;
import io.bulwark.lab.attack.gradient.Apgd.EarlyStop;
import io.bulwark.lab.attack.loss.KnnLoss;
import io.bulwark.lab.attack.loss.KnnLoss.KnnDecision;
import io.bulwark.lab.attack.loss.PolicyDecision;
import io.bulwark.lab.attack.loss.ReferenceGroups;
import io.bulwark.lab.attack.upload.UploadAttack.AttackedUpload;
import io.bulwark.perception.verdict.Judgement.Outcome;
import io.bulwark.perception.verdict.VotingPolicy;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UploadAttackTest {

    private static final int SIDE = 240;

    private static final UploadFormat PNG = new UploadFormat.Png();
    private static final Apgd APGD = new Apgd(30, 1, EarlyStop.EACH_FOOLED, 1);

    @TempDir
    static Path cache;

    private static SmallModeration moderation;
    private static UploadAttack attack;

    @BeforeAll
    static void open() {
        moderation = new SmallModeration(cache, ViewPolicy.COVER);
        attack = new UploadAttack(
                moderation.moderator,
                moderation.gradients,
                moderation.references,
                moderation.settings,
                ViewPolicy.COVER);
    }

    @AfterAll
    static void close() {
        attack.close();
        moderation.close();
    }

    @Test
    void aFlaggedPicturePassesAndAHarmlessOneIsFlagged() {
        for (AttackGoal goal : AttackGoal.values()) {
            byte[] original = PNG.encode(SmallModeration.picture(60, 50, goal == AttackGoal.EVADE, 77));

            AttackedUpload attacked = run(original, goal, ThreatModel.linf(16 / 255.0), PNG);

            assertThat(attacked.before().outcome()).isNotEqualTo(goal.outcome());
            assertThat(attacked.fooled()).as(goal.label()).isTrue();
            assertThat(moderation.moderator.decide(attacked.file()).orElseThrow())
                    .isEqualTo(attacked.after().orElseThrow());
            assertThat(attacked.linf()).isLessThanOrEqualTo(16 / 255.0 + 1e-6);
            assertThat(attacked.linfArrived()).isEqualTo(attacked.linf());
        }
    }

    @Test
    void theFileItselfHoldsNoMoreThanTheThreatModelAllows() {
        UprightPicture clean = SmallModeration.picture(60, 50, true, 77);

        AttackedUpload attacked = run(PNG.encode(clean), AttackGoal.EVADE, ThreatModel.l2(1), PNG);

        assertThat(attacked.before().outcome()).isEqualTo(Outcome.NSFW);
        UprightPicture arrived = arrived(attacked.file());
        double squares = 0;
        for (int i = 0; i < arrived.rgb().length; i++) {
            double change = ((arrived.rgb()[i] & 0xff) - (clean.rgb()[i] & 0xff)) / 255.0;
            squares += change * change;
        }
        assertThat(Math.sqrt(squares)).isEqualTo(attacked.l2(), within(1e-5)).isLessThanOrEqualTo(1 + 1e-6);
        assertThat(attacked.l2()).isGreaterThan(0.1);
    }

    @Test
    void anOutsiderGetsThereByDecisionsAlone() {
        byte[] original = PNG.encode(SmallModeration.picture(48, 40, true, 77));
        List<byte[]> harmless = List.of(
                PNG.encode(SmallModeration.picture(30, 30, true, 4)),
                PNG.encode(SmallModeration.picture(60, 30, false, 5)));
        ThreatModel threat = ThreatModel.linf(48 / 255.0);

        AttackedUpload attacked = attack.runBlind(original, AttackGoal.EVADE, harmless, 1500, 3, threat, PNG);

        assertThat(attacked.before().outcome()).isNotEqualTo(Outcome.SAFE);
        assertThat(attacked.fooled()).isTrue();
        assertThat(attacked.linf()).isLessThanOrEqualTo(48 / 255.0 + 1e-6);
        assertThat(attacked.gradientSteps()).isZero();
        assertThat(attacked.queries()).isBetween(10L, 1500L);
    }

    @Test
    void squaresGetThereByScoresAlone() {
        byte[] original = PNG.encode(SmallModeration.picture(48, 40, true, 77));

        AttackedUpload attacked = attack.run(
                original,
                AttackGoal.EVADE,
                (height, width) -> new SquareAttack(800, height, width, SquareAttack.DEFAULT_SHARE, 1),
                ThreatModel.linf(24 / 255.0),
                PNG);

        assertThat(attacked.fooled()).isTrue();
        assertThat(attacked.gradientSteps()).isZero();
        assertThat(attacked.queries()).isBetween(2L, 800L);
    }

    @Test
    void everyTileOfALongPictureHasToPass() {
        byte[] original = PNG.encode(SmallModeration.picture(150, 50, true, 9));

        AttackedUpload attacked = run(original, AttackGoal.EVADE, ThreatModel.linf(32 / 255.0), PNG);

        assertThat(attacked.before().viewScores()).hasSizeGreaterThan(3);
        assertThat(attacked.fooled()).isTrue();
        // Panels are where the pixels show them, so the attacked picture may have others.
        assertThat(attacked.after().orElseThrow().viewScores())
                .hasSizeGreaterThan(3)
                .allMatch(score -> score <= 0.4);
    }

    @Test
    void aJpegIsAttackedThroughItsOwnEncoder() {
        UploadFormat jpeg = new UploadFormat.Jpeg(85);
        byte[] original = jpeg.encode(SmallModeration.picture(64, 48, false, 3));

        AttackedUpload attacked = run(original, AttackGoal.FALSE_FLAG, ThreatModel.linf(24 / 255.0), jpeg);

        assertThat(new StandardImageDecoder(DecodeLimits.standard()).decode(attacked.file()))
                .isInstanceOfSatisfying(
                        Decoded.class, decoded -> assertThat(decoded.format()).isEqualTo("jpeg"));
        assertThat(attacked.fooled()).isTrue();
        assertThat(attacked.linf()).isLessThanOrEqualTo(24 / 255.0 + 1e-6);
        assertThat(attacked.linfArrived()).isGreaterThan(0);
    }

    @Test
    void withoutABudgetTheFileIsThePictureAndNoEncoderIsFooled() {
        UprightPicture clean = SmallModeration.picture(60, 50, true, 12);

        AttackedUpload attacked = run(PNG.encode(clean), AttackGoal.EVADE, ThreatModel.linf(0), PNG);

        assertThat(arrived(attacked.file()).rgb()).isEqualTo(clean.rgb());
        assertThat(attacked.fooled()).isFalse();
        assertThat(attacked.after()).contains(attacked.before());
    }

    /** An attacker of a deployment that looks for pictures within pictures climbs these views too. */
    @Test
    void theWayOfAnUploadHasTheViewsThatTheDeploymentSet() {
        UprightPicture picture = onDark(110);
        ModerationOptions rectangles =
                ModerationOptions.standard().withTurns(true, true).withInsets(true, false);
        PreprocessSpec spec = moderation.gradients.description().preprocess();

        UploadPath.Seen seen = UploadPath.moderation(spec, new JudgedViews(ViewPolicy.COVER, rectangles), PNG)
                .see(picture);

        assertThat(seen.views()).extracting(View::name).contains("inset-1").noneMatch(name -> name.contains("turn"));
        int inset = seen.views().stream().map(View::name).toList().indexOf("inset-1");
        float[] slope = new float[3 * SIDE * SIDE];
        float[] one = new float[3 * spec.width() * spec.height()];
        Arrays.fill(one, 1);
        seen.pullBack(inset, one, slope);
        assertThat(slope[SIDE / 2 * SIDE + SIDE / 2]).as("in the rectangle").isPositive();
        assertThat(slope[0]).as("outside of it").isZero();
    }

    /** The middle of a dark ground. */
    private static UprightPicture onDark(int side) {
        byte[] rgb = new byte[3 * SIDE * SIDE];
        int from = (SIDE - side) / 2;
        for (int i = 0; i < rgb.length; i++) {
            int x = i / 3 % SIDE;
            int y = i / 3 / SIDE;
            boolean inside = x >= from && x < from + side && y >= from && y < from + side;
            rgb[i] = (byte) (inside ? 230 : 40 + (x * 7 + y * 13) % 25);
        }
        return new UprightPicture(SIDE, SIDE, rgb);
    }

    @Test
    void whatAnAttackRaisesIsWhatTheFileGives() {
        UprightPicture clean = SmallModeration.picture(60, 50, true, 21);
        ThreatModel threat = ThreatModel.linf(8 / 255.0);
        KnnDecision decision = new PolicyDecision(
                moderation.moderator.bank(), new VotingPolicy(moderation.settings), AttackGoal.EVADE);
        try (ReferenceGroups groups = ReferenceGroups.byFlag(
                moderation.gradients.description().fingerprint(), moderation.references, Set.of("nsfw"))) {
            UploadObjective objective = new UploadObjective(
                    moderation.gradients,
                    UploadPath.moderation(moderation.gradients.description().preprocess(), ViewPolicy.COVER, PNG),
                    List.of(clean),
                    threat,
                    KnnLoss.of(groups, AttackGoal.EVADE, 1, 5, 0.07, decision),
                    true);
            float[] pixels = UploadObjective.pixels(List.of(clean));
            int[] one = {0};

            Objective.Evaluation before = objective.differentiate(pixels, one);
            assertThat(objective.ask(pixels, one).losses())
                    .isEqualTo(before.scores().losses());
            // Up the slope by four levels: rounding to levels leaves it a step uphill.
            float[] uphill = before.gradient();
            Norm.LINF.steepest(uphill, 0, uphill.length);
            for (int i = 0; i < pixels.length; i++) {
                pixels[i] += uphill[i] * 4 / 255f;
            }

            assertThat(objective.ask(pixels, one).losses()[0])
                    .isGreaterThan(before.scores().losses()[0]);
        }
    }

    @Test
    void viewsJoinToTheOneThatDecides() {
        float[] losses = {0.3f, -0.2f, 0.1f};
        boolean[] fooled = {true, false, true};

        UploadObjective.Joint every = UploadObjective.Joint.of(losses, fooled, true, 1e-3);
        UploadObjective.Joint any = UploadObjective.Joint.of(losses, fooled, false, 1e-3);

        assertThat(every.loss()).isCloseTo(-0.2, within(0.01));
        assertThat(every.fooled()).isFalse();
        assertThat(every.weights()).containsExactly(new double[] {0, 1, 0}, within(1e-6));
        assertThat(any.loss()).isCloseTo(0.3, within(0.01));
        assertThat(any.fooled()).isTrue();
        assertThat(any.weights()).containsExactly(new double[] {1, 0, 0}, within(1e-6));
        assertThat(UploadObjective.Joint.of(new float[] {0.25f}, new boolean[1], true, 0.02)
                        .loss())
                .isEqualTo(0.25);
    }

    @Test
    void whatIsNoPictureOrTooLargeIsRefusedByName() {
        assertThatThrownBy(() -> run(new byte[] {1, 2, 3}, AttackGoal.EVADE, ThreatModel.linf(0.1), PNG))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("refused");
        byte[] large = PNG.encode(new UprightPicture(2001, 2000, new byte[2001 * 2000 * 3]));
        assertThatThrownBy(() -> run(large, AttackGoal.EVADE, ThreatModel.linf(0.1), PNG))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2001x2000");
    }

    @Test
    void formatsAreNamedAsPeopleWriteThem() {
        assertThat(UploadFormat.named("PNG")).isEqualTo(PNG);
        assertThat(UploadFormat.named("jpeg:90")).isEqualTo(new UploadFormat.Jpeg(90));
        for (String wrong : new String[] {"jpeg", "jpeg:0", "jpeg:101", "webp", ""}) {
            assertThatThrownBy(() -> UploadFormat.named(wrong)).as(wrong).isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static AttackedUpload run(byte[] original, AttackGoal goal, ThreatModel threat, UploadFormat format) {
        return attack.run(original, goal, (height, width) -> APGD, threat, format);
    }

    private static UprightPicture arrived(byte[] file) {
        Decoded decoded = (Decoded) new StandardImageDecoder(DecodeLimits.standard()).decode(file);
        return UprightPicture.of(decoded.frames().get(0));
    }

    @Test
    void theModelsOfBothSidesAreOne() {
        assertThat(moderation.moderator.encoder().description().fingerprint())
                .isEqualTo(moderation.gradients.description().fingerprint());
        assertThat(moderation.moderator.decide(new byte[0])).isEmpty();
    }
}
