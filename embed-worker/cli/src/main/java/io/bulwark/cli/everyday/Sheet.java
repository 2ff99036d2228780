package io.bulwark.cli.everyday;

import io.bulwark.cli.everyday.EverydayVariants.Sizes;
import io.bulwark.cli.everyday.EverydayVariants.Surroundings;
import io.bulwark.imaging.preprocess.UprightPicture;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** A plain ground that pictures are put on. One thread. */
final class Sheet {

    private final int width;
    private final int height;
    private final byte[] rgb;

    /** @param colour {@code 0xRRGGBB} */
    Sheet(int width, int height, int colour) {
        this.width = width;
        this.height = height;
        rgb = new byte[width * height * 3];
        for (int i = 0; i < rgb.length; i += 3) {
            rgb[i] = (byte) (colour >> 16);
            rgb[i + 1] = (byte) (colour >> 8);
            rgb[i + 2] = (byte) colour;
        }
    }

    /** @param ground not modified */
    Sheet(UprightPicture ground) {
        this.width = ground.width();
        this.height = ground.height();
        rgb = ground.rgb().clone();
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }

    /** Covers the ground from there on with a picture, all of which must fit. */
    Sheet put(UprightPicture picture, int left, int top) {
        for (int row = 0; row < picture.height(); row++) {
            System.arraycopy(
                    picture.rgb(),
                    row * picture.width() * 3,
                    rgb,
                    ((top + row) * width + left) * 3,
                    picture.width() * 3);
        }
        return this;
    }

    /** What lies there now. The sheet is not used afterwards. */
    UprightPicture picture() {
        return new UprightPicture(width, height, rgb);
    }

    /** Pictures in rows, edge to edge. */
    static final class Collage {

        private static final int THREE = 3;

        private Collage() {}

        /**
         * Nine pictures of a third of the picture's sides, in three rows; the others repeat where they are fewer than
         * eight.
         *
         * @param place of the picture, 0 to 8, row by row
         * @param others at least one
         */
        static UprightPicture grid(UprightPicture picture, int place, List<UprightPicture> others) {
            int width = Sizes.side(picture.width() / (double) THREE);
            int height = Sizes.side(picture.height() / (double) THREE);
            Sheet sheet = new Sheet(THREE * width, THREE * height, 0);
            for (int i = 0; i < THREE * THREE; i++) {
                UprightPicture shown = i == place ? picture : others.get(i % others.size());
                sheet.put(Sizes.filling(shown, width, height), i % THREE * width, i / THREE * height);
            }
            return sheet.picture();
        }

        /** Beside one of the others, which is cut to its shape, to its left or right. */
        static UprightPicture beside(UprightPicture picture, List<UprightPicture> others, RandomGenerator random) {
            UprightPicture other =
                    Sizes.filling(others.get(random.nextInt(others.size())), picture.width(), picture.height());
            boolean first = random.nextBoolean();
            return new Sheet(2 * picture.width(), picture.height(), 0)
                    .put(first ? picture : other, 0, 0)
                    .put(first ? other : picture, picture.width(), 0)
                    .picture();
        }

        /**
         * Four pictures in two rows: this one whole and at its own size, at one of the places; the others are cut to its shape, as collage
         * programs do.
         *
         * @param others at least {@value Surroundings#FEWEST_OTHERS}
         */
        static UprightPicture among(UprightPicture picture, List<UprightPicture> others, RandomGenerator random) {
            int own = random.nextInt(4);
            List<UprightPicture> left = new ArrayList<>(others);
            Sheet sheet = new Sheet(2 * picture.width(), 2 * picture.height(), 0);
            for (int place = 0; place < 4; place++) {
                UprightPicture shown = place == own
                        ? picture
                        : Sizes.filling(left.remove(random.nextInt(left.size())), picture.width(), picture.height());
                sheet.put(shown, place % 2 * picture.width(), place / 2 * picture.height());
            }
            return sheet.picture();
        }
    }

    /** Pictures on a plain ground, or on another picture. */
    static final class Ground {

        /** What a picture in a corner leaves free beside it, as a share of all that is free. */
        private static final double MARGIN = 0.04;

        private Ground() {}

        /**
         * A frame.
         *
         * @param share of the picture's width and height on each side
         * @param colour {@code 0xRRGGBB}
         */
        static UprightPicture around(UprightPicture picture, double share, int colour) {
            int across = (int) Math.round(picture.width() * share);
            int down = (int) Math.round(picture.height() * share);
            return new Sheet(picture.width() + 2 * across, picture.height() + 2 * down, colour)
                    .put(picture, across, down)
                    .picture();
        }

        /**
         * A picture in the corner of a sheet that is at most {@link Edit#LONGEST_SIDE} long.
         *
         * @param share of the sheet's width and height that the picture takes
         * @param corner 0 to 3: left or right by its lowest bit, top or bottom by the next
         * @param colour {@code 0xRRGGBB}
         */
        static UprightPicture under(UprightPicture picture, double share, int corner, int colour) {
            UprightPicture small = Sizes.within(picture, (int) Math.round(Edit.LONGEST_SIDE * share));
            Sheet sheet = new Sheet(Sizes.side(small.width() / share), Sizes.side(small.height() / share), colour);
            int across = sheet.width() - small.width();
            int down = sheet.height() - small.height();
            return sheet.put(small, (int) (across * (corner % 2 == 0 ? MARGIN : 1 - MARGIN)), (int)
                            (down * (corner / 2 == 0 ? MARGIN : 1 - MARGIN)))
                    .picture();
        }

        /**
         * A picture anywhere on one of the others, which is cut to its shape.
         *
         * @param share of that picture's width and height that it takes
         */
        static UprightPicture on(
                UprightPicture picture, double share, List<UprightPicture> others, RandomGenerator random) {
            UprightPicture ground =
                    Sizes.filling(others.get(random.nextInt(others.size())), picture.width(), picture.height());
            UprightPicture small = Sizes.scaled(picture, share);
            return new Sheet(ground)
                    .put(
                            small,
                            random.nextInt(ground.width() - small.width() + 1),
                            random.nextInt(ground.height() - small.height() + 1))
                    .picture();
        }
    }
}
