package io.bulwark.lab.attack.upload;

import io.bulwark.lab.attack.Objective;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * An objective of which the attacker sets a square alone, as he likes (Brown et al., "Adversarial Patch", 2017):
 * elsewhere the picture is as it was, whatever an attack proposes. It goes with {@code l∞ 1}. One thread, the
 * objective's.
 *
 * @param whole of one picture
 * @param clean {@code [3, height, width]} in [0, 1]
 * @param width of the picture
 * @param square where the patch lies
 */
public record PatchObjective(Objective whole, float[] clean, int width, Square square) implements Objective {

    /** A square within a picture, in pixels. */
    public record Square(int left, int top, int side) {

        /**
         * The middle and the four corners.
         *
         * @param share of the picture's area, in (0, 1); at most its shorter side fits
         */
        public static List<Square> places(int width, int height, double share) {
            int side =
                    (int) Math.max(1, Math.min(Math.min(width, height), Math.round(Math.sqrt(share * width * height))));
            return List.of(
                    new Square((width - side) / 2, (height - side) / 2, side),
                    new Square(0, 0, side),
                    new Square(width - side, 0, side),
                    new Square(0, height - side, side),
                    new Square(width - side, height - side, side));
        }
    }

    @Override
    public Scores ask(float[] pixels, int[] samples) {
        return whole.ask(patched(pixels), samples);
    }

    @Override
    public Evaluation differentiate(float[] pixels, int[] samples) {
        Evaluation evaluation = whole.differentiate(patched(pixels), samples);
        float[] gradient = new float[pixels.length];
        inside().forEach(i -> gradient[i] = evaluation.gradient()[i]);
        return new Evaluation(evaluation.scores(), gradient);
    }

    /** The picture with the square of what an attack proposes. */
    public float[] patched(float[] pixels) {
        float[] patched = Arrays.copyOf(clean, clean.length);
        inside().forEach(i -> patched[i] = pixels[i]);
        return patched;
    }

    private IntStream inside() {
        int area = clean.length / 3;
        return IntStream.range(0, 3)
                .flatMap(channel -> IntStream.range(0, square.side())
                        .flatMap(down -> IntStream.range(0, square.side())
                                .map(right -> channel * area + (square.top() + down) * width + square.left() + right)));
    }
}
