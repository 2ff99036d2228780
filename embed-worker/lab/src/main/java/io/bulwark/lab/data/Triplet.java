package io.bulwark.lab.data;

import io.bulwark.perception.metric.Choice.Side;
import java.util.List;

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

    /** The reference, the side that most people chose, the other one: the order in which trainings take them. */
    public List<PictureSource> pictures() {
        return chosenByPeople() == Side.RIGHT ? List.of(reference, right, left) : List.of(reference, left, right);
    }

    /** Share of people who agree with a choice: BAPPS' 2AFC score, which is the accuracy where they were of one mind. */
    public double agreement(Side side) {
        return side == Side.RIGHT ? rightShare : 1 - rightShare;
    }
}
