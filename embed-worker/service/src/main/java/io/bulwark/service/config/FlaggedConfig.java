package io.bulwark.service.config;

import io.smallrye.config.WithDefault;

/** What is held back because it lies near content that is NSFW in force. */
public interface FlaggedConfig {

    /** Whether uploads are compared with {@code moderation.flagged}. */
    @WithDefault("true")
    boolean enabled();

    /**
     * Cosine from which on an upload is so near to an entry that it is not SAFE but REVIEW. {@code bulwark bank
     * calibrate-flagged} finds it for a rate of harmless pictures that people see for it.
     */
    @WithDefault("0.995")
    double similarity();
}
