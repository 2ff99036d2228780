package io.bulwark.stream.campaign;

import io.bulwark.events.CampaignRuling;
import io.bulwark.events.Decision;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.stream.campaign.Attempt.Anchor;
import io.bulwark.stream.state.StateLayout;
import io.bulwark.stream.state.StateLayout.Nullable;
import java.util.List;
import java.util.Map;
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
}
