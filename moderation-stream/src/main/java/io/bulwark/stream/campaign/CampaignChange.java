package io.bulwark.stream.campaign;

import io.bulwark.events.CampaignRuling;
import io.bulwark.events.Decision;
import io.bulwark.events.RecordCoordinates;
import java.util.List;

/** What the campaigns of a tenant are told. */
public sealed interface CampaignChange {

    String tenant();

    /**
     * An audit was made.
     *
     * @param anchors the flagged entry alone, where one is named; else the bands
     */
    record Tried(String tenant, Attempt attempt, List<Anchor> anchors) implements CampaignChange {}

    /**
     * A person decided about an image.
     *
     * @param contentSha256 of the file that they looked at; null where it is not known
     * @param upload that brought it; null where it is not known
     */
    record Settled(String tenant, String imageId, String contentSha256, RecordCoordinates upload, Decision decision)
            implements CampaignChange {}

    /** A person said what a campaign is. */
    record Ruled(CampaignRuling ruling) implements CampaignChange {
        @Override
        public String tenant() {
            return ruling.getTenant();
        }
    }

    /** The image is erased. */
    record Forget(String tenant, String imageId) implements CampaignChange {}
}
