package io.bulwark.stream.flagged;

import java.time.Instant;
import java.util.Comparator;

/**
 * A file that a person called SAFE.
 *
 * @param imageId under which it was looked at
 * @param at when
 */
public record Exemption(String tenant, String imageId, String contentSha256, Instant at) {

    static final Comparator<Exemption> OLDER =
            Comparator.comparing(Exemption::at).thenComparing(Exemption::contentSha256);

    /** What it is named by where others read. */
    String id() {
        return "exempt-" + FlaggedMember.digest(tenant, contentSha256);
    }
}
