package io.bulwark.lab.attack.upload;

import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.lab.attack.upload.Downscaling.ViewScaling.Levels;
import java.util.Random;

/**
 * Hides a picture in another one, which is changed as little as it can be (Xiao et al., "Seeing is Not Believing:
 * Camouflage Attacks on Image Scaling Algorithms", USENIX Security 2019): the least {@code |x - shown|²} of those
 * {@code x} within the levels that the scaling makes {@code hidden} of. The paper solves a quadratic programme for each
 * column and row; here gradient steps begin at the shown picture, each followed by a projection to what is allowed,
 * with Nesterov's momentum. Without the projection such steps end in the least change. One thread.
 *
 * @param scaling whose result is chosen
 * @param bound largest change of a level, 1 to 255; an attacker who has to stay unseen has a small one
 * @param steps gradient steps at most, at least 1
 */
public record ScalingAttack(Downscaling scaling, int bound, int steps) {

    /** Enough for a mean error below a level where every change is allowed. */
    public static final int DEFAULT_STEPS = 60;

    /** Root mean square, in levels, below which what is seen is what is wanted. */
    private static final double EXACT = 0.5;

    private static final int POWER_STEPS = 12;

    public ScalingAttack {
        if (bound < 1 || bound > 255 || steps < 1) {
            throw new IllegalArgumentException(
                    "bound %d and %d steps, allowed are 1 to 255, and 1 and more".formatted(bound, steps));
        }
    }

    /** Without a bound but the levels themselves. */
    public ScalingAttack(Downscaling scaling) {
        this(scaling, 255, DEFAULT_STEPS);
    }

    /**
     * Hides a picture.
     *
     * @param shown of the upload's size
     * @param hidden of the size that is seen
     * @return the upload
     * @throws IllegalArgumentException if the sizes are not the scaling's
     */
    public UprightPicture hide(UprightPicture shown, UprightPicture hidden) {
        if (shown.width() != scaling.width()
                || shown.height() != scaling.height()
                || hidden.width() != scaling.seenWidth()
                || hidden.height() != scaling.seenHeight()) {
            throw new IllegalArgumentException("%dx%d in %dx%d, the scaling makes %dx%d of %dx%d"
                    .formatted(
                            hidden.width(),
                            hidden.height(),
                            shown.width(),
                            shown.height(),
                            scaling.seenWidth(),
                            scaling.seenHeight(),
                            scaling.width(),
                            scaling.height()));
        }
        float[] clean = Levels.of(shown);
        float[] wanted = Levels.of(hidden);
        float[] pixels = clean.clone();
        float[] ahead = clean.clone();
        float step = (float) (1 / largestEigenvalue());
        for (int i = 0; i < steps; i++) {
            float[] missing = scaling.see(ahead);
            double squares = 0;
            for (int j = 0; j < missing.length; j++) {
                missing[j] = wanted[j] - missing[j];
                squares += missing[j] * missing[j];
            }
            if (squares <= EXACT * EXACT * missing.length) {
                return Levels.picture(ahead, scaling.width(), scaling.height());
            }
            float[] ascent = scaling.pullBack(missing);
            float momentum = i / (i + 3f);
            for (int j = 0; j < pixels.length; j++) {
                float low = Math.max(0, clean[j] - bound);
                float high = Math.min(255, clean[j] + bound);
                float moved = Math.max(low, Math.min(high, ahead[j] + step * ascent[j]));
                ahead[j] = moved + momentum * (moved - pixels[j]);
                pixels[j] = moved;
            }
        }
        return Levels.picture(pixels, scaling.width(), scaling.height());
    }

    /** How far what is seen of an upload is from a picture: root mean square, in levels. */
    public double error(UprightPicture upload, UprightPicture hidden) {
        return distance(scaling.see(Levels.of(upload)), Levels.of(hidden));
    }

    /** How far two pictures of one size are from each other: root mean square, in levels. */
    public static double distance(UprightPicture one, UprightPicture other) {
        return distance(Levels.of(one), Levels.of(other));
    }

    private static double distance(float[] one, float[] other) {
        double squares = 0;
        for (int i = 0; i < one.length; i++) {
            double difference = one[i] - other[i];
            squares += difference * difference;
        }
        return Math.sqrt(squares / one.length);
    }

    /** Of the scaling times its transpose, by power iteration from noise around grey, which 8 bits can hold. */
    private double largestEigenvalue() {
        Random random = new Random(1);
        float[] vector = new float[3 * scaling.seenWidth() * scaling.seenHeight()];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = 100 + 20 * (float) random.nextGaussian();
        }
        double value = 1;
        for (int i = 0; i < POWER_STEPS; i++) {
            float[] back = scaling.pullBack(vector);
            float peak = 0;
            for (float each : back) {
                peak = Math.max(peak, Math.abs(each));
            }
            for (int j = 0; j < back.length; j++) {
                back[j] *= 200 / peak;
            }
            float[] next = scaling.see(back);
            double size = 0;
            double before = 0;
            for (int j = 0; j < next.length; j++) {
                size += next[j] * next[j];
                before += vector[j] * vector[j];
            }
            value = Math.sqrt(size / before) * peak / 200;
            vector = next;
        }
        return 1.05 * value;
    }
}
