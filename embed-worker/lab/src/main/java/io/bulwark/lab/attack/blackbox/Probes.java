package io.bulwark.lab.attack.blackbox;

import io.bulwark.lab.attack.Norm;
import java.util.SplittableRandom;

/** Random directions of length 1 in which a border is felt for. One thread. */
final class Probes {

    private final int height;
    private final int width;
    private final int grain;
    private final SplittableRandom random;

    Probes(int height, int width, int grain, SplittableRandom random) {
        this.height = height;
        this.width = width;
        this.grain = grain;
        this.random = random;
    }

    /** Gaussian noise, constant over squares of {@code grain} pixels: {@code [3, H, W]}. */
    float[] next() {
        int columns = (width + grain - 1) / grain;
        int rows = (height + grain - 1) / grain;
        float[] coarse = new float[3 * rows * columns];
        for (int i = 0; i < coarse.length; i++) {
            coarse[i] = (float) random.nextGaussian();
        }
        float[] probe = new float[3 * height * width];
        for (int channel = 0; channel < 3; channel++) {
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    probe[(channel * height + y) * width + x] =
                            coarse[(channel * rows + y / grain) * columns + x / grain];
                }
            }
        }
        Norm.L2.steepest(probe, 0, probe.length);
        return probe;
    }
}
