package io.bulwark.stream.uploader;

import io.bulwark.events.Decision;
import java.time.Instant;

/**
 * A change of an uploader's statistics: numbers to add, which may be negative, to the windows that hold an instant.
 *
 * @param at whose windows change
 * @param strikes in thousandths
 * @param forget whether all of the uploader is to be forgotten instead; the numbers are then 0
 */
public record UploaderChange(
        String tenant,
        String uploaderId,
        Instant at,
        long images,
        long safe,
        long nsfw,
        long review,
        long refused,
        long audits,
        long strikes,
        boolean forget) {

    /** One more image. */
    public static UploaderChange plus(Contribution counted) {
        return times(1, counted);
    }

    /** One image less. */
    public static UploaderChange minus(Contribution counted) {
        return times(-1, counted);
    }

    /** So many audits more, or less. */
    public static UploaderChange audits(long more, String tenant, String uploaderId, Instant detectedAt) {
        return new UploaderChange(tenant, uploaderId, detectedAt, 0, 0, 0, 0, 0, more, 0, false);
    }

    /** Nothing is to be known of the uploader any more. */
    public static UploaderChange forgotten(String tenant, String uploaderId, Instant at) {
        return new UploaderChange(tenant, uploaderId, at, 0, 0, 0, 0, 0, 0, 0, true);
    }

    private static UploaderChange times(long sign, Contribution counted) {
        Decision decision = counted.decision();
        return new UploaderChange(
                counted.tenant(),
                counted.uploaderId(),
                counted.uploadedAt(),
                sign,
                decision == Decision.SAFE ? sign : 0,
                decision == Decision.NSFW ? sign : 0,
                decision == Decision.REVIEW ? sign : 0,
                decision == Decision.REFUSED ? sign : 0,
                0,
                sign * counted.strikes(),
                false);
    }

    /** Both at once; of the same uploader and instant. */
    public UploaderChange and(UploaderChange other) {
        return new UploaderChange(
                tenant,
                uploaderId,
                at,
                images + other.images,
                safe + other.safe,
                nsfw + other.nsfw,
                review + other.review,
                refused + other.refused,
                audits + other.audits,
                strikes + other.strikes,
                forget || other.forget);
    }
}
