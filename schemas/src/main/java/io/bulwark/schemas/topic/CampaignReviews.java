package io.bulwark.schemas.topic;

import io.bulwark.events.Review;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.UUID;

/**
 * How records of {@link Topics#REVIEWS} are told apart that follow from a confirmed campaign: a person confirmed the
 * campaign and did not decide about the image by itself.
 */
public final class CampaignReviews {

    private static final String PREFIX = "campaign:";

    private CampaignReviews() {}

    /** The decision id of what a ruling says of an image: the same for the same two. */
    public static String decisionId(String rulingId, String imageId) {
        return PREFIX + UUID.nameUUIDFromBytes((rulingId + "/" + imageId).getBytes(StandardCharsets.UTF_8));
    }

    /** How a ruling names an image that the person was shown: not by its id, so that there is nothing to erase. */
    public static String digest(String tenant, String imageId) {
        try {
            byte[] named = (tenant + "\n" + imageId).getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(named));
        } catch (NoSuchAlgorithmException every) {
            throw new IllegalStateException("every Java has SHA-256", every);
        }
    }

    /** Whether it follows from a campaign. */
    public static boolean isOne(Review review) {
        return review.getDecisionId() != null && review.getDecisionId().startsWith(PREFIX);
    }
}
