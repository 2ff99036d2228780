package io.bulwark.lab.attack.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.cli.everyday.UploadFormat;
import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.imaging.preprocess.ViewPolicy;
import io.bulwark.lab.attack.Attack.Watch;
import io.bulwark.lab.attack.AttackGoal;
import io.bulwark.lab.attack.Objective.Evaluation;
import io.bulwark.lab.attack.SmallModeration;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.gradient.Apgd;
import io.bulwark.lab.attack.gradient.Apgd.EarlyStop;
import io.bulwark.lab.attack.loss.EmbeddingLoss;
import io.bulwark.lab.attack.loss.EncoderObjective.SquaredDistance;
import io.bulwark.lab.attack.upload.FileModerator.StoredPng;
import io.bulwark.lab.attack.upload.TwinObjective.Seer;
import io.bulwark.lab.attack.upload.TwinObjective.Weights;
import io.bulwark.lab.attack.upload.UploadAttack.AttackedUpload;
import io.bulwark.lab.attack.upload.WatchedObjective.TwinWatch;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchedObjectiveTest {

    private static final ThreatModel LARGE = ThreatModel.linf(32 / 255.0);

    /** So wide that it has several views. */
    private static final UprightPicture WIDE = SmallModeration.picture(90, 40, true, 77);

    @TempDir
    static Path cache;

    private static SmallModeration robust;
    private static SmallModeration twin;

    @BeforeAll
    static void open() {
        robust = new SmallModeration(cache, ViewPolicy.COVER, "vit_b");
        twin = new SmallModeration(cache, ViewPolicy.COVER, "convnext_a");
    }

    @AfterAll
    static void close() {
        robust.close();
        twin.close();
    }

    @Test
    void withoutNearnessItIsTheSumOfBothEncodersOwnObjectives() {
        Evaluation joint = watched(new Weights(0.5, 0)).differentiate(pixels(), new int[1]);
        Evaluation first = alone(robust).differentiate(pixels(), new int[1]);
        Evaluation second = alone(twin).differentiate(pixels(), new int[1]);

        assertThat(robust.moderator.resultOfStored(WIDE).views()).hasSizeGreaterThan(1);
        assertThat(joint.scores().losses()[0])
                .isCloseTo(first.scores().losses()[0] + 0.5f * second.scores().losses()[0], within(1e-4f));
        for (int i = 0; i < pixels().length; i += 7) {
            assertThat(joint.gradient()[i]).isCloseTo(first.gradient()[i] + 0.5f * second.gradient()[i], within(1e-4f));
        }
    }

    @Test
    void nearnessBringsTheTwoEmbeddingsTogether() {
        Apgd apgd = new Apgd(20, 1, EarlyStop.NEVER, 1);
        WatchedObjective far = watched(new Weights(0, 100));
        float[] found = apgd.run(far, LARGE, pixels(), 1, Watch.silent()).pixels();

        double gained = far.ask(found, new int[1]).losses()[0]
                - far.ask(pixels(), new int[1]).losses()[0];
        double ofRobust = alone(robust).ask(found, new int[1]).losses()[0]
                - alone(robust).ask(pixels(), new int[1]).losses()[0];
        assertThat((gained - ofRobust) / 100).isGreaterThan(0.01);
    }

    @Test
    void anAttackThatWantsMoreThanTheDecisionIsAskedAboutWhatIsDecidedAlone() {
        AtomicInteger asked = new AtomicInteger();
        try (UploadAttack attack = attack(robust);
                UploadAttack other = attack(twin)) {
            AttackedUpload attacked = attack.runWatched(
                    other,
                    new UploadFormat.Png().encode(SmallModeration.picture(60, 50, true, 77)),
                    AttackGoal.EVADE,
                    new Weights(1, 0),
                    UnaryOperator.identity(),
                    new Apgd(30, 1, EarlyStop.EACH_FOOLED, 1),
                    LARGE,
                    upload -> asked.incrementAndGet() > 1);

            assertThat(asked).hasValue(2);
            assertThat(attacked.fooled()).isTrue();
            TwinWatch watch = new TwinWatch(robust.moderator, twin.moderator);
            assertThat(watch.look(attacked.file()).orElseThrow().score()).isBetween(0.0, 1.0);
            assertThat(watch.look(WIDE).score())
                    .isEqualTo(watch.look(StoredPng.of(WIDE)).orElseThrow().score());
        }
    }

    private static UploadAttack attack(SmallModeration small) {
        return new UploadAttack(small.moderator, small.gradients, small.references, small.settings, ViewPolicy.COVER);
    }

    private static float[] pixels() {
        return UploadObjective.pixels(List.of(WIDE));
    }

    private static EmbeddingLoss loss(SmallModeration small) {
        return new SquaredDistance(small.references.get(1).embedding());
    }

    private static UploadObjective alone(SmallModeration small) {
        return new UploadObjective(
                small.gradients,
                UploadPath.moderation(
                        small.gradients.description().preprocess(), ViewPolicy.COVER, new UploadFormat.Png()),
                List.of(WIDE),
                LARGE,
                loss(small),
                true);
    }

    private static WatchedObjective watched(Weights weights) {
        return new WatchedObjective(
                new Seer(robust.gradients, loss(robust)),
                new Seer(twin.gradients, loss(twin)),
                weights,
                ViewPolicy.COVER,
                AttackGoal.EVADE,
                new EightBits(LARGE, WIDE),
                upload -> true);
    }
}
