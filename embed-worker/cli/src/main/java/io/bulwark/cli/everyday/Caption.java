package io.bulwark.cli.everyday;

import io.bulwark.cli.everyday.EverydayVariants.Surroundings;
import io.bulwark.imaging.preprocess.UprightPicture;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** Text as people put it over pictures: white capitals with a black outline, at the top, the bottom and the middle. */
final class Caption {

    private static final String[] WORDS = {
        "WHEN", "YOU", "FINALLY", "GET", "HOME", "AND", "THE", "CAT", "IS", "STILL", "WAITING", "FOR", "DINNER",
                "NOBODY",
        "TOLD", "ME", "ABOUT", "MONDAY", "JUST", "LOOK", "AT", "THIS", "FRIENDS", "WHO", "SAID", "QUIET", "EXAM",
                "ZERO",
        "BEST", "PARTY", "EVER", "KEEP", "CALM"
    };

    /** Where the lines' upper edges lie, as shares of the height. */
    private static final double[] LINES = {0.04, 0.15, 0.46, 0.78, 0.89};

    /** Height of a capital as a share of the picture's. */
    private static final double CAPITAL = 0.07;

    /** Letters that a line holds at least, where a picture is so narrow that its width bounds them. */
    private static final int SHORTEST_LINE = 14;

    /** Share of the width that a line may take. */
    private static final double WIDEST = 0.92;

    private Caption() {}

    static UprightPicture over(UprightPicture picture, Surroundings around) {
        return over(picture, LINES, CAPITAL, around.random("TEXT"));
    }

    /**
     * Lines of one size.
     *
     * @param lines where their upper edges lie, as shares of the height
     * @param capital height of a capital as a share of the height
     */
    static UprightPicture over(UprightPicture picture, double[] lines, double capital, RandomGenerator random) {
        double unit = Math.min(
                capital * picture.height() / Lettering.CAPITAL,
                WIDEST * picture.width() / (SHORTEST_LINE * Lettering.ADVANCE));
        int fitting = (int) (WIDEST * picture.width() / (unit * Lettering.ADVANCE));
        Lettering lettering = new Lettering(picture.width(), picture.height(), unit);
        for (double line : lines) {
            String words = line(fitting, random);
            double left = (picture.width() - lettering.width(words)) / 2;
            lettering.write(words, left, line * picture.height());
        }
        return lettering.over(picture);
    }

    /** As many words as fit. */
    private static String line(int fitting, RandomGenerator random) {
        StringBuilder line = new StringBuilder(WORDS[random.nextInt(WORDS.length)]);
        while (true) {
            String next = " " + WORDS[random.nextInt(WORDS.length)];
            if (line.length() + next.length() > fitting) {
                return line.toString();
            }
            line.append(next);
        }
    }

    /**
     * Capitals drawn as strokes of even width, so that no font is needed. Letters are written first and then laid
     * over a picture. One thread.
     */
    private static final class Lettering {

        /** Height of a letter in units, between the middles of its strokes. */
        static final double CAPITAL = 6;

        /** From one letter to the next, in units. */
        static final double ADVANCE = 5.6;

        private static final double INK = 0.55;
        private static final double OUTLINE = 0.95;

        /** Polylines from point to point; a point is its column 0 to 4 and its row 0 to 6 from the top. */
        private static final String ALPHABET = """
                A 06-20-46 14-34
                B 06-00-30-41-42-33-03 33-44-45-36-06
                C 41-30-10-01-05-16-36-45
                D 00-06-26-44-42-20-00
                E 40-00-06-46 03-33
                F 40-00-06 03-33
                G 41-30-10-01-05-16-36-45-43-23
                H 00-06 40-46 03-43
                I 20-26
                J 40-45-36-16-05
                K 00-06 40-03-46
                L 00-06-46
                M 06-00-23-40-46
                N 06-00-46-40
                O 10-30-41-45-36-16-05-01-10
                P 06-00-30-41-42-33-03
                Q 10-30-41-45-36-16-05-01-10 24-46
                R 06-00-30-41-42-33-03 23-46
                S 41-30-10-01-02-13-33-44-45-36-16-05
                T 00-40 20-26
                U 00-05-16-36-45-40
                V 00-26-40
                W 00-16-23-36-40
                X 00-46 06-40
                Y 00-23-40 23-26
                Z 00-40-06-46
                """;

        private static final Map<Character, String[]> STROKES = strokes();

        private final int width;
        private final int height;
        private final double unit;
        private final float[] distances;

        /**
         * @param width of the picture, in pixels
         * @param height of the picture
         * @param unit pixels; a letter is {@value #CAPITAL} of them high
         */
        Lettering(int width, int height, double unit) {
            this.width = width;
            this.height = height;
            this.unit = unit;
            distances = new float[width * height];
            Arrays.fill(distances, Float.POSITIVE_INFINITY);
        }

        /** Pixels that a line takes. */
        double width(String line) {
            return ((line.length() - 1) * ADVANCE + 4) * unit;
        }

        /**
         * Writes a line.
         *
         * @param line of A to Z and spaces
         * @param left of its first letter, in pixels
         * @param top of its letters
         */
        void write(String line, double left, double top) {
            for (int i = 0; i < line.length(); i++) {
                if (line.charAt(i) != ' ') {
                    for (String stroke : STROKES.get(line.charAt(i))) {
                        draw(stroke, left + i * ADVANCE * unit, top);
                    }
                }
            }
        }

        private void draw(String stroke, double left, double top) {
            for (int at = 0; at + 3 < stroke.length(); at += 3) {
                segment(
                        left + (stroke.charAt(at) - '0') * unit,
                        top + (stroke.charAt(at + 1) - '0') * unit,
                        left + (stroke.charAt(at + 3) - '0') * unit,
                        top + (stroke.charAt(at + 4) - '0') * unit);
            }
        }

        /** Every pixel near a segment learns its distance from it. */
        private void segment(double x0, double y0, double x1, double y1) {
            double reach = OUTLINE * unit + 1;
            int firstRow = Math.max(0, (int) Math.floor(Math.min(y0, y1) - reach));
            int lastRow = Math.min(height - 1, (int) Math.ceil(Math.max(y0, y1) + reach));
            int firstColumn = Math.max(0, (int) Math.floor(Math.min(x0, x1) - reach));
            int lastColumn = Math.min(width - 1, (int) Math.ceil(Math.max(x0, x1) + reach));
            double length = (x1 - x0) * (x1 - x0) + (y1 - y0) * (y1 - y0);
            for (int y = firstRow; y <= lastRow; y++) {
                for (int x = firstColumn; x <= lastColumn; x++) {
                    double along = ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / length;
                    double nearest = Math.max(0, Math.min(1, along));
                    double distance = Math.hypot(x - x0 - nearest * (x1 - x0), y - y0 - nearest * (y1 - y0));
                    distances[y * width + x] = Math.min(distances[y * width + x], (float) distance);
                }
            }
        }

        /** The picture with all that was written over it. */
        UprightPicture over(UprightPicture picture) {
            byte[] rgb = picture.rgb().clone();
            for (int i = 0; i < distances.length; i++) {
                double outlined = covered(OUTLINE * unit - distances[i]);
                double inked = covered(INK * unit - distances[i]);
                for (int sample = 3 * i; outlined > 0 && sample < 3 * i + 3; sample++) {
                    double dark = (rgb[sample] & 0xFF) * (1 - outlined);
                    rgb[sample] = (byte) Math.round(dark + (255 - dark) * inked);
                }
            }
            return new UprightPicture(width, height, rgb);
        }

        /** Share of a pixel that an edge covers which lies so far beyond its middle. */
        private static double covered(double beyond) {
            return Math.max(0, Math.min(1, beyond + 0.5));
        }

        private static Map<Character, String[]> strokes() {
            Map<Character, String[]> strokes = new TreeMap<>();
            ALPHABET.lines()
                    .forEach(line ->
                            strokes.put(line.charAt(0), line.substring(2).split(" ")));
            return strokes;
        }
    }
}
