package io.bulwark.lab.attack.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.lab.attack.Attack.AttackResult;
import io.bulwark.lab.attack.Attack.Watch;
import io.bulwark.lab.attack.Bumps;
import io.bulwark.lab.attack.Norm;
import io.bulwark.lab.attack.Oracle;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.blackbox.BorderWalk.Probes;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class HopSkipJumpTest {

    private static final int SIDE = 8;
    private static final int LENGTH = 3 * SIDE * SIDE;

    /** Wanted is a mean above 0.6, whatever the rest: the nearest such picture is 0.1 brighter everywhere. */
    private static final Oracle BRIGHT = (pixels, samples) -> {
        Oracle.Scores scores = new Oracle.Scores(new float[samples.length], new boolean[samples.length]);
        for (int row = 0; row < samples.length; row++) {
            double mean = 0;
            for (int i = row * LENGTH; i < (row + 1) * LENGTH; i++) {
                mean += pixels[i] / LENGTH;
            }
            scores.losses()[row] = Float.NaN;
            scores.fooled()[row] = mean > 0.6;
        }
        return scores;
    };

    @Test
    void walksToTheNearestPlaceOfTheOtherSideByDecisionsAlone() {
        float[] clean = filled(0.5f);
        float[] start = filled(0.2f);
        Arrays.fill(start, LENGTH / 4, LENGTH, 1f);
        for (Norm norm : Norm.values()) {
            double nearest = norm == Norm.LINF ? 0.1 : 0.1 * Math.sqrt(LENGTH);
            ThreatModel threat = new ThreatModel(norm, 1.5 * nearest);

            AttackResult result = attack(4000, start).query(BRIGHT, threat, clean, 1, Watch.silent());

            assertThat(result.fooled()).as(norm.label()).containsExactly(true);
            assertThat(threat.verify(clean, result.pixels(), 1).require().largest())
                    .isGreaterThan(nearest * 0.99);
            assertThat(BRIGHT.ask(result.pixels(), new int[1]).fooled()).containsExactly(true);
            assertThat(result.queries()).isLessThanOrEqualTo(4000);
            assertThat(-result.losses()[0]).isLessThanOrEqualTo((float) threat.epsilon());
        }
    }

    @Property(tries = 20)
    void whatIsReturnedIsWithinTheThreatModelFoundOrNot(@ForAll Norm norm, @ForAll long seed) {
        Bumps bumps = new Bumps(3, LENGTH, seed);
        float[] other = new Bumps(1, LENGTH, ~seed).clean();
        ThreatModel threat = new ThreatModel(norm, 0.3);

        AttackResult result = new HopSkipJump(120, SIDE, SIDE, 2, List.of(other), seed)
                .query(bumps, threat, bumps.clean(), 3, Watch.silent());

        assertThat(threat.verify(bumps.clean(), result.pixels(), 3).holds()).isTrue();
        assertThat(result.queries()).isBetween(3L, 360L);
        boolean[] again = bumps.ask(result.pixels(), bumps.samples()).fooled();
        for (int i = 0; i < 3; i++) {
            assertThat(again[i] || !result.fooled()[i]).isTrue();
        }
    }

    @Test
    void startsAreTriedInTheirOrderUntilOneHasTheDecision() {
        HopSkipJump attack = new HopSkipJump(500, SIDE, SIDE, 4, List.of(filled(0.1f), filled(0.9f), filled(0.2f)), 1);

        AttackResult result = attack.query(BRIGHT, ThreatModel.linf(0.15), filled(0.5f), 1, Watch.silent());

        assertThat(result.fooled()).containsExactly(true);
    }

    @Test
    void withoutAStartOnTheOtherSideThePictureStays() {
        AttackResult result =
                attack(100, filled(0.3f)).query(BRIGHT, ThreatModel.linf(0.5), filled(0.5f), 1, Watch.silent());

        assertThat(result.fooled()).containsExactly(false);
        assertThat(result.pixels()).isEqualTo(filled(0.5f));
        assertThat(result.queries()).isEqualTo(2);
    }

    @Test
    void aPictureThatHasTheDecisionAlreadyStays() {
        AttackResult result =
                attack(100, filled(1f)).query(BRIGHT, ThreatModel.linf(0), filled(0.7f), 1, Watch.silent());

        assertThat(result.fooled()).containsExactly(true);
        assertThat(result.pixels()).isEqualTo(filled(0.7f));
        assertThat(result.queries()).isEqualTo(1);
    }

    @Test
    void noiseIsConstantOverItsSquares() {
        float[] probe = new Probes(5, 7, 3, new SplittableRandom(1)).next();

        assertThat(Norm.L2.of(probe, 0, probe.length)).isBetween(0.99999, 1.00001);
        assertThat(probe[0]).isEqualTo(probe[2]).isEqualTo(probe[2 * 7 + 2]).isNotEqualTo(probe[3]);
        assertThat(probe[0]).isNotEqualTo(probe[3 * 7]);
    }

    @Test
    void refusesAWalkWithoutAStartOrOfAnotherSize() {
        assertThatThrownBy(() -> new HopSkipJump(1, SIDE, SIDE, 1, List.of(), 1))
                .hasMessageContaining("no picture to start from");
        assertThatThrownBy(() -> new HopSkipJump(0, SIDE, SIDE, 1, List.of(filled(1)), 1))
                .hasMessageContaining("0 queries");
        assertThatThrownBy(() ->
                        attack(1, new float[3]).query(BRIGHT, ThreatModel.linf(1), filled(0.5f), 1, Watch.silent()))
                .hasMessageContaining("8x8");
    }

    /**
     * A defence answers the same to all that is near what it has flagged: who does not adapt feels for a border in
     * vain.
     */
    @Test
    void whoAdaptsToWhatIsHeldBackTakesLargerSteps() {
        double[] farthest = new double[2];
        for (boolean adaptive : new boolean[] {false, true}) {
            Oracle guarded = (pixels, samples) -> {
                Oracle.Scores scores = BRIGHT.ask(pixels, samples);
                for (int row = 0; row < samples.length; row++) {
                    double distance = 0;
                    for (int i = row * LENGTH; i < (row + 1) * LENGTH; i++) {
                        distance += (pixels[i] - 0.5) * (pixels[i] - 0.5);
                    }
                    boolean held = Math.sqrt(distance / LENGTH) < 0.3 && scores.fooled()[row];
                    scores.held()[row] = held;
                    scores.fooled()[row] &= !held;
                    farthest[adaptive ? 1 : 0] += Math.sqrt(distance / LENGTH);
                }
                return scores;
            };
            AttackResult result = new HopSkipJump(300, SIDE, SIDE, 2, List.of(filled(1f)), 7, adaptive)
                    .query(guarded, ThreatModel.linf(0.15), filled(0.5f), 1, Watch.silent());

            assertThat(result.fooled()).containsExactly(false);
            assertThat(result.queries()).isLessThanOrEqualTo(300);
            farthest[adaptive ? 1 : 0] /= result.queries();
        }
        assertThat(farthest[1]).isGreaterThan(farthest[0]);
    }

    private static HopSkipJump attack(int queries, float[] start) {
        return new HopSkipJump(queries, SIDE, SIDE, 2, List.of(start), 7);
    }

    private static float[] filled(float value) {
        float[] pixels = new float[LENGTH];
        Arrays.fill(pixels, value);
        return pixels;
    }
}
