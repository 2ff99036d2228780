package io.bulwark.stream.topology;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.Decision;
import io.bulwark.events.UploaderStats;
import io.bulwark.events.Verdict;
import java.time.Instant;

/**
 * Changes to one uploader's window, as {@link UploaderStats} whose counts are to be added and may be negative. They
 * travel through the internal repartition topic only.
 */
final class UploaderDeltas {

    private final WindowGrid grid;

    UploaderDeltas(WindowGrid grid) {
        this.grid = grid;
    }

    /** One more image. */
    UploaderStats counted(Verdict verdict, Instant countedAt) {
        return change(verdict, countedAt, 1, Decision.UNKNOWN, verdict.getDecision())
                .setLastSeenAt(countedAt)
                .build();
    }

    /** The same image, decided otherwise. */
    UploaderStats moved(StoredVerdict from, Verdict to) {
        return change(to, from.countedAt(), 0, from.verdict().getDecision(), to.getDecision())
                .setLastSeenAt(from.countedAt())
                .build();
    }

    /** One more audit. */
    UploaderStats audited(AttackAudit audit) {
        return empty(audit.getUploaderId(), audit.getTenant(), audit.getDetectedAt())
                .setAudits(1)
                .setLastSeenAt(audit.getDetectedAt())
                .build();
    }

    private UploaderStats.Builder change(
            Verdict verdict, Instant countedAt, long images, Decision minus, Decision plus) {
        return empty(verdict.getUploaderId(), verdict.getTenant(), countedAt)
                .setImages(images)
                .setSafe(step(Decision.SAFE, minus, plus))
                .setNsfw(step(Decision.NSFW, minus, plus))
                .setReview(step(Decision.REVIEW, minus, plus))
                .setRefused(step(Decision.REFUSED, minus, plus));
    }

    private UploaderStats.Builder empty(String uploaderId, String tenant, Instant countedAt) {
        return UploaderStats.newBuilder()
                .setUploaderId(uploaderId)
                .setTenant(tenant)
                .setWindowStart(grid.startOf(countedAt))
                .setWindowEnd(grid.endOf(countedAt))
                .setImages(0);
    }

    private static long step(Decision counted, Decision minus, Decision plus) {
        return (plus == counted ? 1 : 0) - (minus == counted ? 1 : 0);
    }
}
