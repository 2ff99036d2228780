package io.bulwark.lab.audit;

import io.bulwark.cli.everyday.Edit;
import io.bulwark.cli.everyday.EverydayVariants.Surroundings;
import io.bulwark.cli.everyday.UploadFormat;
import io.bulwark.imaging.preprocess.UprightPicture;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * What harmless uploaders do: everyday edits, and what recurs at one spacing for honest reasons.
 *
 * @param title what a report calls it
 * @param change of a picture, to the file that is uploaded
 */
record Benign(String title, Change change) {

    /** Side of an enlarged pixel. */
    private static final int PIXEL = 4;

    /** Bayer's thresholds of ordered dithering. */
    private static final int[][] BAYER = {{0, 8, 2, 10}, {12, 4, 14, 6}, {3, 11, 1, 9}, {15, 7, 13, 5}};

    /** From pixels to a file. */
    interface Change {
        byte[] of(UprightPicture picture, Surroundings around);
    }

    /** All of them. */
    static List<Benign> all() {
        List<Benign> kinds = new ArrayList<>();
        for (Edit edit : Edit.values()) {
            kinds.add(new Benign(edit.title(), edit::upload));
        }
        kinds.add(new Benign("pixel art, enlarged 4 times", (picture, around) -> png(pixels(picture))));
        kinds.add(new Benign("dithered to 8 colours (Bayer)", (picture, around) -> png(dithered(picture))));
        kinds.add(new Benign("a grid of lines every 8 pixels", (picture, around) -> png(lined(picture))));
        return kinds;
    }

    /**
     * Where the chance and the other pictures come from that edit one of several pictures: its number, and those after
     * it.
     *
     * @param which number of the picture, from 0
     * @param count of all of them, more than {@value Surroundings#FEWEST_OTHERS}
     * @param pictures by number
     */
    static Surroundings around(int which, int count, IntFunction<UprightPicture> pictures) {
        return new Surroundings(
                which,
                IntStream.rangeClosed(1, Surroundings.FEWEST_OTHERS)
                        .mapToObj(other -> pictures.apply((which + other) % count))
                        .toList());
    }

    private static byte[] png(UprightPicture picture) {
        return new UploadFormat.Png().encode(picture);
    }

    private static UprightPicture pixels(UprightPicture picture) {
        int width = Math.max(1, picture.width() / PIXEL);
        int height = Math.max(1, picture.height() / PIXEL);
        byte[] small = picture.resized(width, height).rgb();
        return painted(
                PIXEL * width, PIXEL * height, (x, y, c) -> small[(y / PIXEL * width + x / PIXEL) * 3 + c] & 0xff);
    }

    private static UprightPicture dithered(UprightPicture picture) {
        byte[] rgb = picture.rgb();
        return painted(
                picture.width(),
                picture.height(),
                (x, y, c) -> (rgb[(y * picture.width() + x) * 3 + c] & 0xff) > 16 * BAYER[y % 4][x % 4] + 8 ? 255 : 0);
    }

    private static UprightPicture lined(UprightPicture picture) {
        byte[] rgb = picture.rgb();
        return painted(
                picture.width(),
                picture.height(),
                (x, y, c) -> x % 8 == 0 || y % 8 == 0 ? 96 : rgb[(y * picture.width() + x) * 3 + c] & 0xff);
    }

    private interface Paint {
        int level(int x, int y, int channel);
    }

    private static UprightPicture painted(int width, int height, Paint paint) {
        byte[] rgb = new byte[3 * width * height];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) paint.level(i / 3 % width, i / 3 / width, i % 3);
        }
        return new UprightPicture(width, height, rgb);
    }
}
