package io.bulwark.stream.state;

import io.bulwark.events.Decision;
import io.bulwark.events.ModerationDecision;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.events.Review;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.topic.RestrictedDecisions;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Which verdicts are restricted: all that a worker marked, whose label is restricted here, or on content of which a case
 * stands. Neither the worker's settings nor these alone can lift the restriction: that takes an {@link #order} of
 * designated staff. Any thread.
 */
public final class Restriction {

    /** Who restricts and lifts, as reviews and decisions name it. Reviews under this name need the mark of an order. */
    public static final String STAFF = "designated-staff";

    private static final double NO_SCORE = 1;
    private static final String MAC = "HmacSHA256";

    private final Set<String> labels;
    private volatile Standing standing;

    /** @param labels of {@code bulwark.restricted.labels} */
    public Restriction(Set<String> labels) {
        this.labels = Set.copyOf(labels);
    }

    /**
     * A content of a tenant.
     *
     * @param sha256 of the file, lower-case hexadecimal
     */
    public record Content(String tenant, String sha256) {}

    /**
     * What the database knows.
     *
     * @param contents of which a case stands
     * @param key by which orders are marked, 32 bytes
     */
    public record Standing(Set<Content> contents, byte[] key) {

        public Standing {
            contents = Set.copyOf(contents);
            key = key.clone();
        }
    }

    /** Replaces what the database knows. */
    public void stand(Standing present) {
        standing = present;
    }

    /** Of how many contents a case stands, as far as is known here. */
    public int contents() {
        Standing present = standing;
        return present == null ? 0 : present.contents().size();
    }

    /** Whether verdicts would be decided before it is known of which contents a case stands, where labels are restricted. */
    public boolean isAwaited() {
        return !labels.isEmpty() && standing == null;
    }

    /** Whether a verdict is restricted. A label counts where it decided: SAFE images name their nearest one. */
    public boolean covers(Verdict verdict) {
        return isMarked(verdict) || covers(verdict.getTenant(), verdict.getContentSha256());
    }

    /** Whether a verdict is restricted by what it says itself; a bank's label {@code restricted} restricts always. */
    public boolean isMarked(Verdict verdict) {
        return verdict.getRestricted()
                || (verdict.getDecision() != Decision.SAFE
                        && verdict.getDecidingLabel() != null
                        && (labels.contains(verdict.getDecidingLabel())
                                || verdict.getDecidingLabel().equals(RestrictedDecisions.LABEL)));
    }

    /**
     * Whether a case of this content stands.
     *
     * @param sha256 may be null
     */
    public boolean covers(String tenant, String sha256) {
        Standing present = standing;
        return sha256 != null && present != null && present.contents().contains(new Content(tenant, sha256));
    }

    /** The same decision without anything that says what the image shows. */
    public static ModerationDecision neutral(ModerationDecision decision) {
        return ModerationDecision.newBuilder(decision)
                .setDecision(Decision.NSFW)
                .setReason(null)
                .setLabels(List.of(RestrictedDecisions.LABEL))
                .setScore(NO_SCORE)
                .setContentSha256(null)
                .setReplaced(null)
                .setRestricted(true)
                .build();
    }

    /**
     * The order of designated staff about one upload, as a review that names no hash: SAFE lifts its restriction, NSFW
     * restricts what was decided before its content was.
     *
     * @param key of the database
     */
    public static Review order(
            byte[] key, String tenant, String imageId, RecordCoordinates upload, Decision decision, Instant at) {
        Review order = Review.newBuilder()
                .setTenant(tenant)
                .setImageId(imageId)
                .setReviewer(STAFF)
                .setDecision(decision)
                .setAt(at)
                .setUpload(upload)
                .setDecisionId(UUID.randomUUID().toString())
                .build();
        return Review.newBuilder(order).setReason(mark(key, order)).build();
    }

    /** Whether a review claims to be an order. */
    public static boolean isByStaff(Review review) {
        return review.getReviewer().equals(STAFF);
    }

    /** Whether a review is an order; a writer of the topic who does not have the database's key cannot make one. */
    public boolean isOrder(Review review) {
        Standing present = standing;
        return present != null
                && isByStaff(review)
                && review.getUpload() != null
                && review.getContentSha256() == null
                && MessageDigest.isEqual(
                        mark(present.key(), review).getBytes(StandardCharsets.US_ASCII),
                        Optional.ofNullable(review.getReason()).orElse("").getBytes(StandardCharsets.UTF_8));
    }

    private static String mark(byte[] key, Review order) {
        RecordCoordinates upload = order.getUpload();
        String said = StoreKey.ofImage(
                        order.getTenant(),
                        order.getImageId(),
                        order.getDecision().name())
                + "\0" + upload.getTopic() + "\0" + upload.getPartition() + "\0" + upload.getOffset() + "\0"
                + order.getDecisionId();
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(new SecretKeySpec(key, MAC));
            return HexFormat.of().formatHex(mac.doFinal(said.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("Every Java platform has " + MAC + ".", missing);
        }
    }
}
