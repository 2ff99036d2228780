package io.bulwark.stream.topology;

import io.bulwark.stream.campaign.CampaignSettings;
import io.bulwark.stream.decision.DecisionSettings;
import io.bulwark.stream.flagged.FlaggedSettings;
import io.bulwark.stream.uploader.UploaderSettings;
import java.time.Duration;

/**
 * What shapes the state.
 *
 * @param auditRetention how long after its detection an audit is kept
 * @param partitions of the topics that are read by image: all that is said of an image comes to one task
 */
public record TopologySettings(
        DecisionSettings decisions,
        UploaderSettings uploaders,
        Duration auditRetention,
        FlaggedSettings flagged,
        CampaignSettings campaigns,
        int partitions) {}
