package io.bulwark.lab.attack.upload;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.lab.attack.Attack.AttackResult;
import io.bulwark.lab.attack.Attack.Watch;
import io.bulwark.lab.attack.Objective;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.gradient.Apgd;
import io.bulwark.lab.attack.gradient.Apgd.EarlyStop;
import io.bulwark.lab.attack.upload.PatchObjective.Square;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class PatchObjectiveTest {

    private static final int WIDTH = 10;
    private static final int HEIGHT = 8;

    /** The brighter, the better. */
    private static final Objective BRIGHT = new Objective() {

        @Override
        public Scores ask(float[] pixels, int[] samples) {
            float sum = 0;
            for (float value : pixels) {
                sum += value;
            }
            return new Scores(new float[] {sum}, new boolean[1]);
        }

        @Override
        public Evaluation differentiate(float[] pixels, int[] samples) {
            float[] gradient = new float[pixels.length];
            Arrays.fill(gradient, 1);
            return new Evaluation(ask(pixels, samples), gradient);
        }
    };

    @Test
    void nothingBesideTheSquareIsSetWhateverAnAttackProposes() {
        float[] clean = new float[3 * WIDTH * HEIGHT];
        Arrays.fill(clean, 0.25f);
        Square square = new Square(2, 3, 4);
        PatchObjective objective = new PatchObjective(BRIGHT, clean, WIDTH, square);

        AttackResult result =
                new Apgd(10, 1, EarlyStop.NEVER, 1).run(objective, ThreatModel.linf(1), clean, 1, Watch.silent());
        float[] patched = objective.patched(result.pixels());

        for (int i = 0; i < patched.length; i++) {
            int x = i % WIDTH;
            int y = i / WIDTH % HEIGHT;
            boolean inside = x >= 2 && x < 6 && y >= 3 && y < 7;
            assertThat(patched[i]).as("%d, %d", x, y).isEqualTo(inside ? 1 : 0.25f);
        }
    }

    @Test
    void placesLieWithinThePictureAndHaveTheShareOfItsArea() {
        List<Square> places = Square.places(100, 50, 0.05);

        assertThat(places).hasSize(5).allSatisfy(square -> {
            assertThat(square.side()).isEqualTo(16);
            assertThat(square.left()).isBetween(0, 84);
            assertThat(square.top()).isBetween(0, 34);
        });
        assertThat(Square.places(100, 5, 0.9))
                .allSatisfy(square -> assertThat(square.side()).isEqualTo(5));
    }
}
