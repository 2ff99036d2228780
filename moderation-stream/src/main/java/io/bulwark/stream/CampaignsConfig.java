package io.bulwark.stream;

import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/** Campaigns: attack audits that belong together. */
public interface CampaignsConfig {

    /** Whether audits are brought together to campaigns on {@code moderation.campaigns}. */
    @WithDefault("true")
    boolean enabled();

    /** Different contents near one flagged entry, or of one band, from which on they may be a campaign. */
    @WithDefault("40")
    int contents();

    /** How often accounts must have come back with further contents. Fewer find campaigns sooner, and take more for one. */
    @WithDefault("40")
    int returns();

    /** After how long without an audit a campaign is over. Audits further apart than this count for no new one. */
    @WithDefault("24h")
    Duration quiet();

    /**
     * File with a secret of at least 16 bytes that all instances share. It chooses the bands of perceptual keys that count, and
     * hides them in the ids of anchors. Without it both can be worked out from the source. When it changes, campaigns by band
     * begin anew.
     */
    Optional<String> saltFile();
}
