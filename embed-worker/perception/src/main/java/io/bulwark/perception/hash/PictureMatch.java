package io.bulwark.perception.hash;

import io.bulwark.imaging.preprocess.Pose;

/**
 * An entry that a picture looks like.
 *
 * @param entry of the list
 * @param distance bits in which the two hashes differ, 0 to 256
 * @param pose how the picture has to be turned or mirrored to look like it; {@link Pose#UPRIGHT} where not at all
 */
public record PictureMatch(ListedPicture entry, int distance, Pose pose) {}
