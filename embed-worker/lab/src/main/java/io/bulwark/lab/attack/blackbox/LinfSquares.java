package io.bulwark.lab.attack.blackbox;

import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.blackbox.SquareSearch.Squares;
import java.util.SplittableRandom;

/** Squares at the faces of the l∞ ball: each channel of a square moves by epsilon, up or down (section 3.2). */
final class LinfSquares implements Squares {

    private final float[] clean;
    private final ThreatModel threat;
    private final int height;
    private final int width;
    private final SplittableRandom random;

    LinfSquares(float[] clean, ThreatModel threat, int height, int width, SplittableRandom random) {
        this.clean = clean;
        this.threat = threat;
        this.height = height;
        this.width = width;
        this.random = random;
    }

    /** Vertical stripes of one pixel, which convolutions are most sensitive to. */
    @Override
    public float[] first() {
        float[] pixels = new float[clean.length];
        for (int channel = 0; channel < 3; channel++) {
            for (int x = 0; x < width; x++) {
                float move = move();
                for (int y = 0; y < height; y++) {
                    int at = (channel * height + y) * width + x;
                    pixels[at] = clean[at] + move;
                }
            }
        }
        threat.project(clean, pixels, 0, pixels.length);
        return pixels;
    }

    @Override
    public float[] next(float[] from, int side) {
        float[] pixels = from.clone();
        int top = random.nextInt(height - side + 1);
        int left = random.nextInt(width - side + 1);
        for (int channel = 0; channel < 3; channel++) {
            float move = move();
            for (int y = top; y < top + side; y++) {
                for (int x = left; x < left + side; x++) {
                    int at = (channel * height + y) * width + x;
                    pixels[at] = clean[at] + move;
                }
            }
        }
        threat.project(clean, pixels, 0, pixels.length);
        return pixels;
    }

    private float move() {
        return (float) (random.nextBoolean() ? threat.epsilon() : -threat.epsilon());
    }
}
