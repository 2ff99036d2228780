package io.bulwark.stream.document;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.bulwark.events.AttackCampaign;
import io.bulwark.events.AttackKind;
import io.bulwark.events.CampaignState;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A campaign: attack audits that belong together.
 *
 * @param kind that of most of its audits
 * @param state OPEN, CLOSED, CONFIRMED or DISMISSED
 * @param severity LOW, MEDIUM or HIGH
 * @param openedAt when its first audit was made
 * @param lastSeenAt when its last one was
 * @param events audits of different files of accounts that came back
 * @param images of accounts that came back, unlisted ones included
 * @param uploaders accounts that came back, up to 1,000
 * @param lowestScore of the true scores, in [0, 1]; null where none is known
 * @param mergedFrom ids of campaigns that became part of this one
 * @param ruledBy who confirmed or dismissed it; null before
 * @param members images, oldest first, at most 100; only of a campaign that is asked for by its id
 * @param membersBeyond images that are not listed; only with members
 * @param uploadersBeyond uploaders of whom no image is listed; only with members
 */
@Schema(name = "CampaignDocument")
public record CampaignDocument(
        String campaignId,
        String tenant,
        String kind,
        String state,
        String severity,
        AnchorDocument anchor,
        Instant openedAt,
        Instant lastSeenAt,
        long events,
        long images,
        long uploaders,
        Double lowestScore,
        Double highestScore,
        List<String> mergedFrom,
        String ruledBy,
        Instant ruledAt,
        String note,
        @JsonInclude(JsonInclude.Include.NON_NULL) List<MemberDocument> members,
        @JsonInclude(JsonInclude.Include.NON_NULL) Long membersBeyond,
        @JsonInclude(JsonInclude.Include.NON_NULL) Long uploadersBeyond) {

    /**
     * What its audits have in common.
     *
     * @param type FLAGGED_ENTRY or PERCEPTUAL_BAND
     * @param id of the entry, or the salted digest of the band
     */
    public record AnchorDocument(String type, String id) {}

    /**
     * An image of it.
     *
     * @param score the verdict's true one, in [0, 1]; null where it is not known
     * @param decision the verdict's, or what a person decided since
     * @param angle to the flagged entry in radians; null where there is none
     */
    public record MemberDocument(
            String imageId, String uploaderId, Instant at, Double score, String decision, String kind, Double angle) {}

    /** Without its members, as a list has it. */
    public static CampaignDocument summary(AttackCampaign campaign) {
        return of(campaign, "members", null, "membersBeyond", null, "uploadersBeyond", null);
    }

    /** With its members. */
    public static CampaignDocument whole(AttackCampaign campaign) {
        return of(
                campaign,
                "members",
                campaign.getAttempts().stream()
                        .map(attempt -> RecordDocuments.of(MemberDocument.class, attempt))
                        .toList());
    }

    private static CampaignDocument of(AttackCampaign campaign, Object... members) {
        return RecordDocuments.of(
                CampaignDocument.class,
                campaign,
                Stream.concat(
                                Stream.of(
                                        "openedAt",
                                        campaign.getWindowStart(),
                                        "lastSeenAt",
                                        campaign.getWindowEnd(),
                                        "uploaders",
                                        campaign.getUploaderCount()),
                                Arrays.stream(members))
                        .toArray());
    }

    /**
     * A page of campaigns, newest first.
     *
     * @param next what {@code cursor} must be for the next page; null where this is the last
     */
    @Schema(name = "CampaignsDocument")
    public record CampaignsDocument(List<CampaignDocument> campaigns, String next) {

        private static final Comparator<String> NEWEST = Comparator.reverseOrder();

        /**
         * The page that follows a cursor.
         *
         * @param all campaigns, in any order
         * @param states empty for all
         * @param kinds empty for all
         * @param cursor empty from the newest on
         */
        public static CampaignsDocument of(
                List<AttackCampaign> all, Set<CampaignState> states, Set<AttackKind> kinds, int limit, String cursor) {
            List<AttackCampaign> found = all.stream()
                    .filter(campaign -> states.isEmpty() || states.contains(campaign.getState()))
                    .filter(campaign -> kinds.isEmpty() || kinds.contains(campaign.getKind()))
                    .filter(campaign -> cursor.isEmpty() || cursor(campaign).compareTo(cursor) < 0)
                    .sorted(Comparator.comparing(CampaignsDocument::cursor, NEWEST))
                    .limit(limit + 1L)
                    .toList();
            boolean more = found.size() > limit;
            List<AttackCampaign> page = more ? found.subList(0, limit) : found;
            return new CampaignsDocument(
                    page.stream().map(CampaignDocument::summary).toList(), more ? cursor(page.get(limit - 1)) : null);
        }

        private static String cursor(AttackCampaign campaign) {
            return String.format(
                    "%016x-%s", Math.max(0, campaign.getWindowStart().toEpochMilli()), campaign.getCampaignId());
        }
    }
}
