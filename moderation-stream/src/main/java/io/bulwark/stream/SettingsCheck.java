package io.bulwark.stream;

import io.bulwark.schemas.connection.SecurityCheck;
import io.bulwark.schemas.follow.SchemaFollower;
import io.bulwark.schemas.preview.PreviewTokens;
import io.bulwark.schemas.promise.BettingEvidence;
import io.bulwark.schemas.serde.BundledSchemas;
import io.bulwark.schemas.serde.SerdeSettings;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.schemas.trace.SpanExport;
import io.bulwark.stream.PreviewConfig.ExplainConfig;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.config.WithName;
import io.smallrye.config.common.utils.StringUtil;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.lang.reflect.Method;
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

    /** The range of a setting, such as {@code 1 to 64} or {@code PT1S to PT2M}; both ends are allowed. */
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.METHOD)
    @interface Allowed {
        String value();
    }

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
        check.ranges("bulwark", StreamConfig.class, config);
        check.topics(config.topics().prefix().orElse(""), config.stream().applicationId());
        long upload = config.topics().maxUploadBytes().asLongValue();
        check.require(
                upload >= TopicNames.SMALLEST_UPLOAD && upload <= Topics.IMAGES_UPLOADED.maxRecordBytes(),
                TopicNames.UPLOAD_SETTING,
                upload + " bytes",
                TopicNames.SMALLEST_UPLOAD + " to " + Topics.IMAGES_UPLOADED.maxRecordBytes() + " bytes");
        check.schemas(config);
        ReviewConfig.Retention kept = config.review().retention();
        check.require(
                kept.decisions().compareTo(kept.items()) >= 0,
                "bulwark.review.retention.decisions",
                kept.decisions(),
                "bulwark.review.retention.items, which is " + kept.items() + ", or longer");
        check.promises(config.review().promises());
        check.stream(config.stream());
        check.access(config, listening);
        check.pictures(config);
        new OutboundCheck(check)
                .check(config.outbound(), config.topics().prefix().orElse(""));
        new OutboundCheck(check).check(config.notifications());
        new OutboundCheck(check)
                .check(
                        config.childSafety(),
                        config.restricted().labels().orElse(Set.of()),
                        config.database().url().isPresent());
        return check.faults;
    }

    private void promises(ReviewConfig.Promises promises) {
        String key = "bulwark.review.promises.";
        promises.missed().ifPresent(promise -> promise(key + "missed", promise));
        promises.falselyFlagged().ifPresent(promise -> promise(key + "falsely-flagged", promise));
    }

    private void promise(String key, double promise) {
        require(
                promise > 0 && promise <= BettingEvidence.MOST_PROMISED,
                key,
                promise,
                "a share above 0 up to " + BettingEvidence.MOST_PROMISED);
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
        within(SerdeSettings.WRITE, config.schemas().write(), "1 to " + BundledSchemas.RELEASES);
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
        require(!stream.stateDir().isBlank(), key + "state-dir", "nothing", "a folder that survives a restart");
        int replicas = stream.replicationFactor();
        require(
                replicas == -1 || (replicas >= 1 && replicas <= 9),
                key + "replication-factor",
                replicas,
                "-1 (the brokers' default) or 1 to 9");
        long memory = stream.stateMemory().asLongValue();
        require(memory >= LEAST_STATE_MEMORY, key + "state-memory", memory + " bytes", "at least 8M");
        state(key, stream);
    }

    private void state(String key, StreamConfig.Stream stream) {
        Duration reviews = Topics.REVIEWS.cleanup().retention().orElseThrow();
        range(key + "decisions.retention", stream.decisions().retention(), MINUTE, reviews);
        Duration deadline = stream.missing().deadline();
        range(key + "missing.retention", stream.missing().retention(), deadline, LONGEST);
        StreamConfig.Audits audits = stream.audits();
        audits.robustAccuracyObjective()
                .ifPresent(objective -> require(
                        objective > 0 && objective <= 1,
                        key + "audits.robust-accuracy-objective",
                        objective,
                        "a share above 0 up to 1"));
        StreamConfig.Uploaders uploaders = stream.uploaders();
        String numbers = "names with numbers from 0 to 1000000, such as warn=3,restrict=6.5";
        match(key + "uploaders.strike-weights", Stream.of(uploaders.strikeWeights()), NUMBERS, numbers);
        match(key + "uploaders.strike-thresholds", Stream.of(uploaders.strikeThresholds()), NUMBERS, numbers);
        StreamConfig.Flagged flagged = stream.flagged();
        Duration aged = Topics.FLAGGED.cleanup().retention().orElseThrow();
        range(key + "flagged.retention", flagged.retention(), MINUTE, aged);
        range(key + "flagged.embeddings", flagged.embeddings(), MINUTE, aged);
        StreamConfig.Campaigns campaigns = stream.campaigns();
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
        StreamConfig.Tracing tracing = config.tracing();
        require(
                Set.of(SpanExport.NONE, SpanExport.OTLP).contains(tracing.exporter()),
                "bulwark.tracing.exporter",
                "'" + tracing.exporter() + "'",
                SpanExport.NONE + " or " + SpanExport.OTLP);
        match("bulwark.tracing.endpoint", Stream.of(tracing.endpoint()), LINK, "http:// or https://");
        match("bulwark.console.concepts-url", config.console().conceptsUrl().stream(), LINK, "http:// or https://");
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

    void add(String fault) {
        faults.add(fault);
    }

    void match(String key, Stream<String> found, Pattern allowed, String words) {
        found.forEach(value -> require(allowed.matcher(value).matches(), key, "'" + value + "'", words));
    }

    void range(String key, Duration found, Duration least, Duration most) {
        within(key, found, least + " to " + most);
    }

    private void within(String key, Object found, String allowed) {
        String[] ends = allowed.split(" to ");
        boolean holds = found instanceof Duration duration
                ? duration.compareTo(Duration.parse(ends[0])) >= 0 && duration.compareTo(Duration.parse(ends[1])) <= 0
                : found instanceof Number number
                        && number.doubleValue() >= Double.parseDouble(ends[0])
                        && number.doubleValue() <= Double.parseDouble(ends[1]);
        require(holds, key, found, found instanceof Duration ? "a duration from " + allowed : allowed);
    }

    /** Checks the settings of a group, and of the groups in it, against what they are annotated with. */
    void ranges(String prefix, Class<?> group, Object settings) {
        for (Method setting : group.getMethods()) {
            WithName named = setting.getAnnotation(WithName.class);
            String key = prefix + "." + (named == null ? StringUtil.skewer(setting.getName()) : named.value());
            Allowed allowed = setting.getAnnotation(Allowed.class);
            Class<?> type = setting.getReturnType();
            if (allowed != null) {
                within(key, value(setting, settings), allowed.value());
            } else if (type.isInterface() && type.getPackage() == SettingsCheck.class.getPackage()) {
                ranges(key, type, value(setting, settings));
            }
        }
    }

    private static Object value(Method setting, Object settings) {
        try {
            return setting.invoke(settings);
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException("Settings are methods without parameters", impossible);
        }
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
