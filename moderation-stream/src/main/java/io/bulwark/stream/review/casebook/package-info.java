/**
 * The casebook: the latest decision of every image, as rows that lists are made of. It is read from {@code
 * moderation.decisions} and owns nothing: emptied, it can be made anew from there.
 *
 * <p>Pages follow the order of decision time and image id, newest first, and go on after the last row of the page before
 * (keyset paging). So the last of a million pages costs what the first does, and a case that arrives meanwhile moves
 * nothing. Every filter that may be used alone has an index in that order.
 */
package io.bulwark.stream.review.casebook;
