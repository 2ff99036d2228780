/**
 * How well text over pictures is found and looked behind, and what an attacker who knows the network makes of it; how
 * well pictures within pictures are found, by a network and by margins and panels.
 *
 * <p>What may enter: measurements of {@link io.bulwark.imaging.mask} on files, and attacks on the mask itself. What the
 * further view does to decisions is {@code evaluate acceptance}'s to say, with and without {@code --no-text}.
 *
 * <p>The attacker sets the pixels that the mask sees, in floats, which are rounded to levels before it is asked whether
 * there is a view: a picture of that size is seen as it is. Blinding the mask takes the further view away, and leaves
 * all others; having it fire costs a view. Random signs of the same size stand beside every attack.
 */
package io.bulwark.lab.evaluate.mask;
