package io.bulwark.stream.document;

import io.bulwark.events.Hold;
import java.time.Instant;

/**
 * A legal hold.
 *
 * @param subject IMAGE or UPLOADER
 * @param by who placed it
 * @param releasedBy null while it holds
 */
public record HoldDocument(
        String tenant,
        String subject,
        String id,
        String by,
        String reason,
        Instant at,
        String releasedBy,
        Instant releasedAt) {

    public static HoldDocument of(Hold hold) {
        return new HoldDocument(
                hold.getTenant(),
                hold.getSubject().name(),
                hold.getId(),
                hold.getBy(),
                hold.getReason(),
                hold.getAt(),
                hold.getReleasedBy(),
                hold.getReleasedAt());
    }
}
