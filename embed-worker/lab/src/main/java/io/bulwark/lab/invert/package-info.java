/**
 * What an encoder sees: pictures whose embedding lies in a wanted direction, found by gradient ascent on pixels. What
 * may enter: targets, ways to move the pixels, and how well an inversion carries over to an encoder that it did not
 * use.
 *
 * <p>The paper (Croce et al., SaTML 2025) claims that robust encoders can be inverted, and publishes neither code nor
 * numbers for it. Both ways here are those of the literature, with values of our own:
 *
 * <ul>
 *   <li>{@link io.bulwark.lab.invert.Inversion.BallDescent}: normalised gradient steps within a large l2 ball around a
 *       start, without any prior about pictures (Engstrom et al., "Adversarial Robustness as a Prior for Learned
 *       Representations", 2019). What comes out is the encoder's alone, so the two encoders of a sheet are compared by
 *       it.
 *   <li>{@link io.bulwark.lab.invert.FreePixels}: Adam on the pixels with total variation (Mahendran and Vedaldi,
 *       CVPR 2015), from coarse to fine, each step over several moved copies. The prior helps any encoder.
 * </ul>
 *
 * <p>Decisions:
 *
 * <ul>
 *   <li><b>Every target is a direction.</b> Banks compare cosines, so the score of a picture is its unit embedding
 *       times a direction: another picture's embedding, a label's mean, a text, or a weighted difference of two.
 *       Engstrom et al. minimise the l2 distance of embeddings that are not normalised; the length of an embedding
 *       decides nothing here.
 *   <li><b>A state is a value.</b> {@link io.bulwark.lab.invert.Inversion#step} takes one and gives the next, and
 *       draws what is random from the seed and the number of the step. So a run that was cut off ends in the same
 *       pixels.
 *   <li><b>The score is not the encoder's own.</b> Any encoder can be driven to a cosine near 1. {@link
 *       io.bulwark.lab.invert.Transfer} asks another one.
 * </ul>
 *
 * <pre>{@code
 * Inversion inversion = new Inversion(encoder, 128, 128, BallDescent.standard(200), targets, 1);
 * InversionState state = inversion.begin(InversionStart.grey());
 * while (state.step() < inversion.steps()) {
 *     state = inversion.step(state);
 * }
 * }</pre>
 *
 * <p>{@code bulwark invert} has the commands. Labels and texts that stand for explicit content are refused as targets
 * without {@code --i-know}: a moderation bank is a collection of what should not be seen, and an inversion draws it
 * again. The drawing may hurt who opens the file, and in some countries it is as unlawful as the original.
 */
package io.bulwark.lab.invert;
