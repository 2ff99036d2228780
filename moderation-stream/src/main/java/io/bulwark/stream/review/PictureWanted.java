package io.bulwark.stream.review;

import java.time.Instant;

/**
 * A picture that is to become a reference.
 *
 * @param tenant whose image
 * @param imageId its id
 * @param contentSha256 of the file that was decided about
 * @param knownAt a time at which its verdict was there already
 */
public record PictureWanted(String tenant, String imageId, String contentSha256, Instant knownAt) {}
