package io.bulwark.stream;

import io.bulwark.schemas.connection.KafkaSecurity;
import io.bulwark.stream.ChildSafetyConfig.Restricted;
import io.bulwark.stream.PreviewConfig.ExplainConfig;
import io.bulwark.stream.SettingsCheck.Allowed;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Every setting of moderation-stream. Each can be given as a system property, as an environment variable
 * ({@code BULWARK_STREAM_STATE_DIR}) or in {@code config/application.properties} beside the application. A name that
 * is not listed here, or a value that {@link StreamSettings} refuses, ends the start with a message that names it.
 */
@ConfigMapping(prefix = "bulwark")
public interface StreamConfig {

    Kafka kafka();

    TopicsPrefix topics();

    SchemaRegistry schemaRegistry();

    Schemas schemas();

    CloudEvents cloudEvents();

    Stream stream();

    Access access();

    DatabaseConfig database();

    ReviewConfig review();

    PreviewConfig preview();

    ExplainConfig explain();

    Console console();

    Tracing tracing();

    OutboundConfig outbound();

    NotificationConfig notifications();

    ChildSafetyConfig childSafety();

    Restricted restricted();

    interface Kafka {
        /** Kafka brokers to start from, as {@code host:port,host:port}. */
        @WithDefault("localhost:9092")
        String bootstrapServers();

        /** How the brokers are trusted and who we are to them. */
        KafkaSecurity security();

        /** Further properties for every Kafka client, for example {@code bulwark.kafka.properties."client.rack"=a}. */
        Map<String, String> properties();
    }

    interface TopicsPrefix {
        /**
         * What every topic, group, transactional id and the application id begin with on the broker, such as
         * {@code acme.}: up to 100 letters, digits, {@code . _ -}. All programs of one Bulwark have the same. Without
         * it nothing.
         */
        Optional<String> prefix();

        /** The largest upload record, up to 16M. All programs and producers have the same. */
        @WithDefault("16M")
        MemorySize maxUploadBytes();
    }

    interface SchemaRegistry {
        /**
         * Schema registry; without it records travel in Avro's single-object encoding. Both framings are always read.
         */
        Optional<String> url();
    }

    interface CloudEvents {
        /** Source of CloudEvents, such as {@code /bulwark/production}; without it records carry no such headers. */
        Optional<String> source();
    }

    interface Schemas {
        /**
         * The release of the schemas that decisions, uploader statistics and actions are written in. Raise it once
         * this application will not be rolled back any more; what an older release lacks is left out.
         */
        @WithDefault("2")
        int write();

        /**
         * How long a record whose schema is not known waits for it on {@code moderation.schemas} before it is a dead
         * letter. Later records of its key wait behind it, others go on.
         */
        @WithName("wait")
        @WithDefault("30s")
        Duration patience();
    }

    interface Stream {
        /** Kafka Streams application id: consumer group, and prefix of the internal topics and of transactions. */
        @WithDefault("bulwark-moderation-stream-2")
        String applicationId();

        /**
         * {@code host:port} under which the other instances reach this one's HTTP port. Without it
         * {@code localhost} and {@code quarkus.http.port}, which is right for one machine only.
         */
        Optional<String> applicationServer();

        /**
         * Folder of the state stores. It must survive a restart (what is lost is read again from Kafka), and two
         * instances on one machine need two folders.
         */
        @WithDefault("${user.home}/.bulwark/moderation-stream")
        String stateDir();

        /**
         * A name that this instance keeps over its restarts and no other has, such as its pod's. With it an instance
         * that is back within {@code bulwark.stream.session-timeout} keeps its tasks.
         */
        Optional<String> instanceId();

        /** How long an instance may be silent before others take its tasks. */
        @WithDefault("15s")
        @Allowed("PT6S to PT30M")
        Duration sessionTimeout();

        /** Stream threads of this instance; tasks are spread over them. */
        @WithDefault("1")
        @Allowed("1 to 64")
        int threads();

        /** Warm copies of each store on other instances, for a quick take-over. */
        @WithDefault("0")
        @Allowed("0 to 8")
        int standbyReplicas();

        /** Replication factor of the internal topics; -1 takes the brokers' default. */
        @WithDefault("-1")
        int replicationFactor();

        /** Time between commits, which is also what the uploader statistics lag behind at most. */
        @WithDefault("100ms")
        @Allowed("PT0.01S to PT5S")
        Duration commitInterval();

        /** Memory of all state stores together, outside the heap: block cache and write buffers. */
        @WithDefault("64M")
        MemorySize stateMemory();

        Decisions decisions();

        Missing missing();

        Audits audits();

        Uploaders uploaders();

        Flagged flagged();

        Campaigns campaigns();

        Feed feed();

        Query query();
    }

    interface Decisions {
        /**
         * How long after it was made a decision holds and can be asked for; then a tombstone on {@code
         * moderation.decisions} says that it is forgotten.
         */
        @WithDefault("30d")
        Duration retention();
    }

    interface Missing {
        /** How long an upload may wait for its verdict before it is listed and counted as missing. */
        @WithDefault("15m")
        @Allowed("PT1S to PT87600H")
        Duration deadline();

        /** How long a missing upload is listed: as long as {@code images.uploaded} keeps it. */
        @WithDefault("7d")
        Duration retention();
    }

    interface Audits {
        /** How long after its detection an attack audit is kept. */
        @WithDefault("30d")
        @Allowed("PT1M to PT87600H")
        Duration retention();

        /**
         * The share of the images that the red team attacks which should keep their decision, above 0 up to 1. The
         * console shows it beside the robust accuracy.
         */
        Optional<Double> robustAccuracyObjective();
    }

    interface Uploaders {
        /** How long after its end a window can be asked for and changes; strikes count for as long. */
        @WithDefault("30d")
        @Allowed("PT24H to PT87600H")
        Duration retention();

        /** How much an image that is NSFW weighs, by its label; {@code *} is any other, and none. */
        @WithDefault("*=1")
        String strikeWeights();

        /** After how long a strike weighs half as much. */
        @WithDefault("7d")
        @Allowed("PT1H to PT87600H")
        Duration strikeHalfLife();

        /** Levels and the strikes from which they are reached; each crossing is a record on uploader-actions. */
        @WithDefault("warn=3,restrict=6,suspend=10")
        String strikeThresholds();
    }

    /** The flagged index, which workers compare uploads with. */
    interface Flagged {

        /**
         * Whether what is NSFW in force goes to {@code moderation.flagged}. Without it workers hold back nothing new;
         * set {@code bulwark.flagged.enabled=false} for workers too, or what is there holds until aged.
         */
        @WithDefault("true")
        boolean enabled();

        /** How long after its decision a content stays in the index. At most 30 d, as on the topic. */
        @WithDefault("30d")
        Duration retention();

        /**
         * Contents of one tenant at most. The newest stay, and what a person decided before what a worker did. A
         * thousand of 1,280 dimensions take 8 MB of heap here, 5 MB of heap and 5 MB outside it in each worker.
         */
        @WithDefault("10000")
        @Allowed("1 to 10000")
        int entries();

        /** Contents of one uploader at most that no person decided. The newest stay. */
        @WithDefault("20")
        @Allowed("1 to 10000")
        int ofUploader();

        /**
         * How long the embedding of an image waits in the state, in case that its decision turns NSFW. A person's NSFW
         * on an older image gives no entry.
         */
        @WithDefault("7d")
        Duration embeddings();
    }

    /** Campaigns: attack audits that belong together. */
    interface Campaigns {

        /** Whether audits are brought together to campaigns on {@code moderation.campaigns}. */
        @WithDefault("true")
        boolean enabled();

        /** Different contents near one flagged entry, or of one band, from which on they may be a campaign. */
        @WithDefault("40")
        @Allowed("10 to 200")
        int contents();

        /**
         * How often accounts must have come back with further contents. Fewer find campaigns sooner, and take more for
         * one.
         */
        @WithDefault("40")
        @Allowed("5 to 10000")
        int returns();

        /** After how long without an audit a campaign is over. Audits further apart than this count for no new one. */
        @WithDefault("24h")
        Duration quiet();

        /**
         * File with a secret of at least 16 bytes that all instances share. It chooses the bands of perceptual keys
         * that count, and hides them in ids of anchors; without it both follow from the source. When it changes,
         * campaigns by band start again.
         */
        Optional<String> saltFile();
    }

    interface Feed {
        /** Verdicts, and as many audits, held for {@code GET /api/verdicts} and for clients that come back. */
        @WithDefault("500")
        @Allowed("1 to 100000")
        int history();

        /** Events that may wait for one slow client before it is cut off (it comes back). */
        @WithDefault("256")
        @Allowed("1 to 100000")
        int clientBuffer();

        /** Clients that may watch at once. */
        @WithDefault("100")
        @Allowed("1 to 100000")
        int maxClients();

        /** Time between comments on an idle feed, which keep proxies from closing it. */
        @WithDefault("15s")
        @Allowed("PT0.1S to PT5M")
        Duration heartbeat();
    }

    interface Query {
        /** How long to wait for the instance that holds a key. */
        @WithDefault("2s")
        @Allowed("PT0.05S to PT30S")
        Duration hopTimeout();
    }

    interface Access {
        /**
         * Host names, with commas between, under which browsers and programs reach this application. Requests that name
         * another are refused, so that no foreign page can point its name at us. That of
         * {@code bulwark.stream.application-server} is always allowed.
         */
        @WithDefault("localhost,127.0.0.1,[::1]")
        Set<String> hosts();

        /**
         * Addresses and ranges, such as {@code 10.0.0.0/8}, of proxies, with commas between. Of a request from one of
         * these the caller is the last in {@code X-Forwarded-For} that is no such proxy. Without it the header is not
         * read, and callers behind a proxy have its address.
         */
        Optional<List<String>> trustedProxies();

        /**
         * The file of built-in users, which {@code bulwark users add} writes. Without it and OIDC there are no
         * logins, and the application refuses to listen beyond this machine.
         */
        Optional<String> usersFile();

        /**
         * At least 32 characters that all instances share. They encrypt the sessions of built-in users and sign
         * questions between instances. Needed where there are logins and more than one instance.
         */
        Optional<String> secret();

        Oidc oidc();

        Limits limits();
    }

    interface Oidc {
        /** Whether people and programs log in at a provider of OpenID Connect. */
        @WithDefault("false")
        boolean enabled();

        /** The provider's issuer address, such as {@code https://login.example.org/realms/bulwark}. */
        Optional<String> url();

        /** This application's name at the provider. */
        Optional<String> clientId();

        /** Its secret there, for browsers' logins. */
        Optional<String> clientSecret();

        /**
         * Whom tokens must be meant for: their claim {@code aud} must hold one of these, with commas between. Browsers'
         * logins come with the client's name, so name that too. Without it every token of the provider is taken.
         */
        Optional<List<String>> audience();

        /** The claim that names the tenant of a login; {@code *} stands for all tenants. */
        @WithDefault("tenant")
        String tenantClaim();

        /** The claim, or path of claims with {@code /} between, that lists the roles. */
        @WithDefault("groups")
        String rolesClaim();
    }

    interface Limits {
        /** Requests of one user a second, on one instance; for some seconds twice as many pass. */
        @WithDefault("50")
        @Allowed("1 to 100000")
        int requestsPerSecond();

        /** Feeds that one user may watch at once, on one instance. */
        @WithDefault("20")
        @Allowed("1 to 100000")
        int feeds();

        /**
         * Wrong passwords a minute for one name from one address, and ten times as many for all names from it, after
         * which further ones are not looked at.
         */
        @WithDefault("10")
        @Allowed("1 to 1000")
        int wrongPasswords();
    }

    /** Spans of OpenTelemetry. */
    interface Tracing {
        /** Where spans go: {@code otlp} (a collector) or {@code none}. */
        @WithDefault("none")
        String exporter();

        /** The collector's address for OTLP over HTTP. */
        @WithDefault("http://localhost:4318")
        String endpoint();

        /** Share of traces that begin here which spans are made of. */
        @WithDefault("1")
        @Allowed("0 to 1")
        double ratio();
    }

    /** What the console links to. */
    interface Console {
        /** Address of the sheets that {@code bulwark bank concepts} drew, on a server of yours. The Bank page links to it. */
        Optional<String> conceptsUrl();
    }
}
