package io.bulwark.cli.everyday;

import io.bulwark.imaging.preprocess.UprightPicture;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Where an edit's chance and its other pictures come from. Immutable; any thread.
 *
 * @param seed of all that is left to chance
 * @param others harmless pictures for collages, at least {@value #FEWEST_OTHERS}, none of which is the edited one
 */
public record Surroundings(long seed, List<UprightPicture> others) {

    /** As many as a collage of four shows beside the picture itself. */
    public static final int FEWEST_OTHERS = 3;

    private static final int[] PLAIN = {0xFFFFFF, 0x000000, 0xF2F2F2, 0x202124, 0xE8D5B7, 0x1B3A5C, 0xC94F4F, 0x2E7D32};

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
