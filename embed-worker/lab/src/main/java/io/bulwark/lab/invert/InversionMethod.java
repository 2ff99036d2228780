package io.bulwark.lab.invert;

/** How the pixels of an inversion are moved. Immutable. */
public sealed interface InversionMethod permits BallDescent, FreePixels {

    /** Steps of a whole inversion, at least 1. */
    int steps();

    /** Pictures that one step of one sample embeds. */
    int copies();

    /** What it is, for reports, and all that the pixels depend on. */
    String describe();

    /** The state that a start is. */
    InversionState begin(Ascended ascended, float[] start);

    /** The next state. */
    InversionState step(Ascended ascended, InversionState state, long seed);
}
