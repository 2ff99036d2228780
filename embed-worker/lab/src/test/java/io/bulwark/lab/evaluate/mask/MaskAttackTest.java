package io.bulwark.lab.evaluate.mask;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.cli.everyday.Edit;
import io.bulwark.cli.everyday.EverydayVariants.Surroundings;
import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.decode.StandardImageDecoder;
import io.bulwark.imaging.mask.MaskLayers;
import io.bulwark.imaging.mask.MaskNetwork;
import io.bulwark.imaging.mask.TextMask;
import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.lab.attack.Attack.AttackResult;
import io.bulwark.lab.attack.Attack.Watch;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.gradient.Apgd;
import io.bulwark.lab.evaluate.mask.MaskObjective.Goal;
import io.bulwark.perception.encoder.DifferentiableMask;
import io.bulwark.perception.model.ModelPackage;
import java.util.List;
import org.junit.jupiter.api.Test;

class MaskAttackTest {

    private static final int WIDTH = 96;
    private static final int HEIGHT = 64;

    /** Takes what is nearly white for text; set by hand, so that the attack has something to attack. */
    private static final TextMask WHITE = white();

    private static final MaskObjective.Answer WHITE_IS_TEXT =
            (rgb, width, height) -> WHITE.of(rgb, width, height).isPresent();

    private static TextMask white() {
        float[] weights = new float[MaskLayers.TEXT.size()];
        List<MaskLayers.Convolution> layers = MaskLayers.TEXT.convolutions();
        MaskLayers.Convolution stem = layers.get(0);
        MaskLayers.Convolution answer = layers.get(layers.size() - 1);
        for (int place = 0; place < answer.out(); place++) {
            int tap = (1 + place / 2) * 3 + 1 + place % 2;
            for (int channel = 0; channel < 3; channel++) {
                weights[MaskLayers.TEXT.offset(stem) + (place * 3 + channel) * 9 + tap] = 1;
            }
            weights[MaskLayers.TEXT.offset(stem) + stem.size() + place] = -3 * MaskNetwork.input(110);
            weights[MaskLayers.TEXT.offset(answer) + place * answer.in() + place] = 4;
            weights[MaskLayers.TEXT.offset(answer) + answer.size() + place] = -1;
        }
        return new TextMask(new MaskNetwork(MaskLayers.TEXT, weights));
    }

    /** An attacker who knows the network takes the view away; a test that he cannot would be wrong. */
    @Test
    void apgdBlindsTheMaskWithinTheBoundAndRaisesItsLoss() {
        float[] clean = written();
        try (DifferentiableMask gradients = ModelPackage.differentiable(WHITE.network(), 1)) {
            MaskObjective objective = new MaskObjective(gradients, WHITE_IS_TEXT, Goal.BLIND, WIDTH, HEIGHT);
            ThreatModel threat = ThreatModel.linf(16 / 255.0);
            AttackResult found =
                    new Apgd(20, 1, Apgd.EarlyStop.EACH_FOOLED, 1).run(objective, threat, clean, 1, Watch.silent());

            assertThat(objective.fires(clean)).isTrue();
            assertThat(threat.verify(clean, found.pixels(), 1).holds()).isTrue();
            assertThat(found.losses()[0])
                    .isGreaterThan(objective.ask(clean, new int[] {0}).losses()[0] + 0.05f);
        }
    }

    @Test
    void lossesOfTheTwoGoalsPullApart() {
        float[] clean = written();
        try (DifferentiableMask gradients = ModelPackage.differentiable(WHITE.network(), 1)) {
            float[] blind = slope(gradients, Goal.BLIND, clean);
            float[] fire = slope(gradients, Goal.FIRE, clean);
            double dot = 0;
            for (int i = 0; i < blind.length; i++) {
                dot += (double) blind[i] * fire[i];
            }
            assertThat(dot).isNegative();
        }
    }

    private static float[] slope(DifferentiableMask gradients, Goal goal, float[] clean) {
        return new MaskObjective(gradients, WHITE_IS_TEXT, goal, WIDTH, HEIGHT)
                .differentiate(clean, new int[] {0})
                .gradient();
    }

    private static float[] written() {
        byte[] rgb = new byte[3 * 4 * WIDTH * HEIGHT];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) (20 + 20 * (i % 3) + i / 3 % (2 * WIDTH) / 8);
        }
        UprightPicture picture = new UprightPicture(2 * WIDTH, 2 * HEIGHT, rgb);
        byte[] upload = Edit.TEXT.upload(picture, new Surroundings(1, List.of(picture, picture, picture)));
        byte[] small = Edit.start(upload, new StandardImageDecoder(DecodeLimits.standard()))
                .orElseThrow()
                .resized(WIDTH, HEIGHT)
                .rgb();
        return MaskObjective.pixels(small, WIDTH, HEIGHT);
    }
}
