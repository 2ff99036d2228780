package io.bulwark.stream;

import io.bulwark.schemas.connection.SecurityCheck;
import io.bulwark.schemas.follow.SchemaFollower;
import io.bulwark.schemas.preview.PreviewTokens;
import io.bulwark.schemas.serde.BundledSchemas;
import io.bulwark.schemas.serde.SerdeSettings;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.schemas.topic.Topics;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Checks the settings before any bean is made of them, and ends the start with a sentence for each that is not allowed:
 * the setting, the value found and the values allowed.
 */
final class SettingsCheck {

    private static final String ID_WORDS = "1 to 200 of letters, digits, . _ -";
    private static final int LONGEST_ID = 200;
    private static final Pattern ID = Pattern.compile("[a-zA-Z0-9._-]{1," + LONGEST_ID + "}");
    private static final String HOST_PART = "([a-zA-Z0-9.-]{1,253}|\\[[0-9a-fA-F:.]+])";
    private static final Pattern HOST = Pattern.compile(HOST_PART);
    private static final Pattern HOST_AND_PORT = Pattern.compile("(\\[[0-9a-fA-F:.]+]|[^\\s:/]+):([0-9]{1,5})");
    private static final Pattern ADDRESS = Pattern.compile("https?://" + HOST_PART + "(:[0-9]{1,5})?");
    private static final Pattern LINK = Pattern.compile("https?://[a-zA-Z0-9.:\\[\\]-]{1,253}(/[^\\s\"'<>\\\\]*)?");
    private static final String NUMBER = "[^=,]+=[0-9]{1,6}(\\.[0-9]{1,3})?";
    private static final Pattern NUMBERS = Pattern.compile(NUMBER + "(," + NUMBER + ")*");
    private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "::1", "[::1]");
    private static final int LEAST_SECRET = 32;
    private static final int LEAST_SALT = 16;
    private static final long LEAST_STATE_MEMORY = 8L << 20;
    private static final Duration LONGEST = Duration.ofDays(3650);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** A third of a transaction's timeout, as for all that a stream thread waits for. */
    private static final Duration LONGEST_COMMIT_INTERVAL = Duration.ofSeconds(5);

    /** Free properties that decide how long a transaction may be open; their values must fit together. */
    private static final Set<String> OF_TRANSACTIONS = Set.of(
            "transaction.timeout.ms",
            "producer.transaction.timeout.ms",
            "commit.interval.ms",
            "processing.guarantee",
            "isolation.level",
            "consumer.isolation.level",
            "main.consumer.isolation.level",
            "transactional.id");

    private final List<String> faults = new ArrayList<>();

    void check(
            @Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent event,
            StreamConfig config,
            @ConfigProperty(name = "quarkus.http.host") String host) {
        StreamSettings.validated(config, List.of(host));
    }

    /**
     * One sentence for each setting that is not allowed.
     *
     * @param listening the addresses that the application listens on
     */
    static List<String> faults(StreamConfig config, List<String> listening) {
        var check = new SettingsCheck();
        Set<String> properties = config.kafka().properties().keySet();
        SecurityCheck.complaints(config.kafka().security(), properties, Clock.systemUTC())
                .forEach(complaint -> check.faults.add(complaint + "."));
        properties.stream().filter(OF_TRANSACTIONS::contains).sorted().forEach(check::ofTransactions);
        check.topics(config.topics().prefix().orElse(""), config.stream().applicationId());
        check.schemas(config);
        check.stream(config.stream());
        check.access(config, listening);
        check.limits(config.access().limits());
        check.pictures(config);
        new OutboundCheck(check)
                .check(config.outbound(), config.topics().prefix().orElse(""));
        return check.faults;
    }

    private void ofTransactions(String name) {
        faults.add(
                "bulwark.kafka.properties.\"" + name + "\" is set, which is not allowed: a transaction that times out"
                        + " costs the local state of its tasks. Set bulwark.stream.commit-interval for the pace of"
                        + " commits.");
    }

    /** Internal topics are called by the application id and up to 49 characters more; Kafka takes 249. */
    private void topics(String prefix, String applicationId) {
        require(TopicNames.isLegal(prefix), TopicNames.SETTING, "'" + prefix + "'", TopicNames.ALLOWED);
        require(
                !TopicNames.isLegal(prefix) || prefix.length() + applicationId.length() <= LONGEST_ID,
                TopicNames.SETTING,
                "'" + prefix + "'",
                LONGEST_ID + " characters together with bulwark.stream.application-id");
    }

    private void schemas(StreamConfig config) {
        range(SerdeSettings.WRITE, config.schemas().write(), 1, BundledSchemas.RELEASES);
        range("bulwark.schemas.wait", config.schemas().patience(), Duration.ZERO, SchemaFollower.LONGEST_WAIT);
        config.cloudEvents()
                .source()
                .ifPresent(source -> require(
                        SerdeSettings.isUriReference(source),
                        SerdeSettings.CLOUD_EVENTS_SOURCE,
                        source,
                        "a URI reference such as /bulwark/production"));
    }

    private void stream(StreamConfig.Stream stream) {
        String key = "bulwark.stream.";
        match(key + "application-id", Stream.of(stream.applicationId()), ID, ID_WORDS);
        match(key + "application-server", stream.applicationServer().stream(), HOST_AND_PORT, "host:port");
        match(key + "instance-id", stream.instanceId().stream(), ID, ID_WORDS);
        range(key + "session-timeout", stream.sessionTimeout(), Duration.ofSeconds(6), Duration.ofMinutes(30));
        require(!stream.stateDir().isBlank(), key + "state-dir", "nothing", "a folder that survives a restart");
        range(key + "threads", stream.threads(), 1, 64);
        range(key + "standby-replicas", stream.standbyReplicas(), 0, 8);
        int replicas = stream.replicationFactor();
        require(
                replicas == -1 || (replicas >= 1 && replicas <= 9),
                key + "replication-factor",
                replicas,
                "-1 (the brokers' default) or 1 to 9");
        range(key + "commit-interval", stream.commitInterval(), Duration.ofMillis(10), LONGEST_COMMIT_INTERVAL);
        long memory = stream.stateMemory().asLongValue();
        require(memory >= LEAST_STATE_MEMORY, key + "state-memory", memory + " bytes", "at least 8M");
        state(key, stream);
        StreamConfig.Feed feed = stream.feed();
        range(key + "feed.history", feed.history(), 1, 100_000);
        range(key + "feed.client-buffer", feed.clientBuffer(), 1, 100_000);
        range(key + "feed.max-clients", feed.maxClients(), 1, 100_000);
        range(key + "feed.heartbeat", feed.heartbeat(), Duration.ofMillis(100), Duration.ofMinutes(5));
        range(key + "query.hop-timeout", stream.query().hopTimeout(), Duration.ofMillis(50), Duration.ofSeconds(30));
    }

    private void state(String key, StreamConfig.Stream stream) {
        Duration reviews = Topics.REVIEWS.cleanup().retention().orElseThrow();
        range(key + "decisions.retention", stream.decisions().retention(), MINUTE, reviews);
        Duration deadline = stream.missing().deadline();
        range(key + "missing.deadline", deadline, Duration.ofSeconds(1), LONGEST);
        range(key + "missing.retention", stream.missing().retention(), deadline, LONGEST);
        StreamConfig.Audits audits = stream.audits();
        range(key + "audits.retention", audits.retention(), MINUTE, LONGEST);
        audits.robustAccuracyObjective()
                .ifPresent(objective -> require(
                        objective > 0 && objective <= 1,
                        key + "audits.robust-accuracy-objective",
                        objective,
                        "a share above 0 up to 1"));
        StreamConfig.Uploaders uploaders = stream.uploaders();
        range(key + "uploaders.retention", uploaders.retention(), Duration.ofDays(1), LONGEST);
        range(key + "uploaders.strike-half-life", uploaders.strikeHalfLife(), Duration.ofHours(1), LONGEST);
        String numbers = "names with numbers from 0 to 1000000, such as warn=3,restrict=6.5";
        match(key + "uploaders.strike-weights", Stream.of(uploaders.strikeWeights()), NUMBERS, numbers);
        match(key + "uploaders.strike-thresholds", Stream.of(uploaders.strikeThresholds()), NUMBERS, numbers);
        StreamConfig.Flagged flagged = stream.flagged();
        Duration aged = Topics.FLAGGED.cleanup().retention().orElseThrow();
        range(key + "flagged.retention", flagged.retention(), MINUTE, aged);
        range(key + "flagged.entries", flagged.entries(), 1, 10_000);
        range(key + "flagged.of-uploader", flagged.ofUploader(), 1, 10_000);
        range(key + "flagged.embeddings", flagged.embeddings(), MINUTE, aged);
        StreamConfig.Campaigns campaigns = stream.campaigns();
        range(key + "campaigns.contents", campaigns.contents(), 10, 200);
        range(key + "campaigns.returns", campaigns.returns(), 5, 10_000);
        range(key + "campaigns.quiet", campaigns.quiet(), Duration.ofMinutes(5), audits.retention());
        require(
                StreamSettings.salt(campaigns).length >= LEAST_SALT,
                key + "campaigns.salt-file",
                "'" + campaigns.saltFile().orElse("") + "'",
                "a readable file of at least " + LEAST_SALT + " bytes");
    }

    private void access(StreamConfig config, List<String> listening) {
        StreamConfig.Access access = config.access();
        StreamConfig.Oidc oidc = access.oidc();
        boolean logins = oidc.enabled() || access.usersFile().isPresent();
        if (!logins && !LOOPBACK.containsAll(listening)) {
            faults.add("quarkus.http.host is " + String.join(",", listening)
                    + ", but without logins only 127.0.0.1 is allowed; set bulwark.access.users-file or"
                    + " bulwark.access.oidc.enabled.");
        }
        access.secret()
                .ifPresent(secret -> require(
                        secret.length() >= LEAST_SECRET,
                        "bulwark.access.secret",
                        secret.length() + " characters",
                        "at least " + LEAST_SECRET));
        require(
                !logins
                        || access.secret().isPresent()
                        || config.stream().applicationServer().isEmpty(),
                "bulwark.access.secret",
                "nothing",
                "at least " + LEAST_SECRET + " characters, the same for all instances, where there are logins and"
                        + " bulwark.stream.application-server");
        match(
                "bulwark.access.hosts",
                access.hosts().stream().map(String::strip),
                HOST,
                "host names and addresses without port");
        access.trustedProxies()
                .orElse(List.of())
                .forEach(proxy -> require(
                        AddressRange.parse(proxy).isPresent(),
                        "bulwark.access.trusted-proxies",
                        "'" + proxy + "'",
                        "addresses and ranges of addresses such as 10.1.2.3 or 10.0.0.0/8, but not all addresses"));
        require(
                !oidc.enabled() || oidc.url().isPresent(),
                "bulwark.access.oidc.url",
                "nothing",
                "the provider's issuer address");
        require(
                !oidc.enabled() || oidc.clientId().isPresent(),
                "bulwark.access.oidc.client-id",
                "nothing",
                "the application's name at the provider");
    }

    private void limits(StreamConfig.Limits limits) {
        range("bulwark.access.limits.requests-per-second", limits.requestsPerSecond(), 1, 100_000);
        range("bulwark.access.limits.feeds", limits.feeds(), 1, 100_000);
        range("bulwark.access.limits.wrong-passwords", limits.wrongPasswords(), 1, 1_000);
    }

    private void pictures(StreamConfig config) {
        PreviewConfig preview = config.preview();
        ExplainConfig explain = config.explain();
        String address = "http:// or https:// with host and port, without a path";
        match("bulwark.preview.url", preview.url().stream(), ADDRESS, address);
        match("bulwark.explain.url", explain.url().stream(), ADDRESS, address);
        require(
                explain.url().isEmpty() || preview.url().isPresent(),
                "bulwark.preview.url",
                "nothing",
                "an address where bulwark.explain.url is set: it gives the pictures");
        Duration second = Duration.ofSeconds(1);
        Duration twoMinutes = Duration.ofMinutes(2);
        range("bulwark.explain.timeout", explain.timeout(), second, twoMinutes);
        range("bulwark.preview.timeout", preview.timeout(), second, twoMinutes);
        match("bulwark.console.concepts-url", config.console().conceptsUrl().stream(), LINK, "http:// or https://");
        Duration appeal = config.review().evidence().appeal();
        range("bulwark.review.evidence.appeal", appeal, Duration.ZERO, LONGEST);
        try {
            boolean secret = PreviewTokens.of(preview.secret(), preview.secretFile(), Clock.systemUTC())
                    .isPresent();
            require(
                    secret || preview.url().isEmpty(),
                    "bulwark.preview.secret-file",
                    "nothing",
                    "a file where bulwark.preview.url is set");
        } catch (IllegalArgumentException wrong) {
            faults.add(wrong.getMessage());
        }
    }

    void match(String key, Stream<String> found, Pattern allowed, String words) {
        found.forEach(value -> require(allowed.matcher(value).matches(), key, "'" + value + "'", words));
    }

    void range(String key, int found, int least, int most) {
        require(found >= least && found <= most, key, found, least + " to " + most);
    }

    void range(String key, Duration found, Duration least, Duration most) {
        require(
                found.compareTo(least) >= 0 && found.compareTo(most) <= 0,
                key,
                found,
                "a duration from " + least + " to " + most);
    }

    /** @param read throws an {@link IllegalArgumentException} that names the file and its fault */
    void file(String key, Path file, Consumer<Path> read) {
        try {
            read.accept(file);
        } catch (IllegalArgumentException wrong) {
            faults.add(key + ": " + wrong.getMessage() + ".");
        }
    }

    void require(boolean holds, String key, Object found, String allowed) {
        if (!holds) {
            faults.add(key + " is " + found + ", allowed is " + allowed + ".");
        }
    }
}
