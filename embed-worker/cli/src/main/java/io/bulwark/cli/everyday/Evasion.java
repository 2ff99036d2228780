package io.bulwark.cli.everyday;

import io.bulwark.cli.everyday.EverydayVariants.Kind;
import io.bulwark.imaging.preprocess.UprightPicture;
import java.util.List;
import java.util.Locale;
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

    /** As fields and options name it: {@code quarter-turns}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
