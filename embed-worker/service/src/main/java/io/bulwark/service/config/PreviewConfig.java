package io.bulwark.service.config;

import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Showing uploads to people in place of judging them. */
public interface PreviewConfig {

    /**
     * Whether this process shows pictures of uploads to moderation-stream and judges none: it joins no group and opens
     * no model.
     */
    @WithDefault("false")
    boolean enabled();

    /**
     * At least 32 characters, the same as moderation-stream's, which signs its questions with them; rather use the
     * file.
     */
    Optional<String> secret();

    /** A file that holds the secret, such as a mounted one. */
    Optional<Path> secretFile();

    /**
     * Pictures that are read at a time, each by a decoder process; as many more may wait, others are told to come
     * again.
     */
    @WithDefault("2")
    int atOnce();

    /** Time that the record of an upload may take to be read. */
    @WithDefault("5s")
    Duration readWithin();
}
