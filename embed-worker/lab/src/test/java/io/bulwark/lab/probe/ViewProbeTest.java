package io.bulwark.lab.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.cli.audit.ProbeOutcome;
import io.bulwark.imaging.preprocess.Preprocessor;
import io.bulwark.imaging.preprocess.View;
import io.bulwark.imaging.preprocess.ViewPolicy;
import io.bulwark.lab.attack.Attack.Watch;
import io.bulwark.lab.attack.AttackGoal;
import io.bulwark.lab.attack.SmallModeration;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.probe.ViewProbe.OverdueException;
import io.bulwark.lab.probe.ViewProbe.ProbeResult;
import io.bulwark.lab.probe.ViewProbe.ProbeSettings;
import io.bulwark.lab.probe.ViewProbe.ProbedModeration;
import io.bulwark.lab.probe.ViewProbe.ProbedPicture;
import io.bulwark.perception.bank.Bank.ContentHashes;
import io.bulwark.perception.hash.Sha256;
import io.bulwark.perception.verdict.Policies;
import io.bulwark.perception.verdict.VotingPolicy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ViewProbeTest {

    @TempDir
    static Path cache;

    private static SmallModeration small;
    private static ProbedModeration moderation;
    private static ViewProbe probe;

    @BeforeAll
    static void open() {
        small = new SmallModeration(cache, ViewPolicy.COVER);
        moderation = new ProbedModeration(small.moderator.bank(), Policies.always(new VotingPolicy(small.settings)));
        probe = new ViewProbe(small.moderator.encoder(), small.gradients);
    }

    @AfterAll
    static void close() {
        moderation.close();
        small.close();
    }

    @Test
    void everyViewOfAFlaggedPictureHasToPass() {
        ProbedPicture picture = picture(true, 120, 40);
        assertThat(picture.views()).hasSizeGreaterThan(1);

        ProbeResult result = run(picture, AttackGoal.EVADE, settings(16), Watch.silent());

        assertThat(result.outcome()).isEqualTo(ProbeOutcome.FELL);
        assertThat(result.before().outcome()).isEqualTo(ViewProbe.start(AttackGoal.EVADE));
        assertThat(result.after().orElseThrow().outcome()).isEqualTo(AttackGoal.EVADE.outcome());
        assertThat(result.queries())
                .isGreaterThanOrEqualTo(15L * picture.views().size());
    }

    @Test
    void oneViewOfAHarmlessPictureIsEnough() {
        ProbedPicture picture = picture(false, 120, 40);

        ProbeResult result = run(picture, AttackGoal.FALSE_FLAG, settings(16), Watch.silent());

        assertThat(result.outcome()).isEqualTo(ProbeOutcome.FELL);
        assertThat(result.queries()).isBetween(15L, 16L);
    }

    @Test
    void withoutAnythingToChangeEverythingHolds() {
        ProbeResult result = run(picture(true, 40, 40), AttackGoal.EVADE, settings(0), Watch.silent());

        assertThat(result.outcome()).isEqualTo(ProbeOutcome.HELD);
        assertThat(result.after().orElseThrow().score())
                .isEqualTo(result.before().score());
    }

    @Test
    void aPictureThatIsNotDecidedAsTheGoalStartsIsSkipped() {
        ProbeResult result = run(picture(false, 40, 40), AttackGoal.EVADE, settings(16), Watch.silent());

        assertThat(result.outcome()).isEqualTo(ProbeOutcome.SKIPPED);
        assertThat(result.after()).isEmpty();
        assertThat(result.queries()).isZero();
    }

    @Test
    void anAttackEndsWhenItsTimeIsUp() {
        AtomicInteger asked = new AtomicInteger();
        Watch impatient = new Watch() {
            @Override
            public void step(int done, int total, int fooled) {}

            @Override
            public boolean cancelled() {
                return asked.incrementAndGet() > 3;
            }
        };

        assertThatThrownBy(() -> run(picture(true, 40, 40), AttackGoal.EVADE, settings(16), impatient))
                .isInstanceOf(CancellationException.class);
    }

    @Test
    void anAttackThatRunsOutOfTimeSaysSo() {
        AtomicInteger asked = new AtomicInteger();
        Watch late = new Watch() {
            @Override
            public void step(int done, int total, int fooled) {}

            @Override
            public boolean cancelled() {
                if (asked.incrementAndGet() > 3) {
                    throw new OverdueException();
                }
                return false;
            }
        };

        ProbeResult result = run(picture(true, 40, 40), AttackGoal.EVADE, settings(16), late);

        assertThat(result.outcome()).isEqualTo(ProbeOutcome.OVERDUE);
        assertThat(result.before().outcome()).isEqualTo(ViewProbe.start(AttackGoal.EVADE));
        assertThat(result.after()).isEmpty();
    }

    @Test
    void theHashOfTheFileDecidesNothing() {
        ProbedPicture picture = new ProbedPicture(
                "t",
                ContentHashes.of(Sha256.digest(new byte[1])),
                picture(true, 40, 40).views());

        assertThat(picture.hashes().file()).isEmpty();
    }

    private static ProbeSettings settings(int levels) {
        return new ProbeSettings(ThreatModel.linf(levels / 255.0), 15, 1);
    }

    private static ProbeResult run(ProbedPicture picture, AttackGoal goal, ProbeSettings settings, Watch watch) {
        return probe.run(moderation, picture, goal, settings, watch);
    }

    /** The first that the moderation decides as it is meant. */
    private static ProbedPicture picture(boolean flagged, int width, int height) {
        AttackGoal goal = flagged ? AttackGoal.EVADE : AttackGoal.FALSE_FLAG;
        Preprocessor cover =
                Preprocessor.moderation(small.moderator.encoder().description().preprocess(), ViewPolicy.COVER);
        for (int seed = 77; seed < 77 + 50; seed++) {
            List<View> views = new ArrayList<>(cover.views(
                    SmallModeration.picture(width, height, flagged, seed).still()));
            ProbedPicture picture = new ProbedPicture("t", ContentHashes.NONE, views);
            if (run(picture, goal, settings(0), Watch.silent()).outcome() != ProbeOutcome.SKIPPED) {
                return picture;
            }
        }
        throw new AssertionError("none of 50 pictures is decided as %s starts from".formatted(goal));
    }
}
