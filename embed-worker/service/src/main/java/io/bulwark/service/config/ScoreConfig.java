package io.bulwark.service.config;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Judging what is asked over HTTP in place of what is uploaded to Kafka. */
public interface ScoreConfig {

    /**
     * Whether this process judges images that programs ask about over HTTP, and none of the uploads: it joins no group.
     */
    @WithDefault("false")
    boolean enabled();

    /**
     * A file of who may ask, a line each: a name, the tenant that they ask for and the SHA-256 of their token in
     * hexadecimal, with colons between. Read at the start.
     */
    Optional<Path> tokensFile();

    /** Whether {@code POST /predict} answers as well, as the prescreen client of Bluesky's hepa asks. */
    @WithDefault("false")
    boolean prescreen();

    /** Requests that are answered side by side; others are told to come again. */
    @WithDefault("8")
    int requests();

    /** Images of one request, at most. */
    @WithDefault("8")
    int images();

    /**
     * Bytes of one request, at most. Requests times this lie on disk, and in memory up to twice while they are judged.
     */
    @WithDefault("16M")
    MemorySize maxBytes();

    /** Time from a request to its answer, at most, its own sending included. */
    @WithDefault("10s")
    Duration deadline();
}
