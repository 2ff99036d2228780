package io.bulwark.stream.campaign;

import io.bulwark.events.AttackCampaign;
import io.bulwark.events.CampaignAnchor;
import io.bulwark.events.CampaignAttempt;
import io.bulwark.events.CampaignRuling;
import io.bulwark.events.Decision;
import io.bulwark.events.Review;
import io.bulwark.events.Severity;
import io.bulwark.schemas.topic.CampaignReviews;
import io.bulwark.stream.campaign.Attempt.Anchor;
import io.bulwark.stream.campaign.CampaignProcessor.CampaignSalt;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Campaigns of one tenant in the words of the schemas. Immutable; any thread. */
record CampaignRecords(String tenant, CampaignSalt salt) {

    /** Members that are listed. */
    static final int MOST_MEMBERS = 100;

    /** The label of an image that a confirmed campaign makes NSFW, where the flagged entry has none. */
    static final String LABEL = "attack-campaign";

    private static final int HIGH_ACCOUNTS = 10;
    private static final int HIGH_IMAGES = 500;
    private static final int MEDIUM_ACCOUNTS = 3;
    private static final int MEDIUM_IMAGES = 100;

    /** The id of a campaign at an anchor, by the number of those before it there. */
    String id(Anchor anchor, int before) {
        return salt.digest("campaign", tenant, anchor.type().name(), anchor.id(), Integer.toString(before));
    }

    AttackCampaign of(Campaign campaign) {
        List<Attempt> members = campaign.members(MOST_MEMBERS);
        var uploaders = new TreeSet<String>();
        members.forEach(member -> uploaders.add(member.uploaderId()));
        campaign.measure();
        long images = Math.max(members.size(), campaign.images());
        long accounts = Math.max(uploaders.size(), campaign.memberAccounts().size());
        return AttackCampaign.newBuilder()
                .setCampaignId(campaign.id)
                .setTenant(tenant)
                .setKind(campaign.kind())
                .setState(campaign.state)
                .setSeverity(severity(accounts, images))
                .setAnchor(new CampaignAnchor(campaign.anchor.type(), campaign.anchor.id()))
                .setMembers(members.stream().map(Attempt::imageId).toList())
                .setUploaders(List.copyOf(uploaders))
                .setWindowStart(campaign.openedAt)
                .setWindowEnd(campaign.lastSeenAt)
                .setEvents(images)
                .setImages(images)
                .setUploaderCount(accounts)
                .setMembersBeyond(images - members.size())
                .setUploadersBeyond(accounts - uploaders.size())
                .setLowestScore(Double.isFinite(campaign.lowest) ? campaign.lowest : null)
                .setHighestScore(Double.isFinite(campaign.highest) ? campaign.highest : null)
                .setMergedFrom(List.copyOf(campaign.mergedFrom))
                .setAttempts(members.stream().map(CampaignRecords::record).toList())
                .setRuledBy(campaign.ruledBy)
                .setRuledAt(campaign.ruledAt)
                .setNote(campaign.note)
                .build();
    }

    private static CampaignAttempt record(Attempt attempt) {
        return CampaignAttempt.newBuilder()
                .setImageId(attempt.imageId())
                .setUploaderId(attempt.uploaderId())
                .setAt(attempt.at())
                .setScore(Double.isFinite(attempt.score()) ? attempt.score() : null)
                .setDecision(attempt.decision())
                .setKind(attempt.kind())
                .setAngle(Double.isFinite(attempt.angle()) ? attempt.angle() : null)
                .build();
    }

    /**
     * A person's NSFW on each member that they were shown, that is not NSFW already and that a review can name by its
     * content. The same ruling makes the same decision ids.
     */
    List<Review> reviews(Campaign campaign, CampaignRuling ruling) {
        return of(campaign, ruling).stream()
                .filter(member -> member.contentSha256() != null || member.upload() != null)
                .filter(member -> member.decision() != Decision.NSFW)
                .map(member -> Review.newBuilder()
                        .setImageId(member.imageId())
                        .setReviewer(ruling.getBy())
                        .setDecision(Decision.NSFW)
                        .setReason("campaign " + campaign.id
                                + (ruling.getNote() == null || ruling.getNote().isBlank()
                                        ? ""
                                        : ": " + ruling.getNote()))
                        .setAt(ruling.getAt())
                        .setTenant(tenant)
                        .setContentSha256(member.contentSha256())
                        .setUpload(member.upload())
                        .setDecisionId(CampaignReviews.decisionId(ruling.getRulingId(), member.imageId()))
                        .setLabels(List.of(member.label().isEmpty() ? LABEL : member.label()))
                        .build())
                .toList();
    }

    /** What the person was shown. */
    private List<Attempt> of(Campaign campaign, CampaignRuling ruling) {
        if (ruling.getSeen() == null) {
            return campaign.id.equals(ruling.getCampaignId()) ? campaign.members(MOST_MEMBERS) : List.of();
        }
        Set<String> seen = Set.copyOf(ruling.getSeen());
        return campaign.members(Campaign.MOST_KEPT).stream()
                .filter(member -> seen.contains(CampaignReviews.digest(tenant, member.imageId())))
                .toList();
    }

    private static Severity severity(long accounts, long images) {
        if (accounts >= HIGH_ACCOUNTS || images >= HIGH_IMAGES) {
            return Severity.HIGH;
        }
        return accounts >= MEDIUM_ACCOUNTS || images >= MEDIUM_IMAGES ? Severity.MEDIUM : Severity.LOW;
    }
}
