package io.bulwark.cli.everyday;

import io.bulwark.cli.everyday.EverydayVariants.Sizes;
import io.bulwark.imaging.preprocess.UprightPicture;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A picture at {@value #LEAST} to {@value #MOST} of the sides of a ground that is no plain colour, with an edge or a
 * shadow. Drawn apart from what networks that find insets are trained on, so that tests ask for more than the renderer of
 * their examples. Pure.
 */
final class Inset {

    private static final double LEAST = 0.25;
    private static final double MOST = 0.6;

    /** Of the shorter side of a picture with round corners. */
    private static final double RADIUS = 0.12;

    /** How dark a shadow is, and how far it falls and fades in shares of the picture's shorter side. */
    private static final double SHADOW = 0.5;

    private static final double FALL = 0.06;

    private static final int LEVELS = 256;

    private Inset() {}

    /** How much of a pixel of the picture covers its ground, 0 to 1. */
    private interface Cover {
        double of(int x, int y);
    }

    /** On levels that chance draws for each cell of some pixels, grey or in colours. */
    static UprightPicture onNoise(UprightPicture picture, RandomGenerator random) {
        return placed(noise(picture.width(), picture.height(), random), picture, random, (x, y) -> 1);
    }

    /** On planks with a grain. */
    static UprightPicture onWood(UprightPicture picture, RandomGenerator random) {
        return placed(wood(picture.width(), picture.height(), random), picture, random, (x, y) -> 1);
    }

    /** With round corners on one of the others, which is cut to its shape. */
    static UprightPicture rounded(UprightPicture picture, List<UprightPicture> others, RandomGenerator random) {
        UprightPicture ground = other(picture, others, random);
        UprightPicture small = small(picture, random);
        return placed(ground, small, corners(small, RADIUS * Math.min(small.width(), small.height())), random);
    }

    /** With a soft shadow to its lower right on one of the others, which is cut to its shape. */
    static UprightPicture shadowed(UprightPicture picture, List<UprightPicture> others, RandomGenerator random) {
        UprightPicture ground = other(picture, others, random);
        UprightPicture small = small(picture, random);
        int left = random.nextInt(ground.width() - small.width() + 1);
        int top = random.nextInt(ground.height() - small.height() + 1);
        double fall = Math.max(1, FALL * Math.min(small.width(), small.height()));
        byte[] rgb = ground.rgb().clone();
        for (int i = 0; i < rgb.length / 3; i++) {
            double across = beyond(i % ground.width() - fall, left, left + small.width() - 1.0);
            double down = beyond(i / ground.width() - fall, top, top + small.height() - 1.0);
            double dark = SHADOW * Math.max(0, 1 - Math.sqrt(across * across + down * down) / fall);
            for (int sample = 3 * i; dark > 0 && sample < 3 * i + 3; sample++) {
                rgb[sample] = (byte) Math.round((rgb[sample] & 0xFF) * (1 - dark));
            }
        }
        return laid(new UprightPicture(ground.width(), ground.height(), rgb), small, left, top, (x, y) -> 1);
    }

    /** The circle in the middle of it. @param colour {@code 0xRRGGBB}, of what is around */
    static UprightPicture circle(UprightPicture picture, int colour) {
        int side = Math.min(picture.width(), picture.height());
        UprightPicture middle =
                Sizes.cut(picture, (picture.width() - side) / 2, (picture.height() - side) / 2, side, side);
        return laid(new Sheet(side, side, colour).picture(), middle, 0, 0, corners(middle, side / 2.0));
    }

    /** How far a place lies outside an interval. */
    private static double beyond(double at, double first, double last) {
        return Math.max(0, Math.max(first - at, at - last));
    }

    /** @param radius of the corners, in pixels */
    static UprightPicture roundedOn(UprightPicture ground, UprightPicture small, int left, int top, double radius) {
        return laid(ground, small, left, top, corners(small, radius));
    }

    private static UprightPicture other(UprightPicture picture, List<UprightPicture> others, RandomGenerator random) {
        return Sizes.filling(others.get(random.nextInt(others.size())), picture.width(), picture.height());
    }

    private static UprightPicture small(UprightPicture picture, RandomGenerator random) {
        return Sizes.scaled(picture, random.nextDouble(LEAST, MOST));
    }

    private static UprightPicture placed(
            UprightPicture ground, UprightPicture picture, RandomGenerator random, Cover cover) {
        return placed(ground, small(picture, random), cover, random);
    }

    private static UprightPicture placed(
            UprightPicture ground, UprightPicture small, Cover cover, RandomGenerator random) {
        return laid(
                ground,
                small,
                random.nextInt(ground.width() - small.width() + 1),
                random.nextInt(ground.height() - small.height() + 1),
                cover);
    }

    private static Cover corners(UprightPicture picture, double radius) {
        return (x, y) -> {
            double across = beyond(x + 0.5, radius, picture.width() - radius);
            double down = beyond(y + 0.5, radius, picture.height() - radius);
            return Math.max(0, Math.min(1, radius - Math.sqrt(across * across + down * down) + 0.5));
        };
    }

    private static UprightPicture laid(UprightPicture ground, UprightPicture small, int left, int top, Cover cover) {
        byte[] rgb = ground.rgb().clone();
        for (int y = 0; y < small.height(); y++) {
            for (int x = 0; x < small.width(); x++) {
                double share = cover.of(x, y);
                int from = 3 * (y * small.width() + x);
                int to = 3 * ((top + y) * ground.width() + left + x);
                for (int channel = 0; channel < 3; channel++) {
                    rgb[to + channel] = (byte) Math.round(
                            share * (small.rgb()[from + channel] & 0xFF) + (1 - share) * (rgb[to + channel] & 0xFF));
                }
            }
        }
        return new UprightPicture(ground.width(), ground.height(), rgb);
    }

    private static UprightPicture noise(int width, int height, RandomGenerator random) {
        int cell = 1 + random.nextInt(Math.max(1, Math.min(width, height) / 40));
        boolean grey = random.nextBoolean();
        int columns = (width + cell - 1) / cell;
        int rows = (height + cell - 1) / cell;
        byte[] levels = new byte[3 * columns * rows];
        for (int i = 0; i < levels.length; i++) {
            levels[i] = grey && i % 3 > 0 ? levels[i - 1] : (byte) random.nextInt(LEVELS);
        }
        byte[] rgb = new byte[3 * width * height];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                System.arraycopy(levels, 3 * (y / cell * columns + x / cell), rgb, 3 * (y * width + x), 3);
            }
        }
        return new UprightPicture(width, height, rgb);
    }

    private static UprightPicture wood(int width, int height, RandomGenerator random) {
        int plank = Math.max(1, height / random.nextInt(3, 7));
        int wave = Math.max(1, plank / 6);
        int tone = random.nextInt(100, 180);
        int[] grain = new int[height + 2 * wave + 1];
        for (int i = 1; i < grain.length; i++) {
            grain[i] = grain[i - 1] * 3 / 4 + random.nextInt(-12, 13);
        }
        double turn = random.nextDouble(2 * Math.PI);
        byte[] rgb = new byte[3 * width * height];
        for (int x = 0; x < width; x++) {
            int bent = (int) Math.round(wave * (1 + StrictMath.sin(turn + 2 * Math.PI * x / width)));
            for (int y = 0; y < height; y++) {
                int shade = y / plank * 29 % 40 - 20;
                int seam = plank > 2 && y % plank == 0 ? 50 : 0;
                int level = Math.max(20, Math.min(255, tone + shade + 2 * grain[y + bent] - seam));
                rgb[3 * (y * width + x)] = (byte) level;
                rgb[3 * (y * width + x) + 1] = (byte) (level * 3 / 4);
                rgb[3 * (y * width + x) + 2] = (byte) (level / 2);
            }
        }
        return new UprightPicture(width, height, rgb);
    }
}
