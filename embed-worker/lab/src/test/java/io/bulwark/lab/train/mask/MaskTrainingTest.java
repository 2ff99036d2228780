package io.bulwark.lab.train.mask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.imaging.mask.MaskNetwork;
import io.bulwark.lab.picture.PictureSet;
import io.bulwark.lab.train.mask.MaskCommand.InsetRenderer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MaskTrainingTest {

    @Test
    void theSameSeedGivesTheSameWeights() {
        TextRenderer renderer = TextRenderer.ofMachine();
        MaskTraining training = new MaskTraining(5, 4, 4e-3, 32, 1);
        MaskNetwork first = training.run(new Noise(), renderer, Optional.empty(), 5, (report, soFar) -> {});
        MaskNetwork second = training.run(new Noise(), renderer, Optional.empty(), 5, (report, soFar) -> {});
        MaskNetwork on = training.run(new Noise(), renderer, Optional.of(first), 5, (report, soFar) -> {});

        assertThat(second.fingerprint()).isEqualTo(first.fingerprint());
        assertThat(on.fingerprint()).isNotEqualTo(first.fingerprint());
    }

    @Test
    void insetsAreMarkedButForTheirEdges() {
        byte[] grey = new byte[3 * 96 * 96];
        Arrays.fill(grey, (byte) 128);
        MaskTraining.Subject subject = new InsetRenderer();
        int marked = 0;
        for (int seed = 0; seed < 20; seed++) {
            MaskTraining.Rendered drawn = subject.draw(() -> grey, 96, 48, new SplittableRandom(seed));
            for (int i = 0; i < 96 * 96; i++) {
                boolean isPicture = drawn.rgb()[3 * i] == (byte) 128 && drawn.rgb()[3 * i + 1] == (byte) 128;
                // Feathered edges are wider than what is left unmarked.
                marked += drawn.covered()[i] == (byte) 255 && isPicture ? 1 : 0;
            }
        }
        assertThat(marked).isBetween(20 * 96 * 96 / 20, 20 * 96 * 96 / 2);
    }

    @Test
    void textIsMarkedWhereThePictureChangedAndNowhereElse() {
        byte[] grey = new byte[3 * 96 * 96];
        Arrays.fill(grey, (byte) 128);
        MaskTraining.Rendered drawn = TextRenderer.ofMachine().draw(grey, 96, 2, 0, new SplittableRandom(3));
        int marked = 0;
        for (int i = 0; i < 96 * 96; i++) {
            int difference = Math.abs((drawn.rgb()[3 * i] & 0xff) - 128)
                    + Math.abs((drawn.rgb()[3 * i + 1] & 0xff) - 128)
                    + Math.abs((drawn.rgb()[3 * i + 2] & 0xff) - 128);
            if (drawn.covered()[i] != 0) {
                assertThat(difference).isPositive();
                marked++;
            }
        }
        assertThat(marked).isBetween(20, 96 * 96 / 2);
    }

    @Test
    void sidesThatAreNoWholeStepsAreRefused() {
        assertThatThrownBy(() -> new MaskTraining(1, 1, 1e-3, 100, 1)).hasMessageContaining("multiples of 8");
    }

    /** Pictures of smooth noise. */
    private record Noise() implements PictureSet {

        @Override
        public int size() {
            return 40;
        }

        @Override
        public int side() {
            return 48;
        }

        @Override
        public String name(int index) {
            return "noise " + index;
        }

        @Override
        public int label(int index) {
            return 0;
        }

        @Override
        public List<String> classes() {
            return List.of(".");
        }

        @Override
        public void read(int index, byte[] pixels) {
            Random random = new Random(index);
            int base = random.nextInt(200);
            for (int i = 0; i < pixels.length; i++) {
                pixels[i] = (byte) (base + random.nextInt(20));
            }
        }

        @Override
        public String fingerprint() {
            return "noise";
        }

        @Override
        public void close() {}
    }
}
