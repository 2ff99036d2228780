package io.bulwark.cli.everyday;

import io.bulwark.cli.everyday.EverydayVariants.Kind;
import io.bulwark.cli.everyday.EverydayVariants.Sizes;
import io.bulwark.cli.everyday.EverydayVariants.Surroundings;
import io.bulwark.cli.everyday.Warp.Tilt;
import io.bulwark.cli.everyday.Warp.Turns;
import io.bulwark.imaging.preprocess.UprightPicture;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * A kind of change in many strengths: what an uploader tries one after the other until a picture passes. None of them
 * is small in any norm. Where {@link Edit} says what one change of a fixed strength does, the worst of these counts.
 * Pure.
 */
public enum Evasion {
    /** To the right, to the left, upside down. */
    QUARTER_TURNS("turned by quarters") {
        @Override
        Stream<UprightPicture> of(UprightPicture picture, List<UprightPicture> others) {
            UprightPicture right = Turns.turnedRight(picture);
            return Stream.of(right, Turns.turnedLeft(picture), Turns.turnedRight(right));
        }
    },
    /** Left and right exchanged. */
    MIRROR("mirrored") {
        @Override
        Stream<UprightPicture> of(UprightPicture picture, List<UprightPicture> others) {
            return Stream.of(Turns.mirrored(picture));
        }
    },
    /** By 10, 20, 30 and 45 degrees to either side, on white that holds all of it. */
    ROTATION("rotated by 10° to 45°") {
        @Override
        Stream<UprightPicture> of(UprightPicture picture, List<UprightPicture> others) {
            UprightPicture left = Turns.turnedLeft(picture);
            return IntStream.of(10, 20, 30, 45)
                    .boxed()
                    .flatMap(degrees -> Stream.of(
                            Tilt.clockwise(picture, degrees, WHITE), Tilt.clockwise(left, 90.0 - degrees, WHITE)));
        }
    },
    /** One to six lines of letters, drawn {@value #DRAWS} times. */
    OVERLAY("text over it") {
        @Override
        Stream<UprightPicture> of(UprightPicture picture, List<UprightPicture> others) {
            return drawn(Kind.TEXT, picture, List.of());
        }
    },
    /** One of four pictures of equal size, drawn {@value #DRAWS} times. */
    COLLAGE("one of four in a collage") {
        @Override
        Stream<UprightPicture> of(UprightPicture picture, List<UprightPicture> others) {
            return drawn(Kind.COLLAGE, picture, others);
        }
    },
    /** One of nine pictures of equal size: in the middle, and at two corners. */
    GRID("one of nine in a grid") {
        @Override
        Stream<UprightPicture> of(UprightPicture picture, List<UprightPicture> others) {
            return IntStream.of(0, 4, 8).mapToObj(place -> Sheet.Collage.grid(picture, place, others));
        }
    },
    /** Anywhere on a harmless picture, at 25, 40 and 60 % of its width and height, drawn twice. */
    INSET("small on another picture") {
        @Override
        Stream<UprightPicture> of(UprightPicture picture, List<UprightPicture> others) {
            return DoubleStream.of(0.25, 0.4, 0.6)
                    .boxed()
                    .flatMap(share -> seeded(2, random -> Sheet.Ground.on(picture, share, others, random)));
        }
    },
    /** Mixed with a harmless picture, which has 30 to 70 %. */
    BLEND("blended with another picture") {
        @Override
        Stream<UprightPicture> of(UprightPicture picture, List<UprightPicture> others) {
            UprightPicture other = Sizes.filling(others.get(0), picture.width(), picture.height());
            return DoubleStream.of(0.3, 0.4, 0.5, 0.6, 0.7).mapToObj(share -> Filter.blended(picture, other, share));
        }
    },
    /** Continued on each side by a mirrored part of a third and of two thirds. */
    CONTINUED("continued beyond its edges") {
        @Override
        Stream<UprightPicture> of(UprightPicture picture, List<UprightPicture> others) {
            return DoubleStream.of(1 / 3.0, 2 / 3.0).mapToObj(share -> Warp.continued(picture, share));
        }
    },
    /** As if seen from the left, the right, above and below, at two angles. */
    PERSPECTIVE("in perspective") {
        @Override
        Stream<UprightPicture> of(UprightPicture picture, List<UprightPicture> others) {
            return DoubleStream.of(0.3, 0.8)
                    .boxed()
                    .flatMap(strength -> Stream.of(
                            Warp.perspective(picture, strength),
                            Turns.turnedLeft(Warp.perspective(Turns.turnedRight(picture), strength)),
                            Turns.turnedRight(Warp.perspective(Turns.turnedLeft(picture), strength)),
                            Turns.turnedRight(Turns.turnedRight(
                                    Warp.perspective(Turns.turnedRight(Turns.turnedRight(picture)), strength)))));
        }
    },
    /** Bent by waves of 1 to 4 % of the sides: what moves pixels without a gradient. */
    WAVES("bent by waves") {
        @Override
        Stream<UprightPicture> of(UprightPicture picture, List<UprightPicture> others) {
            return DoubleStream.of(0.01, 0.02, 0.04)
                    .boxed()
                    .flatMap(height -> IntStream.of(2, 6).mapToObj(count -> Warp.waves(picture, height, count)));
        }
    },
    /** Gammas of 0.4 to 2.5, half and almost double the contrast, exchanged channels. */
    COLOURS("other colour curves") {
        @Override
        Stream<UprightPicture> of(UprightPicture picture, List<UprightPicture> others) {
            return Stream.of(
                    Filter.gamma(picture, 0.4),
                    Filter.gamma(picture, 0.6),
                    Filter.gamma(picture, 1.7),
                    Filter.gamma(picture, 2.5),
                    Filter.contrast(picture, 0.5),
                    Filter.contrast(picture, 1.8),
                    Filter.rotatedChannels(picture, 1),
                    Filter.rotatedChannels(picture, 2));
        }
    },
    /** Thick lines by hand, drawn {@value #DRAWS} times. */
    SCRIBBLES("scribbled over") {
        @Override
        Stream<UprightPicture> of(UprightPicture picture, List<UprightPicture> others) {
            return seeded(DRAWS, random -> Drawing.scribbled(picture, random));
        }
    },
    /** One to four round faces of a quarter of the sides, drawn {@value #DRAWS} times. */
    STICKERS("with stickers") {
        @Override
        Stream<UprightPicture> of(UprightPicture picture, List<UprightPicture> others) {
            return seeded(DRAWS, random -> Drawing.stickered(picture, random));
        }
    },
    /** Saved as JPEG of quality 30 to 95. */
    JPEG("saved as JPEG") {
        @Override
        Stream<UprightPicture> of(UprightPicture picture, List<UprightPicture> others) {
            return IntStream.of(30, 50, 70, 95).mapToObj(quality -> UploadFormat.saved(picture, quality));
        }
    };

    private static final int WHITE = 0xFFFFFF;
    private static final int DRAWS = 4;

    private final String title;

    Evasion(String title) {
        this.title = title;
    }

    /** What a report calls it. */
    public String title() {
        return title;
    }

    abstract Stream<UprightPicture> of(UprightPicture picture, List<UprightPicture> others);

    /**
     * All that is tried, in a fixed order.
     *
     * @param picture not modified; shrunk first where its longer side exceeds {@link Edit#LONGEST_SIDE}
     * @param others harmless pictures for collages, at least {@value Surroundings#FEWEST_OTHERS}
     * @throws IllegalArgumentException if there are too few others for a collage
     */
    public List<UprightPicture> tries(UprightPicture picture, List<UprightPicture> others) {
        return of(Edit.shrunk(picture), others).toList();
    }

    private static Stream<UprightPicture> drawn(Kind kind, UprightPicture picture, List<UprightPicture> others) {
        EverydayVariants variants = new EverydayVariants(others);
        return LongStream.range(0, DRAWS)
                .mapToObj(seed -> variants.draw(kind, picture, seed).picture());
    }

    private static Stream<UprightPicture> seeded(int draws, Function<RandomGenerator, UprightPicture> draw) {
        return LongStream.range(0, draws).mapToObj(seed -> draw.apply(new SplittableRandom(seed)));
    }

    /** As fields and options name it: {@code quarter-turns}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
