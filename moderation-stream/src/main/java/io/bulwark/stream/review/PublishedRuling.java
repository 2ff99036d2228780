package io.bulwark.stream.review;

import io.bulwark.events.CampaignRuling;
import io.bulwark.events.Ruling;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * What {@code moderation.campaign-rulings} is to be told: what a person says of a campaign.
 *
 * @param note in words; null without one
 * @param seen digests of the images that the person was shown; null where it is not known
 * @param at milliseconds since 1970
 */
record PublishedRuling(
        UUID id, String tenant, String campaignId, String ruling, String note, String by, List<String> seen, long at)
        implements Published {

    @Override
    public Kind kind() {
        return Kind.RULING;
    }

    /** As the topic has it. */
    CampaignRuling toRecord() {
        return CampaignRuling.newBuilder()
                .setRulingId(id.toString())
                .setTenant(tenant)
                .setCampaignId(campaignId)
                .setRuling(Ruling.valueOf(ruling))
                .setNote(note)
                .setBy(by)
                .setSeen(seen)
                .setAt(Instant.ofEpochMilli(at))
                .build();
    }
}
