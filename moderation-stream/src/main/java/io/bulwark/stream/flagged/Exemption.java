package io.bulwark.stream.flagged;

import java.time.Instant;
import java.util.Comparator;

/**
 * A file that a person called SAFE.
 *
 * @param imageId under which it was looked at
 * @param at when
 * @param needed whether something would hold the file back without it, as far as is known
 */
public record Exemption(String tenant, String imageId, String contentSha256, Instant at, boolean needed) {

    static final Comparator<Exemption> OLDER =
            Comparator.comparing(Exemption::at).thenComparing(Exemption::contentSha256);

    /** Goes first where there are too many: what nothing held back, the oldest of it. */
    static final Comparator<Exemption> LEAST =
            Comparator.comparing(Exemption::needed).thenComparing(OLDER);

    /** What it is named by where others read. */
    String id() {
        return "exempt-" + FlaggedMember.digest(tenant, contentSha256);
    }
}
