package io.bulwark.stream;

import io.bulwark.stream.SettingsCheck.Allowed;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Receivers of decisions, beside the subscribers of Kafka topics. No receivers by default. */
public interface OutboundConfig {

    Map<String, Webhook> webhooks();

    Osprey osprey();

    Coop coop();

    /** Osprey, which reads Kafka itself. */
    interface Osprey {
        /**
         * The topic that Osprey reads, such as {@code osprey.actions_input}, on Bulwark's own brokers. Without it
         * Osprey gets nothing.
         */
        Optional<String> topic();

        /** Tenants whose decisions Osprey gets; without it all. */
        Optional<Set<String>> tenants();

        /** Decisions that Osprey gets: of {@code SAFE,NSFW,REVIEW,REFUSED}; without it all. */
        Optional<Set<String>> decisions();

        /** Whether a decision that is the same as the one before on the image is left out. */
        @WithDefault("false")
        boolean changesOnly();

        /** Where to start without a place in the group: {@code latest}, or {@code earliest} for all that is kept. */
        @WithDefault("latest")
        String from();
    }

    /** Coop, where people review. */
    interface Coop {
        /** Where Coop is, an {@code https://} address without a path. Without it Coop gets nothing. */
        Optional<URI> url();

        /** A file that holds Coop's API key, which goes into the header {@code X-API-KEY}. */
        Optional<Path> apiKeyFile();

        /** Coop's id of the item type that images are. */
        Optional<String> itemType();

        /** Coop's id of the user type that reporters are; without it reports are not passed on. */
        Optional<String> userType();

        /**
         * Where Coop and its people fetch a picture, without a login, such as {@code
         * https://pictures.example/{tenant}/{imageId}}; without it items have no picture.
         */
        Optional<String> imageUrl();

        /** Tenants whose images go to Coop; without it all. */
        Optional<Set<String>> tenants();

        /** Decisions that become items: of {@code SAFE,NSFW,REVIEW,REFUSED}. */
        @WithDefault("REVIEW")
        Set<String> decisions();

        /** Whether the address may be {@code http://}, for a Coop on a network of your own. */
        @WithDefault("false")
        boolean allowHttp();

        /** Where to start without a place in the group: {@code latest}, or {@code earliest} for all that is kept. */
        @WithDefault("latest")
        String from();

        /** How long one attempt may take. */
        @WithDefault("10s")
        @Allowed("PT0.1S to PT1M")
        Duration timeout();

        /** Attempts that may be under way at a time, each for another image. */
        @WithDefault("4")
        @Allowed("1 to 256")
        int atOnce();

        /** Attempts that speak against an event before it is set aside, as of a webhook. */
        @WithDefault("10")
        @Allowed("1 to 1000")
        int attempts();

        /**
         * Coop's webhook signature verification key, a file in PEM. Without it {@code POST /api/v1/coop/actions} takes
         * nothing.
         */
        Optional<Path> publicKeyFile();

        /**
         * What an action of Coop's, by its id there, decides here: {@code SAFE}, or {@code NSFW/} and labels with
         * commas between.
         */
        Map<String, String> actions();
    }

    /** One receiver of webhooks, under a name of small letters, digits and hyphens. */
    interface Webhook {
        /** Where decisions are posted to, an {@code https://} address. */
        URI url();

        /**
         * Files of the secrets that sign, each {@code whsec_} and 24 to 64 bytes in Base64. Two while the receiver
         * changes from one to another.
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

        /**
         * Where a receiver without a place in its group starts: {@code latest}, or {@code earliest} for all that is
         * kept.
         */
        @WithDefault("latest")
        String from();

        /** How long one attempt may take. */
        @WithDefault("10s")
        @Allowed("PT0.1S to PT1M")
        Duration timeout();

        /** Attempts that may be under way at a time, each for another image. */
        @WithDefault("16")
        @Allowed("1 to 256")
        int atOnce();

        /**
         * Attempts that speak against an event before it is set aside on {@code moderation.undelivered}: the receiver
         * refused it, or failed at it again while it took others. A receiver that is away is retried without limit.
         */
        @WithDefault("10")
        @Allowed("1 to 1000")
        int attempts();
    }
}
