package io.bulwark.imaging.animation;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.imaging.animation.Animation.AnimationFrame;
import io.bulwark.imaging.animation.Animation.AnimationFrame.Blend;
import io.bulwark.imaging.animation.Animation.AnimationFrame.Disposal;
import io.bulwark.imaging.animation.Animation.AnimationFrame.Placement;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CanvasTest {

    private static final int WIDTH = 13;
    private static final int HEIGHT = 9;

    /** A frame of one colour. */
    private record Plain(Placement placement, byte[] rgba, Blend blend) {

        AnimationFrame undecoded() {
            return new AnimationFrame(placement, blend, this::draw);
        }

        private void draw(Canvas canvas) {
            byte[] row = new byte[4 * placement.width()];
            for (int i = 0; i < row.length; i++) {
                row[i] = rgba[i % 4];
            }
            for (int y = 0; y < placement.height(); y++) {
                canvas.row(y, row, 0, blend);
            }
        }
    }

    @Test
    void randomFramesComeOutAsBySlowAndPlainRules() {
        Random random = new Random(7);
        for (int round = 0; round < 300; round++) {
            Canvas canvas = new Canvas(WIDTH, HEIGHT, WIDTH * HEIGHT);
            ChangeGrid grid = new ChangeGrid(WIDTH, HEIGHT, 5);
            canvas.restart(grid);
            int[][] slow = new int[WIDTH * HEIGHT][4];
            int[][] before = null;
            Plain last = null;
            for (int i = 0; i < 12; i++) {
                Plain frame = frame(random);
                slow = disposed(last, slow, before);
                before = copy(slow);
                draw(frame, slow);
                canvas.show(frame.undecoded());
                last = frame;
                assertThat(canvas.picture(1).samples()).isEqualTo(bytes(slow));
                assertThat(signature(grid)).isEqualTo(recomputedSignature(canvas));
            }
        }
    }

    @Test
    void restartedCanvasShowsNothing() {
        Canvas canvas = new Canvas(WIDTH, HEIGHT, WIDTH * HEIGHT);
        canvas.show(frame(new Random(1)).undecoded());
        canvas.restart(ChangeGrid.none());
        assertThat(canvas.picture(6).samples()).containsOnly(0);
        assertThat(canvas.picture(6).orientation()).isEqualTo(6);
    }

    @Test
    void delayOfTenMillisecondsOrLessIsATenthOfASecondAsInBrowsers() {
        assertThat(new Placement(0, 0, 1, 1, Disposal.KEEP, 10).millis()).isEqualTo(100);
        assertThat(new Placement(0, 0, 1, 1, Disposal.KEEP, 0).millis()).isEqualTo(100);
        assertThat(new Placement(0, 0, 1, 1, Disposal.KEEP, 11).millis()).isEqualTo(11);
    }

    private static Plain frame(Random random) {
        byte[] rgba = new byte[4];
        random.nextBytes(rgba);
        rgba[3] = random.nextBoolean() ? (byte) (random.nextInt(2) * 255) : rgba[3];
        Placement place = new Placement(
                random.nextInt(WIDTH + 3),
                random.nextInt(HEIGHT + 3),
                1 + random.nextInt(WIDTH),
                1 + random.nextInt(HEIGHT),
                Disposal.values()[random.nextInt(3)],
                random.nextInt(500));
        return new Plain(place, rgba, Blend.values()[random.nextInt(2)]);
    }

    private static int[][] disposed(Plain last, int[][] canvas, int[][] before) {
        if (last == null || last.placement().disposal() == Disposal.KEEP) {
            return canvas;
        }
        if (last.placement().disposal() == Disposal.UNDO) {
            return before;
        }
        for (int i = 0; i < canvas.length; i++) {
            if (isWithin(last.placement(), i)) {
                canvas[i] = new int[4];
            }
        }
        return canvas;
    }

    private static void draw(Plain frame, int[][] canvas) {
        int[] source = new int[4];
        for (int c = 0; c < 4; c++) {
            source[c] = frame.rgba()[c] & 0xff;
        }
        for (int i = 0; i < canvas.length; i++) {
            if (isWithin(frame.placement(), i)) {
                canvas[i] = frame.blend() == Blend.SOURCE ? source.clone() : over(source, canvas[i]);
            }
        }
    }

    private static int[] over(int[] source, int[] under) {
        double s = source[3] / 255.0;
        double u = under[3] / 255.0 * (1 - s);
        if (source[3] == 0) {
            return under.clone();
        }
        int[] mixed = new int[4];
        for (int c = 0; c < 3; c++) {
            mixed[c] = (int) Math.floor((source[c] * s + under[c] * u) / (s + u) + 0.5 + 1e-9);
        }
        mixed[3] = (int) Math.floor(255 * (s + u) + 0.5 + 1e-9);
        return mixed;
    }

    private static boolean isWithin(Placement place, int pixel) {
        int x = pixel % WIDTH - place.left();
        int y = pixel / WIDTH - place.top();
        return x >= 0 && y >= 0 && x < place.width() && y < place.height();
    }

    private static byte[] signature(ChangeGrid grid) {
        byte[] signature = new byte[ChangeGrid.SIGNATURE_BYTES];
        grid.signature(signature, 0);
        return signature;
    }

    private static byte[] recomputedSignature(Canvas canvas) {
        ChangeGrid grid = new ChangeGrid(WIDTH, HEIGHT, 5);
        grid.enters(
                new Placement(0, 0, WIDTH, HEIGHT, Disposal.KEEP, 0),
                canvas.picture(1).samples());
        return signature(grid);
    }

    private static int[][] copy(int[][] canvas) {
        return Arrays.stream(canvas).map(int[]::clone).toArray(int[][]::new);
    }

    private static byte[] bytes(int[][] canvas) {
        byte[] bytes = new byte[4 * canvas.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) canvas[i / 4][i % 4];
        }
        return bytes;
    }
}
