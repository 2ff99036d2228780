package io.bulwark.perception.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.imaging.mask.MaskLayers;
import io.bulwark.imaging.mask.MaskNetwork;
import io.bulwark.imaging.mask.TextMask;
import io.bulwark.perception.encoder.DifferentiableMask;
import io.bulwark.perception.encoder.DifferentiableMask.Gradient;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TorchMaskTest {

    private static final int WIDTH = 40;
    private static final int HEIGHT = 32;

    private final TextMask mask = TextMask.bundled();

    @ParameterizedTest
    @EnumSource
    void whatLibtorchComputesIsWhatAWorkerComputes(MaskLayers layers) {
        byte[] rgb = new byte[3 * WIDTH * HEIGHT];
        new Random(1).nextBytes(rgb);
        MaskNetwork network = layers == MaskLayers.TEXT ? mask.network() : drawn(layers);
        float[] plain = network.logits(rgb, WIDTH, HEIGHT);
        try (DifferentiableMask torch = new TorchMask(network, 1)) {
            float[] logits = torch.logits(input(rgb), 1, HEIGHT, WIDTH);
            for (int i = 0; i < plain.length; i++) {
                int x = i % WIDTH;
                int y = i / WIDTH;
                int at = ((y % 2 * 2 + x % 2) * HEIGHT / 2 + y / 2) * WIDTH / 2 + x / 2;
                assertThat(logits[at]).isCloseTo(plain[i], within(1e-3f));
            }
        }
    }

    private static MaskNetwork drawn(MaskLayers layers) {
        Random random = new Random(3);
        float[] weights = new float[layers.size()];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) (0.1 * random.nextGaussian());
        }
        return new MaskNetwork(layers, weights);
    }

    @Test
    void gradientsAreSlopes() {
        byte[] rgb = new byte[3 * WIDTH * HEIGHT];
        new Random(2).nextBytes(rgb);
        float[] pixels = input(rgb);
        float[] weights = mask.network().weights().clone();
        try (DifferentiableMask torch = new TorchMask(new MaskNetwork(MaskLayers.TEXT, weights), 1)) {
            Gradient gradient = torch.gradient(pixels, 1, HEIGHT, WIDTH, TorchMaskTest::ones, true);
            int pixel = 3 * WIDTH + 7;
            assertSlope(gradient.pixels()[pixel], step -> {
                float[] moved = pixels.clone();
                moved[pixel] += step;
                return sum(torch.logits(moved, 1, HEIGHT, WIDTH));
            });
            int weight = MaskLayers.TEXT.size() - 1;
            assertSlope(gradient.weights()[weight], step -> {
                float[] moved = weights.clone();
                moved[weight] += step;
                torch.setWeights(moved);
                return sum(torch.logits(pixels, 1, HEIGHT, WIDTH));
            });
            torch.setWeights(weights);
            assertThat(torch.gradient(pixels, 1, HEIGHT, WIDTH, TorchMaskTest::ones, false)
                            .weights())
                    .isEmpty();
        }
    }

    private interface Moved {
        double sum(float step);
    }

    private static void assertSlope(float slope, Moved moved) {
        float step = 2e-3f;
        double found = (moved.sum(step) - moved.sum(-step)) / (2 * step);
        assertThat(found).isCloseTo(slope, within(0.05 * Math.max(1, Math.abs(slope))));
    }

    private static float[] ones(float[] logits) {
        float[] ones = new float[logits.length];
        Arrays.fill(ones, 1);
        return ones;
    }

    private static double sum(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += value;
        }
        return sum;
    }

    private static float[] input(byte[] rgb) {
        float[] pixels = new float[rgb.length];
        for (int i = 0; i < rgb.length; i++) {
            pixels[i % 3 * WIDTH * HEIGHT + i / 3] = MaskNetwork.input(rgb[i] & 0xff);
        }
        return pixels;
    }
}
