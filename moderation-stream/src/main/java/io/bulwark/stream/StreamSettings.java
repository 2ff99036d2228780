package io.bulwark.stream;

import io.bulwark.schemas.connection.ClientSecurity;
import io.bulwark.schemas.connection.SecurityCheck;
import io.bulwark.schemas.follow.SchemaFollower;
import io.bulwark.schemas.serde.BundledSchemas;
import io.bulwark.schemas.serde.SerdeSettings;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.campaign.CampaignSettings;
import io.bulwark.stream.campaign.Salt;
import io.bulwark.stream.decision.DecisionSettings;
import io.bulwark.stream.flagged.FlaggedSettings;
import io.bulwark.stream.topology.TopologySettings;
import io.bulwark.stream.uploader.StrikeWeights;
import io.bulwark.stream.uploader.Strikes;
import io.bulwark.stream.uploader.UploaderSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.kafka.clients.CommonClientConfigs;

/** Holds the settings to what they allow. */
public final class StreamSettings {

    private static final Pattern HOST_AND_PORT = Pattern.compile("(\\[[0-9a-fA-F:.]+]|[^\\s:/]+):([0-9]{1,5})");
    private static final int LONGEST_ID = 200;
    private static final Pattern APPLICATION_ID = Pattern.compile("[a-zA-Z0-9._-]{1," + LONGEST_ID + "}");

    /** A third of a transaction's timeout, as for all that a stream thread waits for. */
    private static final Duration LONGEST_COMMIT_INTERVAL = Duration.ofSeconds(5);

    /** Names of free properties that decide how long a transaction may be open; what they are set to must fit together. */
    private static final Set<String> OF_TRANSACTIONS = Set.of(
            "transaction.timeout.ms",
            "producer.transaction.timeout.ms",
            "commit.interval.ms",
            "processing.guarantee",
            "isolation.level",
            "consumer.isolation.level",
            "main.consumer.isolation.level",
            "transactional.id");

    private static final long MIN_STATE_MEMORY = 8L << 20;
    private static final int LEAST_SALT = 16;
    private static final byte[] PUBLIC_SALT = "bulwark campaigns, public".getBytes(StandardCharsets.US_ASCII);

    private final List<String> faults = new ArrayList<>();

    private StreamSettings() {}

    /** As {@link #validated(StreamConfig, List)}, listening on this machine only. */
    public static StreamConfig validated(StreamConfig config) {
        return validated(config, List.of("127.0.0.1"));
    }

    /**
     * @param listening the addresses that the application listens on
     * @return the same settings
     * @throws IllegalArgumentException naming every setting that is wrong, what was found and what is allowed
     */
    public static StreamConfig validated(StreamConfig config, List<String> listening) {
        var check = new StreamSettings();
        SecurityCheck.complaints(
                        config.kafka().security(), config.kafka().properties().keySet(), Clock.systemUTC())
                .forEach(complaint -> check.faults.add(complaint + "."));
        check.transactions(config.kafka().properties().keySet());
        check.topics(config.topics().prefix().orElse(""), config.stream().applicationId());
        check.schemas(config.schemas());
        config.cloudEvents().source().ifPresent(check::cloudEventsSource);
        check.all(config.stream());
        new AccessSettings(config, listening).faults().forEach(check.faults::add);
        PictureSettings.faults(config).forEach(check.faults::add);
        OutboundSettings.faults(config).forEach(check.faults::add);
        if (!check.faults.isEmpty()) {
            throw new IllegalArgumentException(String.join(" ", check.faults));
        }
        return config;
    }

    /** What topics, groups and transactions are called on the broker. */
    public static TopicNames topics(StreamConfig config) {
        return TopicNames.of(config.topics().prefix());
    }

    /** The Kafka Streams application id on the broker: also the group, and what internal topics and transactions begin with. */
    public static String applicationId(StreamConfig config) {
        return topics(config).prefixed(config.stream().applicationId());
    }

    /** What every Kafka client needs: where the brokers are, who we are to them, the prefix, and the free properties. */
    public static Map<String, Object> kafkaClient(StreamConfig config) {
        var properties = new HashMap<String, Object>(config.kafka().properties());
        properties.putAll(topics(config).properties());
        properties.putAll(new ClientSecurity(config.kafka().security()).properties());
        properties.put(
                CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, config.kafka().bootstrapServers());
        return properties;
    }

    /** How values are written and read. */
    public static Map<String, Object> serdes(StreamConfig config) {
        var serdes = new HashMap<String, Object>(topics(config).properties());
        serdes.put(SerdeSettings.WRITE, config.schemas().write());
        config.schemaRegistry().url().ifPresent(url -> serdes.put(SerdeSettings.REGISTRY_URL, url));
        config.cloudEvents().source().ifPresent(source -> serdes.put(SerdeSettings.CLOUD_EVENTS_SOURCE, source));
        return serdes;
    }

    /**
     * The part that shapes the state.
     *
     * @param partitions how many the topic of verdicts has
     */
    public static TopologySettings topology(StreamConfig config, int partitions) {
        StreamConfig.Stream stream = config.stream();
        return new TopologySettings(
                new DecisionSettings(
                        stream.decisions().retention(),
                        stream.missing().deadline(),
                        stream.missing().retention()),
                new UploaderSettings(
                        stream.uploaders().retention(),
                        weights(stream.uploaders().strikeWeights()),
                        new Strikes(
                                stream.uploaders().strikeHalfLife(),
                                NamedNumbers.parse(stream.uploaders().strikeThresholds()))),
                stream.audits().retention(),
                new FlaggedSettings(
                        stream.flagged().enabled(),
                        stream.flagged().retention(),
                        stream.flagged().entries(),
                        stream.flagged().ofUploader(),
                        stream.flagged().embeddings()),
                new CampaignSettings(
                        stream.campaigns().enabled(),
                        stream.campaigns().contents(),
                        stream.campaigns().returns(),
                        stream.campaigns().quiet(),
                        stream.audits().retention(),
                        new Salt(salt(stream.campaigns()))),
                partitions);
    }

    private void cloudEventsSource(String source) {
        if (!SerdeSettings.isUriReference(source)) {
            faults.add(fault(SerdeSettings.CLOUD_EVENTS_SOURCE, source, "a URI reference such as /bulwark/production"));
        }
    }

    /** Empty where the file cannot be read. */
    private static byte[] salt(CampaignsConfig campaigns) {
        if (campaigns.saltFile().isEmpty()) {
            return PUBLIC_SALT;
        }
        try {
            return Files.readAllBytes(Path.of(campaigns.saltFile().get()));
        } catch (IOException | InvalidPathException unreadable) {
            return new byte[0];
        }
    }

    private void transactions(Set<String> properties) {
        properties.stream()
                .filter(OF_TRANSACTIONS::contains)
                .sorted()
                .forEach(
                        name -> faults.add(
                                "bulwark.kafka.properties.\"" + name
                                        + "\" is set, which is not allowed: a transaction that times out costs"
                                        + " the local state of its tasks. Set bulwark.stream.commit-interval for the pace of commits."));
    }

    /** Internal topics are called by the application id and up to 49 characters more; Kafka takes 249. */
    private void topics(String prefix, String applicationId) {
        if (!TopicNames.isLegal(prefix)) {
            faults.add(fault(TopicNames.SETTING, "'" + prefix + "'", TopicNames.ALLOWED));
        } else if (prefix.length() + applicationId.length() > LONGEST_ID) {
            faults.add(fault(
                    TopicNames.SETTING,
                    "'" + prefix + "'",
                    LONGEST_ID + " characters together with bulwark.stream.application-id"));
        }
    }

    private void schemas(StreamConfig.Schemas schemas) {
        int write = schemas.write();
        if (write < 1 || write > BundledSchemas.RELEASES) {
            faults.add(fault(SerdeSettings.WRITE, write, "1 to " + BundledSchemas.RELEASES));
        }
        Duration wait = schemas.patience();
        if (wait.isNegative() || wait.compareTo(SchemaFollower.LONGEST_WAIT) > 0) {
            faults.add(fault(
                    "bulwark.schemas.wait",
                    wait,
                    "a duration from " + Duration.ZERO + " to " + SchemaFollower.LONGEST_WAIT));
        }
    }

    private void all(StreamConfig.Stream stream) {
        pattern("application-id", stream.applicationId(), APPLICATION_ID, "1 to 200 of letters, digits, . _ -");
        stream.applicationServer()
                .ifPresent(server -> pattern("application-server", server, HOST_AND_PORT, "host:port"));
        stream.instanceId()
                .ifPresent(id -> pattern("instance-id", id, APPLICATION_ID, "1 to 200 of letters, digits, . _ -"));
        range("session-timeout", stream.sessionTimeout(), Duration.ofSeconds(6), Duration.ofMinutes(30));
        require(!stream.stateDir().isBlank(), "state-dir", "nothing", "a folder that survives a restart");
        range("threads", stream.threads(), 1, 64);
        range("standby-replicas", stream.standbyReplicas(), 0, 8);
        require(
                stream.replicationFactor() == -1
                        || (stream.replicationFactor() >= 1 && stream.replicationFactor() <= 9),
                "replication-factor",
                stream.replicationFactor(),
                "-1 (the brokers' default) or 1 to 9");
        range("commit-interval", stream.commitInterval(), Duration.ofMillis(10), LONGEST_COMMIT_INTERVAL);
        require(
                stream.stateMemory().asLongValue() >= MIN_STATE_MEMORY,
                "state-memory",
                stream.stateMemory().asLongValue() + " bytes",
                "at least 8M");
        state(stream);
        feed(stream.feed());
        range("query.hop-timeout", stream.query().hopTimeout(), Duration.ofMillis(50), Duration.ofSeconds(30));
    }

    private void state(StreamConfig.Stream stream) {
        Duration most = Duration.ofDays(3650);
        StreamConfig.Uploaders uploaders = stream.uploaders();
        range(
                "decisions.retention",
                stream.decisions().retention(),
                Duration.ofMinutes(1),
                Topics.REVIEWS.cleanup().retention().orElseThrow());
        range("missing.deadline", stream.missing().deadline(), Duration.ofSeconds(1), most);
        range(
                "missing.retention",
                stream.missing().retention(),
                stream.missing().deadline(),
                most);
        range("audits.retention", stream.audits().retention(), Duration.ofMinutes(1), most);
        stream.audits()
                .robustAccuracyObjective()
                .ifPresent(objective -> require(
                        objective > 0 && objective <= 1,
                        "audits.robust-accuracy-objective",
                        objective,
                        "a share above 0 up to 1"));
        range("uploaders.retention", uploaders.retention(), Duration.ofDays(1), most);
        range("uploaders.strike-half-life", uploaders.strikeHalfLife(), Duration.ofHours(1), most);
        Duration aged = Topics.FLAGGED.cleanup().retention().orElseThrow();
        range("flagged.retention", stream.flagged().retention(), Duration.ofMinutes(1), aged);
        range("flagged.entries", stream.flagged().entries(), 1, 10_000);
        range("flagged.of-uploader", stream.flagged().ofUploader(), 1, 10_000);
        range("flagged.embeddings", stream.flagged().embeddings(), Duration.ofMinutes(1), aged);
        range("campaigns.contents", stream.campaigns().contents(), 10, 200);
        range("campaigns.returns", stream.campaigns().returns(), 5, 10_000);
        range(
                "campaigns.quiet",
                stream.campaigns().quiet(),
                Duration.ofMinutes(5),
                stream.audits().retention());
        require(
                salt(stream.campaigns()).length >= LEAST_SALT,
                "campaigns.salt-file",
                "'" + stream.campaigns().saltFile().orElse("") + "'",
                "a readable file of at least " + LEAST_SALT + " bytes");
        numbers("uploaders.strike-weights", uploaders.strikeWeights());
        numbers("uploaders.strike-thresholds", uploaders.strikeThresholds());
    }

    private void numbers(String name, String found) {
        require(NamedNumbers.isWellFormed(found), name, "'" + found + "'", NamedNumbers.ALLOWED);
    }

    private static StrikeWeights weights(String text) {
        var byLabel = new HashMap<>(NamedNumbers.parse(text));
        Double otherwise = byLabel.remove("*");
        return new StrikeWeights(byLabel, otherwise == null ? 0 : otherwise);
    }

    private void feed(StreamConfig.Feed feed) {
        range("feed.history", feed.history(), 1, 100_000);
        range("feed.client-buffer", feed.clientBuffer(), 1, 100_000);
        range("feed.max-clients", feed.maxClients(), 1, 100_000);
        range("feed.heartbeat", feed.heartbeat(), Duration.ofMillis(100), Duration.ofMinutes(5));
    }

    private void pattern(String name, String found, Pattern allowed, String words) {
        require(allowed.matcher(found).matches(), name, "'" + found + "'", words);
    }

    private void range(String name, int found, int least, int most) {
        require(found >= least && found <= most, name, found, least + " to " + most);
    }

    private void range(String name, Duration found, Duration least, Duration most) {
        require(
                found.compareTo(least) >= 0 && found.compareTo(most) <= 0,
                name,
                found,
                "a duration from " + least + " to " + most);
    }

    private void require(boolean holds, String name, Object found, String allowed) {
        if (!holds) {
            faults.add(fault("bulwark.stream." + name, found, allowed));
        }
    }

    static String fault(String key, Object found, String allowed) {
        return key + " is " + found + ", allowed is " + allowed + ".";
    }
}
