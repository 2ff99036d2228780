package io.bulwark.cli.everyday;

import io.bulwark.imaging.preprocess.UprightPicture;
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
}
