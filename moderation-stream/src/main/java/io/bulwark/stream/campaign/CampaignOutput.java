package io.bulwark.stream.campaign;

import io.bulwark.events.AttackCampaign;
import io.bulwark.events.Review;

/** What follows for other topics. */
public sealed interface CampaignOutput {

    /**
     * A campaign as it now stands.
     *
     * @param campaign null: gone
     */
    record Told(AttackCampaign campaign) implements CampaignOutput {}

    /** What a confirmed campaign says of one of its images. */
    record Reviewed(Review review) implements CampaignOutput {}
}
