package io.bulwark.cli.everyday;

import io.bulwark.cli.everyday.Sheet.Collage;
import io.bulwark.cli.everyday.Sheet.Ground;
import io.bulwark.cli.everyday.Warp.Turns;
import io.bulwark.imaging.preprocess.UprightPicture;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * Everyday versions of a picture, drawn by a seed: what encoders are taught and what banks keep beside a reference.
 * Kinds that are in no list here are kept out of both, so that a report on them says what was learnt beyond the
 * examples; {@link Edit#isTaught()} says whether an edit is taught.
 *
 * <p>Edits of tests have fixed strengths; what is drawn here has random ones about them. Inverted, mirrored, turned and
 * grey pictures have no strength, and are the same in both. Immutable; any thread.
 *
 * @param others pictures that may stand beside one in a collage; with fewer than {@value Surroundings#FEWEST_OTHERS} no
 *     collages are drawn
 */
public record EverydayVariants(List<UprightPicture> others) {

    private static final int BLACK = 0x000000;
    private static final int WHITE = 0xFFFFFF;
    private static final int COLOURS = 1 << 24;

    public EverydayVariants {
        others = List.copyOf(others);
    }

    /** What is taught and kept in banks, each by the edit of tests that it is like. */
    public enum Kind {
        /** A plain border of 5 to 50 % of width and height on each side, in white, black or any colour. */
        BORDER(Edit.FRAME),
        /** One to six lines of letters anywhere, their capitals 4 to 10 % of the height, light or dark. */
        TEXT(Edit.TEXT),
        /** One of four pictures of equal size. */
        COLLAGE(Edit.COLLAGE),
        /** In a corner of a plain picture, at 20 to 45 % of its width and height. */
        CORNER(Edit.CORNER),
        /** A negative. */
        INVERTED(Edit.INVERTED),
        /** Left and right exchanged. */
        MIRRORED(Edit.MIRRORED),
        /** By a quarter to either side. */
        QUARTER_TURN(Edit.QUARTER_TURN),
        /** 60 to 90 % of width and height, anywhere. */
        CROP(Edit.CROP),
        /** Without colours. */
        GREY(Edit.GREY);

        private final Edit like;

        Kind(Edit like) {
            this.like = like;
        }

        /** The edit of tests that it prepares for. */
        public Edit like() {
            return like;
        }

        /** As fields name it: {@code quarter-turn}. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /**
     * A drawn version.
     *
     * @param kind what was done
     * @param picture the result, at most {@code 2 * Edit.LONGEST_SIDE} pixels a side
     */
    public record Variant(Kind kind, UprightPicture picture) {}

    /** The kinds that can be drawn, in order. */
    public List<Kind> kinds() {
        return Stream.of(Kind.values())
                .filter(kind -> kind != Kind.COLLAGE || others.size() >= Surroundings.FEWEST_OTHERS)
                .toList();
    }

    /**
     * Draws a version of any kind, each as likely as the next.
     *
     * @param picture not modified
     * @param seed the same gives the same version
     */
    public Variant draw(UprightPicture picture, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Kind> kinds = kinds();
        Kind kind = kinds.get(random.nextInt(kinds.size()));
        return draw(kind, picture, random.nextLong());
    }

    /**
     * Draws a version of one kind.
     *
     * @param picture not modified
     * @param seed the same gives the same version
     * @throws IllegalArgumentException if it is none of {@link #kinds()}
     */
    public Variant draw(Kind kind, UprightPicture picture, long seed) {
        if (!kinds().contains(kind)) {
            throw new IllegalArgumentException("%d other pictures are too few for a collage of four, needed are %d"
                    .formatted(others.size(), Surroundings.FEWEST_OTHERS));
        }
        return new Variant(kind, version(kind, Edit.shrunk(picture), new SplittableRandom(seed)));
    }

    private UprightPicture version(Kind kind, UprightPicture picture, RandomGenerator random) {
        return switch (kind) {
            case BORDER -> Ground.around(picture, random.nextDouble(0.05, 0.5), colour(random));
            case TEXT -> text(picture, random);
            case COLLAGE -> Collage.among(picture, others, random);
            case CORNER -> Ground.under(picture, random.nextDouble(0.2, 0.45), random.nextInt(4), colour(random));
            case INVERTED -> Filter.inverted(picture);
            case MIRRORED -> Turns.mirrored(picture);
            case QUARTER_TURN -> random.nextBoolean() ? Turns.turnedRight(picture) : Turns.turnedLeft(picture);
            case CROP -> crop(picture, random);
            case GREY -> Filter.grey(picture);
        };
    }

    private static int colour(RandomGenerator random) {
        return switch (random.nextInt(3)) {
            case 0 -> WHITE;
            case 1 -> BLACK;
            default -> random.nextInt(COLOURS);
        };
    }

    private static UprightPicture text(UprightPicture picture, RandomGenerator random) {
        double[] lines = random.doubles(random.nextInt(1, 7), 0.02, 0.9).toArray();
        double capital = random.nextDouble(0.04, 0.1);
        boolean dark = random.nextBoolean();
        UprightPicture written = Caption.over(dark ? Filter.inverted(picture) : picture, lines, capital, random);
        return dark ? Filter.inverted(written) : written;
    }

    private static UprightPicture crop(UprightPicture picture, RandomGenerator random) {
        int width = Sizes.side(picture.width() * random.nextDouble(0.6, 0.9));
        int height = Sizes.side(picture.height() * random.nextDouble(0.6, 0.9));
        int left = random.nextInt(picture.width() - width + 1);
        int top = random.nextInt(picture.height() - height + 1);
        return Sizes.cut(picture, left, top, width, height);
    }

    /**
     * Where an edit's chance and its other pictures come from. Immutable; any thread.
     *
     * @param seed of all that is left to chance
     * @param others harmless pictures for collages, at least {@value #FEWEST_OTHERS}, none of which is the edited one
     */
    public record Surroundings(long seed, List<UprightPicture> others) {

        /** As many as a collage of four shows beside the picture itself. */
        public static final int FEWEST_OTHERS = 3;

        private static final int[] PLAIN = {
            0xFFFFFF, 0x000000, 0xF2F2F2, 0x202124, 0xE8D5B7, 0x1B3A5C, 0xC94F4F, 0x2E7D32
        };

        public Surroundings {
            others = List.copyOf(others);
            if (others.size() < FEWEST_OTHERS) {
                throw new IllegalArgumentException(
                        "%d other pictures are too few for a collage of four, needed are %d harmless ones"
                                .formatted(others.size(), FEWEST_OTHERS));
            }
        }

        /**
         * Those of a file: its chance is its own, and the same in every run.
         *
         * @param sha256 of the file, hexadecimal
         */
        public static Surroundings of(String sha256, List<UprightPicture> others) {
            return new Surroundings(Long.parseUnsignedLong(sha256.substring(0, 16), 16), others);
        }

        /** Another sequence for each edit, so that a new edit changes none of the old ones. */
        RandomGenerator random(String edit) {
            return new SplittableRandom(seed ^ ((long) edit.hashCode() << 32));
        }

        /** One of the colours that plain grounds have, as {@code 0xRRGGBB}. */
        int plainColour(String edit) {
            return PLAIN[random(edit + " ground").nextInt(PLAIN.length)];
        }
    }

    /** Pictures made smaller and cut. */
    static final class Sizes {

        private Sizes() {}

        /** A length in whole pixels, at least one. */
        static int side(double length) {
            return Math.max(1, (int) Math.round(length));
        }

        static UprightPicture scaled(UprightPicture picture, double factor) {
            return picture.resized(side(picture.width() * factor), side(picture.height() * factor));
        }

        /** Shrunk to this length of the longer side; never enlarged. */
        static UprightPicture within(UprightPicture picture, int longest) {
            int longer = Math.max(picture.width(), picture.height());
            return longer <= longest ? picture : scaled(picture, (double) longest / longer);
        }

        /** A rectangle of it. */
        static UprightPicture cut(UprightPicture picture, int left, int top, int width, int height) {
            byte[] part = new byte[width * height * 3];
            for (int row = 0; row < height; row++) {
                int from = ((top + row) * picture.width() + left) * 3;
                System.arraycopy(picture.rgb(), from, part, row * width * 3, width * 3);
            }
            return new UprightPicture(width, height, part);
        }

        /** The largest middle part of that shape, resized to it. */
        static UprightPicture filling(UprightPicture picture, int width, int height) {
            double scale = Math.max((double) width / picture.width(), (double) height / picture.height());
            int seenWidth = Math.min(picture.width(), side(width / scale));
            int seenHeight = Math.min(picture.height(), side(height / scale));
            return cut(
                            picture,
                            (picture.width() - seenWidth) / 2,
                            (picture.height() - seenHeight) / 2,
                            seenWidth,
                            seenHeight)
                    .resized(width, height);
        }
    }
}
