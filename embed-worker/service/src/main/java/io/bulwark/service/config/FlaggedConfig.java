package io.bulwark.service.config;

import io.smallrye.config.WithDefault;
import java.util.Optional;
import java.util.OptionalDouble;

/** What is held back because it lies near content that is NSFW in force. */
public interface FlaggedConfig {

    /** Whether uploads are compared with {@code moderation.flagged}, once a cosine was calibrated. */
    @WithDefault("true")
    boolean enabled();

    /**
     * Cosine from which on an upload is so near to an entry that it is not SAFE but REVIEW. {@code bulwark bank
     * calibrate-flagged} finds it for a rate of harmless pictures that people see for it. At most 0.995, as near as entries are
     * merged. Without it nothing is held back.
     */
    OptionalDouble similarity();

    /**
     * What the cosine was calibrated for, {@code model/views} with the fingerprints of both; {@code bulwark bank
     * calibrate-flagged} prints it. A worker that has another model or other views is not ready. {@code any} is not looked at.
     */
    Optional<String> madeFor();
}
