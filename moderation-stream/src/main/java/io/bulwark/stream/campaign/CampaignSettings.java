package io.bulwark.stream.campaign;

import java.time.Duration;

/**
 * What makes a campaign.
 *
 * @param enabled whether there are any
 * @param contents different contents from which on attempts may be one
 * @param returns how often accounts came back from which on they are one, see {@link CampaignRule}
 * @param quiet after how long without an attempt a campaign is over, and attempts count for no new one
 * @param retention how long after its audit an attempt is kept, and a campaign after its last
 * @param salt of the deployment, for the bands
 */
public record CampaignSettings(
        boolean enabled, int contents, int returns, Duration quiet, Duration retention, Salt salt) {}
