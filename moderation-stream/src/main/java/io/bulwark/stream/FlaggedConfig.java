package io.bulwark.stream;

import io.smallrye.config.WithDefault;
import java.time.Duration;

/** The flagged index, which workers compare uploads with. */
public interface FlaggedConfig {

    /**
     * Whether what is NSFW in force goes to {@code moderation.flagged}. Without it workers hold back nothing new; set
     * {@code bulwark.flagged.enabled=false} for workers too, or what is on the topic holds until it is aged.
     */
    @WithDefault("true")
    boolean enabled();

    /** How long after its decision a content stays in the index. At most 30 d, as on the topic. */
    @WithDefault("30d")
    Duration retention();

    /**
     * Contents of one tenant at most. The newest stay, and what a person decided before what a worker did. A thousand of
     * 1,280 dimensions are 8 MB of heap here, and 5 MB of heap and 5 MB outside it in each worker.
     */
    @WithDefault("10000")
    int entries();

    /** Contents of one uploader at most that no person decided. The newest stay. */
    @WithDefault("20")
    int ofUploader();

    /**
     * How long the embedding of an image waits in the state, in case that its decision turns NSFW. A person's NSFW on an
     * older image gives no entry.
     */
    @WithDefault("7d")
    Duration embeddings();
}
