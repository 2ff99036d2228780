package io.bulwark.stream.uploader;

import io.bulwark.events.Decision;
import io.bulwark.stream.state.StateLayout;
import java.time.Instant;
import org.apache.kafka.common.serialization.Serde;

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

    /** The layout in the internal topic. */
    public static Serde<UploaderChange> serde() {
        return StateLayout.of("changes of uploader statistics", UploaderChange.class);
    }

    /** One more image. */
    public static UploaderChange plus(Contribution counted) {
        return times(1, counted);
    }

    /** One image less. */
    public static UploaderChange minus(Contribution counted) {
        return times(-1, counted);
    }

    /** More audits, or fewer. */
    public static UploaderChange audits(long more, String tenant, String uploaderId, Instant detectedAt) {
        return new UploaderChange(tenant, uploaderId, detectedAt, 0, 0, 0, 0, 0, more, 0, false);
    }

    /** The uploader is to be forgotten. */
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

    /**
     * How one image counts in its uploader's statistics.
     *
     * @param uploadedAt whose windows count it
     * @param decision in force
     * @param strikes the weight of its labels in thousandths, 0 unless it is NSFW
     */
    public record Contribution(String tenant, String uploaderId, Instant uploadedAt, Decision decision, long strikes) {}
}
