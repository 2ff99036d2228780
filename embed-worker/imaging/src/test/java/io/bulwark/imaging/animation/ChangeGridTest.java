package io.bulwark.imaging.animation;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.imaging.animation.Animation.AnimationFrame.Disposal;
import io.bulwark.imaging.animation.Animation.AnimationFrame.Placement;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ChangeGridTest {

    private static final int SIDE = 64;
    private static final Placement WHOLE = new Placement(0, 0, SIDE, SIDE, Disposal.KEEP, 0);

    @Test
    void picturesOfTheSameMeansDifferUnderSecretSigns() {
        // Checks of one pixel and their negative: alike from afar, and from one pixel to the next the contrary.
        byte[] checks = new byte[SIDE * SIDE * 4];
        byte[] negative = new byte[checks.length];
        for (int i = 0; i < SIDE * SIDE; i++) {
            boolean white = (i % SIDE + i / SIDE) % 2 == 0;
            for (int c = 0; c < 4; c++) {
                checks[4 * i + c] = (byte) (white || c == 3 ? 255 : 0);
                negative[4 * i + c] = (byte) (!white || c == 3 ? 255 : 0);
            }
        }
        for (long signs = 1; signs < 20; signs++) {
            assertThat(difference(checks, negative, signs)).isGreaterThan(64 * 10_000);
        }
    }

    @Test
    void squaresOfDifferencesAreOnAverageThoseOfThePixels() {
        Random random = new Random(3);
        byte[] a = gray(random, 0);
        byte[] b = gray(new Random(3), 16);
        // 64 parts, each with a mean square of 16 in the figure under signs, and a mean of 0 in the others.
        double sum = 0;
        for (long signs = 1; signs <= 200; signs++) {
            sum += difference(a, b, signs);
        }
        assertThat(sum / 200).isBetween(64 * 16 * 16 * 0.8, 64 * 16 * 16 * 1.3);
    }

    @Test
    void smallStrongChangeWeighsMoreThanAWeakOneOfAll() {
        byte[] plain = gray(new Random(3), 0);
        byte[] slightly = plain.clone();
        for (int i = 0; i < plain.length; i += 4) {
            for (int c = 0; c < 3; c++) {
                slightly[i + c]++;
            }
        }
        byte[] inOnePart = plain.clone();
        for (int y = 0; y < 6; y++) {
            for (int x = 0; x < 6; x++) {
                for (int c = 0; c < 3; c++) {
                    inOnePart[(y * SIDE + x) * 4 + c] = (byte) 255;
                }
            }
        }
        assertThat(difference(plain, inOnePart, 1)).isGreaterThan(10 * difference(plain, slightly, 1));
    }

    @Test
    void ofALargeCanvasOneSecretRowOfFourIsLookedAt() {
        int side = 1024;
        byte[] signature = new byte[ChangeGrid.SIGNATURE_BYTES];
        int[] seen = new int[side];
        for (long signs = 1; signs <= 40; signs++) {
            int sum = 0;
            for (int y = 0; y < side; y++) {
                ChangeGrid grid = new ChangeGrid(8, side, signs);
                byte[] row = new byte[8 * side * 4];
                Arrays.fill(row, 32 * y, 32 * y + 32, (byte) 255);
                grid.enters(new Placement(0, y, 8, 1, Disposal.KEEP, 0), row);
                grid.signature(signature, 0);
                int looked = signature[(y * 8 / side * 8) * 5] > -128 ? 1 : 0;
                seen[y] += looked;
                sum += looked;
            }
            assertThat(sum).isEqualTo(side / 4);
        }
        assertThat(Arrays.stream(seen).min().orElseThrow()).isPositive();
        assertThat(Arrays.stream(seen).max().orElseThrow()).isLessThan(30);
    }

    @Test
    void aLargeCanvasOfOneColourHasThatColour() {
        int side = 600;
        byte[] rgba = new byte[side * side * 4];
        Arrays.fill(rgba, (byte) 255);
        ChangeGrid grid = new ChangeGrid(side, side, 3);
        grid.enters(new Placement(0, 0, side, side, Disposal.KEEP, 0), rgba);
        byte[] signature = new byte[ChangeGrid.SIGNATURE_BYTES];
        grid.signature(signature, 0);
        for (int part = 0; part < 64; part++) {
            assertThat(signature[5 * part]).isEqualTo((byte) 127);
        }
    }

    /** Opaque gray noise around the middle, moved up or down by an amount. */
    private static byte[] gray(Random random, int amount) {
        byte[] rgba = new byte[SIDE * SIDE * 4];
        for (int i = 0; i < rgba.length; i += 4) {
            int level = 100 + random.nextInt(50) + (i / 4 % 2 == 0 ? amount : -amount);
            rgba[i] = (byte) level;
            rgba[i + 1] = (byte) level;
            rgba[i + 2] = (byte) level;
            rgba[i + 3] = (byte) 255;
        }
        return rgba;
    }

    private static int difference(byte[] a, byte[] b, long signs) {
        byte[] signatures = new byte[2 * ChangeGrid.SIGNATURE_BYTES];
        ChangeGrid grid = new ChangeGrid(SIDE, SIDE, signs);
        grid.enters(WHOLE, a);
        grid.signature(signatures, 0);
        grid.leaves(WHOLE, a);
        grid.enters(WHOLE, b);
        grid.signature(signatures, ChangeGrid.SIGNATURE_BYTES);
        return ChangeGrid.difference(signatures, 0, 1);
    }
}
