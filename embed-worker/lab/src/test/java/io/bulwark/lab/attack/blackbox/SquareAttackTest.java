package io.bulwark.lab.attack.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.lab.attack.Attack.AttackResult;
import io.bulwark.lab.attack.Attack.Watch;
import io.bulwark.lab.attack.Bumps;
import io.bulwark.lab.attack.Norm;
import io.bulwark.lab.attack.Objective;
import io.bulwark.lab.attack.Oracle;
import io.bulwark.lab.attack.PointwiseObjective;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.blackbox.SquareSearch.L2Squares;
import io.bulwark.lab.attack.blackbox.SquareSearch.LinfSquares;
import io.bulwark.lab.attack.blackbox.SquareSearch.Squares;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SquareAttackTest {

    private static final int SIDE = 12;
    private static final int LENGTH = 3 * SIDE * SIDE;

    @Property(tries = 40)
    void everyCandidateIsWithinBallAndBox(@ForAll Norm norm, @ForAll long seed) {
        Bumps bumps = new Bumps(2, LENGTH, seed);
        ThreatModel threat = new ThreatModel(norm, 0.2);
        Oracle watched = (pixels, samples) -> {
            for (int row = 0; row < samples.length; row++) {
                float[] clean = slice(bumps.clean(), samples[row]);
                assertThat(threat.verify(clean, slice(pixels, row), 1).holds()).isTrue();
            }
            return bumps.ask(pixels, samples);
        };

        square(40, seed).query(watched, threat, bumps.clean(), 2, Watch.silent());
    }

    @Property(tries = 40)
    void theBestCandidateIsReturnedWithItsLoss(@ForAll Norm norm, @ForAll long seed) {
        Bumps bumps = new Bumps(3, LENGTH, seed);

        AttackResult result =
                square(60, seed).query(bumps, new ThreatModel(norm, 0.2), bumps.clean(), 3, Watch.silent());

        Oracle.Scores again = bumps.ask(result.pixels(), bumps.samples());
        assertThat(again.losses()).isEqualTo(result.losses());
        assertThat(again.fooled()).isEqualTo(result.fooled());
        float[] before = bumps.ask(bumps.clean(), bumps.samples()).losses();
        for (int i = 0; i < 3; i++) {
            assertThat(result.losses()[i]).isGreaterThanOrEqualTo(before[i]);
        }
    }

    @Test
    void climbsWithoutGradients() {
        // The mean of all pixels: up everywhere is best.
        Objective mean = new PointwiseObjective(pixel -> pixel, pixel -> 1, pixel -> false);
        float[] clean = new float[LENGTH];
        Arrays.fill(clean, 0.5f);
        for (Norm norm : Norm.values()) {
            double budget = norm == Norm.LINF ? 0.1 : 0.1 * Math.sqrt(LENGTH);

            AttackResult result = square(2000, 4).run(mean, new ThreatModel(norm, budget), clean, 1, Watch.silent());

            // At most 0.6 in both norms; bumps of two signs reach less of it than squares of one.
            assertThat(result.losses()[0]).as(norm.label()).isBetween(norm == Norm.LINF ? 0.58f : 0.53f, 0.60001f);
            assertThat(result.gradientSteps()).isZero();
            assertThat(result.queries()).isEqualTo(2000);
        }
    }

    @Test
    void aSampleThatIsFooledIsAskedAboutNoMore() {
        Objective first = new PointwiseObjective(pixel -> pixel, pixel -> 1, pixel -> pixel > 0.5);
        float[] clean = new float[2 * LENGTH];
        Arrays.fill(clean, 0, LENGTH, 0.6f);
        List<int[]> asked = new ArrayList<>();

        AttackResult result = square(5, 1)
                .query(
                        (pixels, samples) -> {
                            asked.add(samples);
                            return first.ask(pixels, samples);
                        },
                        ThreatModel.linf(0.1),
                        clean,
                        2,
                        Watch.silent());

        assertThat(result.fooled()).containsExactly(true, false);
        assertThat(Arrays.copyOf(result.pixels(), LENGTH)).isEqualTo(Arrays.copyOf(clean, LENGTH));
        assertThat(asked.get(0)).containsExactly(0, 1);
        assertThat(asked.subList(1, 5))
                .allSatisfy(samples -> assertThat(samples).containsExactly(1));
    }

    @Property(tries = 30)
    void aCandidateDiffersFromTheLastInNoMoreThanItsSquares(
            @ForAll @IntRange(min = 1, max = SIDE) int side, @ForAll long seed) {
        float[] clean = new Bumps(1, LENGTH, seed).clean();
        Squares squares = new LinfSquares(clean, ThreatModel.linf(0.1), SIDE, SIDE, new SplittableRandom(seed));
        float[] first = squares.first();

        float[] next = squares.next(first, side);

        int changed = 0;
        for (int i = 0; i < LENGTH; i++) {
            changed += next[i] == first[i] ? 0 : 1;
            boolean atTheFace = Math.abs(Math.abs(next[i] - clean[i]) - 0.1) < 1e-6;
            assertThat(atTheFace || next[i] == 0 || next[i] == 1).isTrue();
        }
        assertThat(changed).isLessThanOrEqualTo(3 * side * side);
    }

    @Test
    void squaresShrinkFromTheirShareToAPixel() {
        SquareAttack square = new SquareAttack(10_000, 100, 200, 0.8, 1);

        assertThat(square.side(0)).isEqualTo(100);
        assertThat(square.side(11)).isEqualTo((int) Math.round(Math.sqrt(0.4 * 20_000)));
        assertThat(square.side(9_999)).isEqualTo((int) Math.round(Math.sqrt(0.8 / 512 * 20_000)));
        assertThat(new SquareAttack(100, 100, 200, 0.8, 1).side(99)).isEqualTo(square.side(9_900));
    }

    @Test
    void aFullBudgetOfL2IsSpent() {
        float[] clean = new float[LENGTH];
        Arrays.fill(clean, 0.5f);
        ThreatModel threat = ThreatModel.l2(0.7);
        Squares squares = new L2Squares(clean, threat, SIDE, SIDE, new SplittableRandom(2));
        float[] candidate = squares.first();
        for (int side : new int[] {7, 3, 12, 1}) {
            assertThat(threat.verify(clean, candidate, 1).largest()).isCloseTo(0.7, within(1e-5));
            candidate = squares.next(candidate, side);
        }
    }

    @Test
    void refusesWhatItCannotCutSquaresFrom() {
        assertThatThrownBy(() -> new SquareAttack(0, 8, 8, 0.8, 1)).hasMessageContaining("0 queries");
        assertThatThrownBy(() -> new SquareAttack(1, 8, 8, 0, 1)).hasMessageContaining("share 0.0");
        Bumps bumps = new Bumps(1, 12, 1);
        assertThatThrownBy(() -> square(1, 1).query(bumps, ThreatModel.linf(1), bumps.clean(), 1, Watch.silent()))
                .hasMessageContaining("12x12");
    }

    /** Where everything looks better and all of it is drawn, who believes it wanders off. */
    @Test
    void whoAdaptsBelievesNoScoreOfWhatIsHeldBack() {
        float[] clean = new float[LENGTH];
        Arrays.fill(clean, 0.5f);
        float[] drawn = {0};
        Oracle guarded = (pixels, samples) -> {
            boolean first = drawn[0]++ == 0;
            return new Oracle.Scores(new float[] {drawn[0]}, new boolean[1], new boolean[] {!first});
        };
        SquareAttack adapting = new SquareAttack(50, SIDE, SIDE, SquareAttack.DEFAULT_SHARE, 1, true);

        assertThat(adapting.query(guarded, ThreatModel.linf(0.1), clean, 1, Watch.silent())
                        .pixels())
                .isEqualTo(clean);
        drawn[0] = 0;
        assertThat(square(50, 1)
                        .query(guarded, ThreatModel.linf(0.1), clean, 1, Watch.silent())
                        .pixels())
                .isNotEqualTo(clean);
    }

    @Test
    void stepsGrowWhileTooManyAreHeldBackAndShrinkAgain() {
        Pace pace = Pace.adapting();
        for (int i = 0; i < 20; i++) {
            pace.heard(9, 10);
        }
        assertThat(pace.factor()).isEqualTo(32);
        for (int i = 0; i < 100; i++) {
            pace.heard(1, 10);
        }
        assertThat(pace.factor()).isEqualTo(1);
        Pace steady = Pace.steady();
        steady.heard(10, 10);
        assertThat(steady.factor()).isEqualTo(1);
    }

    private static SquareAttack square(int queries, long seed) {
        return new SquareAttack(queries, SIDE, SIDE, SquareAttack.DEFAULT_SHARE, seed);
    }

    private static float[] slice(float[] values, int row) {
        return Arrays.copyOfRange(values, row * LENGTH, (row + 1) * LENGTH);
    }
}
