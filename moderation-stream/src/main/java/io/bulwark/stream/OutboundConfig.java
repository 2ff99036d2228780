package io.bulwark.stream;

import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Who is told of decisions, beside those who subscribe to Kafka. Nobody is where nothing is set. */
public interface OutboundConfig {

    Map<String, Webhook> webhooks();

    /** One receiver of webhooks, under a name of small letters, digits and hyphens. */
    interface Webhook {
        /** Where decisions are posted to, an {@code https://} address. */
        URI url();

        /**
         * Files of the secrets that sign, each {@code whsec_} and 24 to 64 bytes in Base64. Two while the receiver changes
         * from one to another.
         */
        List<Path> secretFiles();

        /** Tenants whose decisions are posted; without it all. */
        Optional<Set<String>> tenants();

        /** Decisions that are posted: of {@code SAFE,NSFW,REVIEW,REFUSED}; without it all. */
        Optional<Set<String>> decisions();

        /** Whether a decision that is the same as the one before on the image is left out. */
        @WithDefault("false")
        boolean changesOnly();

        /** Whether the address may be {@code http://}, for a receiver on a network of your own. */
        @WithDefault("false")
        boolean allowHttp();

        /** Where a receiver without a place in its group starts: {@code latest}, or {@code earliest} for all that is kept. */
        @WithDefault("latest")
        String from();

        /** How long one attempt may take. */
        @WithDefault("10s")
        Duration timeout();

        /** Attempts that may be under way at a time, each for another image. */
        @WithDefault("16")
        int atOnce();

        /**
         * After so many attempts that speak against an event it is set aside on {@code moderation.undelivered}: the receiver
         * refused it, or failed at it again while it took others. A receiver that is away is waited for, however long.
         */
        @WithDefault("10")
        int attempts();
    }
}
