package io.bulwark.lab.data;

import io.bulwark.perception.metric.Choice.Side;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A two-alternative forced choice with people's answer: which of two pictures is more like the reference.
 *
 * @param id unique in its set
 * @param reference the picture compared with, and the one that attacks perturb
 * @param left one alternative
 * @param right the other
 * @param rightShare share of people who chose the right one, in [0, 1]; of a generated triplet 0 or 1
 */
public record Triplet(String id, PictureSource reference, PictureSource left, PictureSource right, double rightShare) {

    public Triplet {
        if (!(rightShare >= 0 && rightShare <= 1)) {
            throw new IllegalArgumentException(
                    "triplet '%s': a share of %s of the votes is not in [0, 1]".formatted(id, rightShare));
        }
    }

    /** The side that most people chose; a tie is left. */
    public Side chosenByPeople() {
        return rightShare > 0.5 ? Side.RIGHT : Side.LEFT;
    }

    /** The same where everyone answered as most people did. */
    public Triplet decided() {
        return new Triplet(id, reference, left, right, chosenByPeople() == Side.RIGHT ? 1 : 0);
    }

    /** The reference, the side that most people chose, the other one: the order in which trainings take them. */
    public List<PictureSource> pictures() {
        return chosenByPeople() == Side.RIGHT ? List.of(reference, right, left) : List.of(reference, left, right);
    }

    /**
     * Share of people who agree with a choice: BAPPS' 2AFC score, which is the accuracy where they were of one mind.
     */
    public double agreement(Side side) {
        return side == Side.RIGHT ? rightShare : 1 - rightShare;
    }

    /**
     * Triplets made of one's own pictures, for those who have no answers of people: the picture, a slightly distorted
     * copy and a strongly distorted one, of the same kind, place and direction. Which is nearer is known by
     * construction; how well that agrees with people is not.
     */
    public static final class GeneratedTriplets {

        /** How much stronger the strong copy is: neighbouring severities are hard to tell apart for people, too. */
        private static final int STEP = 2;

        private GeneratedTriplets() {}

        /**
         * One triplet a picture.
         *
         * @param seed decides kinds, severities and sides
         */
        public static List<Triplet> of(List<PictureSource.PictureFile> pictures, long seed) {
            SplittableRandom random = new SplittableRandom(seed);
            Distortion[] kinds = Distortion.values();
            List<Triplet> triplets = new ArrayList<>();
            for (PictureSource.PictureFile picture : pictures) {
                Distortion kind = kinds[random.nextInt(kinds.length)];
                int slight = 1 + random.nextInt(Distortion.MAX_SEVERITY - STEP);
                long place = random.nextLong();
                PictureSource near = new PictureSource.Distorted(picture, kind, slight, place);
                PictureSource far = new PictureSource.Distorted(picture, kind, slight + STEP, place);
                boolean right = random.nextBoolean();
                triplets.add(new Triplet(
                        "%s~%s".formatted(picture.name(), kind),
                        picture,
                        right ? far : near,
                        right ? near : far,
                        right ? 1 : 0));
            }
            return triplets;
        }
    }
}
