package io.bulwark.stream.campaign;

import io.bulwark.events.AnchorType;
import io.bulwark.events.AttackAudit;
import io.bulwark.events.CampaignRuling;
import io.bulwark.events.Decision;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.stream.campaign.Attempt.Anchor;
import io.bulwark.stream.campaign.CampaignProcessor.CampaignSalt;
import io.bulwark.stream.state.StateLayout;
import io.bulwark.stream.state.StateLayout.Nullable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.serialization.Serde;

/** A change of the campaigns of a tenant. */
public sealed interface CampaignChange {

    /** What is stored, for messages. */
    String WHAT = "the campaigns";

    String tenant();

    /** The layout on the way from image to tenant. The order of the cases is part of it. */
    static Serde<CampaignChange> serde(Serde<CampaignRuling> rulings) {
        return StateLayout.of(WHAT, CampaignChange.class, Map.of(CampaignRuling.class, StateLayout.Field.of(rulings)));
    }

    /**
     * An audit was made.
     *
     * @param anchors the flagged entry alone, where one is named; else the bands
     */
    record Tried(String tenant, Attempt attempt, List<Anchor> anchors) implements CampaignChange {}

    /**
     * A person decided about an image.
     *
     * @param contentSha256 of the file that the person looked at; null where it is not known
     * @param upload that brought it; null where it is not known
     */
    record Settled(
            String tenant,
            String imageId,
            @Nullable String contentSha256,
            @Nullable RecordCoordinates upload,
            Decision decision)
            implements CampaignChange {}

    /** A person ruled on a campaign. */
    record Ruled(CampaignRuling ruling) implements CampaignChange {
        @Override
        public String tenant() {
            return ruling.getTenant();
        }
    }

    /** The image is erased. */
    record Forget(String tenant, String imageId) implements CampaignChange {}

    /** Makes attempts of audits. Immutable; any thread. */
    public static final class AuditReader {

        /** A longer id is no attempt: a record of a hundred such members would be larger than its topic takes. */
        private static final int LONGEST_ID = 500;

        private static final int ACCOUNT_DIGITS = 16;

        private static final String ENTRY = "entry";
        private static final String ANGLE = "angle";
        private static final String LABEL = "label";

        private final CampaignSalt salt;

        public AuditReader(CampaignSalt salt) {
            this.salt = salt;
        }

        /**
         * What an audit says; empty where it says neither which entry its image lies near nor how it looks, and where
         * an id is longer than {@value #LONGEST_ID} characters.
         */
        public Optional<CampaignChange> read(AttackAudit audit) {
            List<Anchor> anchors = anchors(audit);
            if (anchors.isEmpty()
                    || audit.getImageId().length() > LONGEST_ID
                    || audit.getUploaderId().length() > LONGEST_ID) {
                return Optional.empty();
            }
            Map<String, String> evidence = audit.getEvidence();
            double score = audit.getRobustScore() == null ? Double.NaN : audit.getRobustScore();
            double angle = number(evidence.get(ANGLE));
            String content = audit.getContentSha256() != null
                    ? salt.digest("content", audit.getTenant(), audit.getContentSha256())
                    : salt.digest(
                            String.join(" ", audit.getPerceptualKey()), Double.toString(score), Double.toString(angle));
            return Optional.of(new CampaignChange.Tried(
                    audit.getTenant(),
                    new Attempt(
                            audit.getImageId(),
                            audit.getUploaderId(),
                            salt.digest("account", audit.getTenant(), audit.getUploaderId())
                                    .substring(0, ACCOUNT_DIGITS),
                            audit.getDetectedAt(),
                            audit.getKind(),
                            audit.getDecision(),
                            score,
                            angle,
                            content,
                            audit.getContentSha256(),
                            audit.getUpload(),
                            evidence.getOrDefault(LABEL, "")),
                    anchors));
        }

        private List<Anchor> anchors(AttackAudit audit) {
            String entry = audit.getEvidence().get(ENTRY);
            if (entry != null) {
                return List.of(new Anchor(AnchorType.FLAGGED_ENTRY, entry));
            }
            // Keys of different encoders mean nothing to each other.
            return salt.chosen(audit.getPerceptualKey()).stream()
                    .map(band -> new Anchor(
                            AnchorType.PERCEPTUAL_BAND,
                            salt.digest(audit.getTenant(), audit.getModelFingerprint(), band)))
                    .toList();
        }

        private static double number(String text) {
            try {
                return text == null ? Double.NaN : Double.parseDouble(text);
            } catch (NumberFormatException foreign) {
                return Double.NaN;
            }
        }
    }
}
