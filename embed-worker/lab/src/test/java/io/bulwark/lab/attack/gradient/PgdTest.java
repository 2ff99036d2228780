package io.bulwark.lab.attack.gradient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.lab.attack.Attack.AttackResult;
import io.bulwark.lab.attack.Attack.Watch;
import io.bulwark.lab.attack.Objective;
import io.bulwark.lab.attack.PointwiseObjective;
import io.bulwark.lab.attack.SmallEncoder;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.loss.EmbeddingLoss;
import io.bulwark.lab.attack.loss.EncoderObjective;
import io.bulwark.lab.attack.loss.EncoderObjective.SquaredDistance;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PgdTest {

    private static final ThreatModel FOUR_LEVELS = ThreatModel.linf(4 / 255.0);

    @TempDir
    Path cache;

    @Test
    void drivesEmbeddingsAwayWithinTheBound() throws IOException {
        try (DifferentiableEncoder encoder = SmallEncoder.open(cache)) {
            float[] clean = SmallEncoder.floats("pgd/inputs.safetensors", "x");
            EmbeddingLoss away = new SquaredDistance(encoder.embed(clean, 4));

            AttackResult result = new Pgd(5, 1 / 255.0, 0.9, true, 7)
                    .run(EncoderObjective.of(encoder, away), FOUR_LEVELS, clean, 4, Watch.silent());

            assertThat(FOUR_LEVELS.verify(clean, result.pixels(), 4).require().largest())
                    .isGreaterThan(3.9 / 255);
            assertThat(result.losses()).hasSize(4);
            for (float loss : result.losses()) {
                assertThat(loss).isGreaterThan(1);
            }
            assertThat(away.evaluate(encoder.embed(result.pixels(), 4), new int[] {0, 1, 2, 3})
                            .scores()
                            .losses())
                    .usingComparatorWithPrecision(1e-3f)
                    .containsExactly(result.losses());
        }
    }

    @Test
    void fromThePictureItselfADistanceToItHasNoSlope() throws IOException {
        try (DifferentiableEncoder encoder = SmallEncoder.open(cache)) {
            float[] clean = SmallEncoder.floats("pgd/inputs.safetensors", "x");
            Objective away = EncoderObjective.of(encoder, new SquaredDistance(encoder.embed(clean, 4)));

            AttackResult result =
                    new Pgd(2, 1 / 255.0, 0.9, false, 0).run(away, ThreatModel.l2(1), clean, 4, Watch.silent());

            assertThat(result.losses()).usingComparatorWithPrecision(1e-6f).containsOnly(0);
        }
    }

    @Test
    void keepsTheCandidateThatFoolsThoughAnotherHasAHigherLoss() {
        // Fooled only between 0.52 and 0.53; the loss rises beyond.
        Objective narrow = new PointwiseObjective(pixel -> pixel, pixel -> 1, pixel -> pixel > 0.52 && pixel < 0.53);
        float[] clean = {0.5f, 0.5f, 0.5f};

        AttackResult result =
                new Pgd(8, 0.005, 0, false, 0).run(narrow, ThreatModel.linf(0.1), clean, 1, Watch.silent());

        assertThat(result.fooled()).containsExactly(true);
        assertThat(result.pixels()[0]).isBetween(0.52f, 0.53f);
        assertThat(result.losses()[0]).isGreaterThan(0.53f);
    }

    @Test
    void stopsWhenItIsCancelled() {
        Objective steep = new PointwiseObjective(pixel -> pixel, pixel -> 1, pixel -> false);
        List<Integer> steps = new ArrayList<>();
        Watch impatient = new Watch() {
            @Override
            public void step(int done, int total, int fooled) {
                steps.add(done);
            }

            @Override
            public boolean cancelled() {
                return steps.size() == 3;
            }
        };

        assertThatThrownBy(() -> new Pgd(100, 0.001, 0.9, false, 0)
                        .run(steep, FOUR_LEVELS, new float[] {0.5f, 0.5f, 0.5f}, 1, impatient))
                .isInstanceOf(CancellationException.class);
        assertThat(steps).containsExactly(0, 1, 2);
    }

    @Test
    void refusesParametersThatMakeNoAscent() {
        assertThatThrownBy(() -> new Pgd(0, 0.1, 0, false, 0)).hasMessageContaining("0 iterations");
        assertThatThrownBy(() -> new Pgd(1, 0, 0, false, 0)).hasMessageContaining("step size 0.0");
        assertThatThrownBy(() -> new Pgd(1, 0.1, 1, false, 0)).hasMessageContaining("momentum 1.0");
    }
}
