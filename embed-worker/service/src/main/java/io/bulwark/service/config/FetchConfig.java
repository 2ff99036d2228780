package io.bulwark.service.config;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Fetching images that are not inline. */
public interface FetchConfig {

    /** Schemes that a location may have, of {@code https}, {@code http}, {@code file} and {@code s3}. */
    @WithDefault("https,http,file")
    Set<String> schemes();

    /** Addresses (CIDR) and host names that may be fetched from though they are private or local. */
    Optional<List<String>> allow();

    /**
     * Ports that web locations and redirects may name, comma-separated; the endpoint of S3 is not held to them.
     */
    @WithDefault("80,443")
    Set<Integer> ports();

    /** The folder under which {@code file:} locations must lie; without it they are forbidden. */
    Optional<Path> fileRoot();

    /** Whether web locations without a SHA-256 are refused: a server may show users another picture than the worker. */
    @WithDefault("false")
    boolean requireSha256();

    /** The largest image file, inline ones included. */
    @WithDefault("20M")
    MemorySize maxBytes();

    /**
     * Memory that fetched files may fill together, from their first byte until they are decoded, half of it for those
     * of deferred uploads: at least four times {@code bulwark.fetch.max-bytes}. Without it a sixth of the heap.
     */
    Optional<MemorySize> memoryBytes();

    /**
     * Time that an upload's location has to be fetched, waiting for a free thread included; an upload that takes longer
     * is deferred, so that no other upload waits for it.
     */
    @WithDefault("300ms")
    Duration prompt();

    /** Time for the fetch of a deferred upload: name resolution, redirects, retries and body together. */
    @WithDefault("10s")
    Duration deadline();

    /** Time for one connection to open. */
    @WithDefault("2s")
    Duration connectTimeout();

    /** Redirects that are followed, each checked as the first address was. */
    @WithDefault("3")
    int maxRedirects();

    /** Tries of a deferred upload's fetch where the failure may pass (no connection, HTTP 429 and 5xx). */
    @WithDefault("3")
    int attempts();

    /** Prompt fetches at a time. */
    @WithDefault("16")
    int threads();

    /** Fetches of deferred uploads at a time. */
    @WithDefault("64")
    int deferredThreads();

    /** Fetches of deferred uploads from one host at a time; others wait, up to the deadline or while it delivers. */
    @WithDefault("16")
    int deferredPerHost();

    /** Objects in a store that speaks S3. */
    S3 s3();

    /** Objects in a store that speaks S3. */
    interface S3 {

        /** Buckets that a location {@code s3://bucket/key[?versionId=…]} may name, comma-separated. */
        Optional<Set<String>> buckets();

        /** Region of the buckets. */
        @WithDefault("us-east-1")
        String region();

        /** Address of a store other than AWS's own, such as {@code https://minio:9000}; it may be a private one. */
        Optional<String> endpoint();

        /** Whether the bucket stands in the path and not in the host's name, as most stores but AWS's want it. */
        @WithDefault("false")
        boolean pathStyle();

        /**
         * Where credentials come from: {@code chain} (AWS's: environment, web identity, container, instance) or
         * {@code none} (objects that everybody may read).
         */
        @WithDefault("chain")
        String credentials();
    }
}
