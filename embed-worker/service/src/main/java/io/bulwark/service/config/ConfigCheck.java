package io.bulwark.service.config;

import io.bulwark.imaging.isolation.IsolationLauncher.Isolation;
import io.bulwark.imaging.preprocess.ModerationOptions;
import io.bulwark.imaging.process.ProcessLimits;
import io.bulwark.perception.flagged.NearFlagged;
import io.bulwark.perception.verdict.PolicySettings;
import io.bulwark.schemas.connection.SecurityCheck;
import io.bulwark.schemas.follow.SchemaFollower;
import io.bulwark.schemas.preview.PreviewTokens;
import io.bulwark.schemas.serde.BundledSchemas;
import io.bulwark.schemas.serde.SerdeSettings;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.schemas.topic.Topics;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.WithName;
import io.smallrye.config.common.utils.StringUtil;
import java.lang.reflect.Method;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.spi.Converter;

/**
 * What types cannot say of the settings: ranges, and how settings agree. All complaints come in one message, each with
 * the key, what was found and what is allowed.
 */
public final class ConfigCheck {

    /** Besides the whole; with more, no picture that fills them could be SAFE. */
    private static final int MOST_TILES = ModerationOptions.MOST_VIEWS - 1;

    /** The first release of the schemas whose verdicts say that they are restricted. */
    private static final int RESTRICTED_SINCE = 3;

    private static final int MOST_RESTRICTED = 100;
    private static final int LONGEST_LABEL = 100;

    private static final String FILLED = "(?s).*\\S.*";
    private static final String SEGMENT = "[A-Za-z0-9._-]+";
    private static final String SEGMENT_IN_WORDS = "letters, digits, '.', '_' and '-'";
    private static final Set<String> PRECISIONS = Set.of("fp32", "bf16", "fp16", "auto");
    private static final Set<String> ISOLATIONS =
            Arrays.stream(Isolation.values()).map(Isolation::label).collect(Collectors.toSet());

    private final WorkerConfig config;
    private final List<String> complaints = new ArrayList<>();

    private ConfigCheck(WorkerConfig config) {
        this.config = config;
    }

    /**
     * Checks every setting.
     *
     * @throws InvalidConfigException naming each key at fault
     */
    public static void check(WorkerConfig config) {
        ConfigCheck check = new ConfigCheck(config);
        check.ranges();
        check.words();
        check.kafka(config.kafka());
        check.policy(config.policy());
        check.twin(config.twin(), config.policy());
        check.flagged(config.flagged());
        check.restricted(config.restricted());
        check.fetch(config.fetch());
        check.views(config.views());
        check.preview(config.preview());
        check.score(config.score(), config.preview());
        check.url("bulwark.tracing.endpoint", config.tracing().endpoint());
        config.schemaRegistry().url().ifPresent(url -> check.url("bulwark.schema-registry.url", url));
        if (!check.complaints.isEmpty()) {
            throw new InvalidConfigException(check.complaints);
        }
    }

    private void ranges() {
        range("audit.alerts-per-hour", 0, 100_000);
        range("audit.sample", 0, 1);
        range("bank.coalesce", Duration.ZERO, Duration.ofSeconds(1));
        range("batch.largest", 1, 1024);
        range("batch.linger", Duration.ZERO, Duration.ofSeconds(5));
        range("batch.max-in-flight", 1, 100_000);
        range("batch.max-in-flight-bytes", 1 << 20, 1L << 36);
        range("batch.max-ready-bytes", 1 << 20, 1L << 36);
        range("batch.measure", Duration.ZERO, Duration.ofSeconds(10));
        range("batch.preparation-threads", 0, 1024);
        range("decode.deadline", Duration.ofMillis(10), ProcessLimits.LONGEST_DEADLINE);
        range("decode.max-animation-frames", 1, 1_000_000);
        range("decode.max-animation-pixels", 1, 100_000_000_000L);
        range("decode.max-frames", 1, ModerationOptions.MOST_VIEWS);
        range("decode.max-pixels", 1, 1_000_000_000L);
        range("decode.memory-bytes", 1 << 20, 1L << 40);
        range("decoder.native-uploads", 1, 1_000_000);
        range("drain-timeout", Duration.ofMillis(100), Duration.ofMinutes(10));
        range("encoder.instances", 0, 256);
        range("encoder.threads", 0, 1024);
        range("fetch.attempts", 1, 10);
        range("fetch.connect-timeout", Duration.ofMillis(10), Duration.ofSeconds(60));
        range("fetch.deadline", Duration.ofMillis(10), Duration.ofSeconds(100));
        range("fetch.deferred-per-host", 1, config.fetch().deferredThreads());
        range("fetch.deferred-threads", 1, 1024);
        range("fetch.max-bytes", 1024, 1 << 30);
        range("fetch.max-redirects", 0, 20);
        range("fetch.ports", 1, 65_535);
        range("fetch.prompt", Duration.ofMillis(1), Duration.ofSeconds(10));
        range("fetch.threads", 1, 1024);
        range("kafka.max-record-bytes", 100_000, 1 << 30);
        range("topics.max-upload-bytes", TopicNames.SMALLEST_UPLOAD, Topics.IMAGES_UPLOADED.maxRecordBytes());
        range("kafka.session-timeout", Duration.ofSeconds(6), Duration.ofMinutes(5));
        range("kafka.transaction-timeout", Duration.ofSeconds(2), Duration.ofMinutes(5));
        range("latency.target", Duration.ZERO, Duration.ofSeconds(5));
        range("policy.floor", -1, 1);
        range("policy.k", 1, PolicySettings.MOST_K);
        range("policy.known-similarity", 1e-6, PolicySettings.NEVER_KNOWN);
        range("policy.temperature", PolicySettings.LEAST_TEMPERATURE, PolicySettings.MOST_TEMPERATURE);
        range("preview.at-once", 1, 64);
        range("preview.read-within", Duration.ofMillis(100), Duration.ofSeconds(30));
        range("scaling.threshold", 0, 1);
        range("schemas.wait", Duration.ZERO, SchemaFollower.LONGEST_WAIT);
        range("schemas.write", 1, BundledSchemas.RELEASES);
        range("score.deadline", Duration.ofMillis(500), Duration.ofMinutes(2));
        range("score.images", 1, 64);
        range("score.max-bytes", 1 << 10, 1L << 30);
        range("score.requests", 1, 256);
        range("tracing.ratio", 0, 1);
        range("transaction.linger", Duration.ZERO, Duration.ofSeconds(5));
        range("transaction.max-records", 1, 10_000);
        range("twin.floor", -1, 1);
        range("twin.held-per-hour", 1, 100_000);
        range("twin.sample", 1e-6, 1);
        range("twin.temperature", 1e-4, 100);
        range("twin.threshold", 0, 1);
        range("views.details", 1, ModerationOptions.DETAILS);
        range("views.max-tiles-of-frame", 2, MOST_TILES);
    }

    private void words() {
        oneOf("decoder.isolation", ISOLATIONS);
        oneOf("encoder.engine", Set.of("libtorch", "onnxruntime", "auto"));
        oneOf("encoder.precision", PRECISIONS);
        oneOf("fetch.s3.credentials", Set.of("chain", "none"));
        oneOf("fetch.schemes", Set.of("https", "http", "file", "s3"));
        oneOf("policy.unfamiliar", Set.of("review", "head"));
        oneOf("tracing.exporter", Set.of("none", "otlp"));
        oneOf("twin.precision", PRECISIONS);
        oneOf("views.policy", Set.of("cover", "squash", "center-crop"));
        matching("bank.name", SEGMENT, SEGMENT_IN_WORDS);
        matching("encoder.device", "auto|cpu|cuda:\\d+", "auto, cpu or cuda:N");
        matching("fetch.s3.buckets", SEGMENT, SEGMENT_IN_WORDS);
        matching("fetch.s3.region", SEGMENT, SEGMENT_IN_WORDS);
        matching("kafka.bootstrap-servers", FILLED, "a text");
        matching("kafka.group", FILLED, "a text");
        matching("kafka.instance", FILLED, "a text");
        each("topics.prefix", prefix -> TopicNames.isLegal((String) prefix), TopicNames.ALLOWED);
        each(
                "cloud-events.source",
                source -> SerdeSettings.isUriReference((String) source),
                "a URI reference such as /bulwark/production");
        each("fetch.file-root", root -> ((Path) root).isAbsolute(), "an absolute path");
    }

    /** @param least a number or a duration, as the setting is */
    private void range(String key, Object least, Object most) {
        String allowed = text(least) + " to " + text(most);
        if (least instanceof Duration shortest) {
            Duration longest = (Duration) most;
            each(
                    key,
                    value -> shortest.compareTo((Duration) value) <= 0 && longest.compareTo((Duration) value) >= 0,
                    allowed);
        } else {
            each(key, value -> number(value) >= number(least) && number(value) <= number(most), allowed);
        }
    }

    private void oneOf(String key, Set<String> words) {
        each(key, words::contains, "one of " + words.stream().sorted().toList());
    }

    private void matching(String key, String pattern, String allowed) {
        each(key, value -> ((String) value).matches(pattern), allowed);
    }

    private void each(String key, Predicate<Object> isAllowed, String allowed) {
        values(key)
                .filter(value -> !isAllowed.test(value))
                .forEach(value -> complain("bulwark." + key, text(value), allowed));
    }

    /** The values of a setting, by its key without the prefix: none if it is not set, several if it is a list. */
    private Stream<?> values(String key) {
        Object value = config;
        for (String group : key.split("\\.")) {
            value = value(value, group);
        }
        return value instanceof Collection<?> several ? several.stream() : Stream.ofNullable(value);
    }

    /** A setting of a group, or a group of it; null if it is not set. */
    private static Object value(Object group, String key) {
        Method method = Stream.of(group.getClass().getInterfaces())
                .flatMap(type -> Stream.of(type.getMethods()))
                .filter(each -> key.equals(key(each)))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no setting " + key));
        try {
            Object value = method.invoke(group);
            if (value instanceof Optional<?> optional) {
                value = optional.orElse(null);
            } else if (value instanceof OptionalDouble optional) {
                value = optional.isPresent() ? optional.getAsDouble() : null;
            }
            return value instanceof MemorySize size ? Long.valueOf(size.asLongValue()) : value;
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String key(Method method) {
        WithName name = method.getAnnotation(WithName.class);
        return name == null ? StringUtil.skewer(method.getName()) : name.value();
    }

    /**
     * Checks that the views of the files that are read at one time leave room for everything else: until they are
     * queued, each thread holds those of one file.
     *
     * @param threads that read files
     * @param mostViews of a file
     * @param viewBytes of each, the twin's with them
     * @param heapBytes of this JVM
     * @throws InvalidConfigException if they may fill more than half of the heap
     */
    public static void checkViewMemory(int threads, int mostViews, long viewBytes, long heapBytes) {
        long bytes = threads * mostViews * viewBytes;
        if (bytes > heapBytes / 2) {
            throw new InvalidConfigException(List.of("Views may take " + threads + " threads x " + mostViews
                    + " views of a file x " + viewBytes + " bytes = " + bytes
                    + " bytes, allowed is half of the heap of "
                    + heapBytes + ": lower bulwark.batch.preparation-threads, bulwark.decode.max-frames,"
                    + " bulwark.views.max-tiles or bulwark.views.max-tiles-of-frame, switch off"
                    + " bulwark.views.quarter-turns or bulwark.views.mirror, or give the JVM more heap (-Xmx)"));
        }
    }

    private void kafka(WorkerConfig.Kafka kafka) {
        complaints.addAll(
                SecurityCheck.complaints(kafka.security(), kafka.properties().keySet(), Clock.systemUTC()));
    }

    private void policy(WorkerConfig.Policy policy) {
        thresholds("bulwark.policy", policy.safe(), policy.flag());
        labels("bulwark.policy.labels.", policy.labels(), policy.safe(), policy.flag());
        policy.tenants().forEach((tenant, own) -> {
            String prefix = "bulwark.policy.tenants." + tenant;
            double safe = own.safe().orElse(policy.safe());
            double flag = own.flag().orElse(policy.flag());
            thresholds(prefix, safe, flag);
            labels(prefix + ".labels.", own.labels(), safe, flag);
            watched(prefix + ".labels", policy, own.labels());
        });
        watched("bulwark.policy.flagged-labels", policy, Map.of());
        if (policy.flaggedClasses().isEmpty() && policy.unfamiliar().equals("head")) {
            complain("bulwark.policy.flagged-classes", "nothing", "at least one class of the model's classifier");
        }
    }

    /** A policy that ignores every label lets everything pass. */
    private void watched(String key, WorkerConfig.Policy policy, Map<String, WorkerConfig.Label> ofTenant) {
        Map<String, String> actions = new HashMap<>();
        policy.flaggedLabels().forEach(label -> actions.put(label, "flag"));
        policy.labels().forEach((label, rule) -> actions.put(label, rule.action()));
        ofTenant.forEach((label, rule) -> actions.put(label, rule.action()));
        if (actions.values().stream().allMatch("ignore"::equals)) {
            complain(key, "no label that is flagged or reviewed", "at least one label of the bank");
        }
    }

    private void labels(String prefix, Map<String, WorkerConfig.Label> labels, double safe, double flag) {
        labels.forEach((label, rule) -> {
            if (!Set.of("flag", "review", "ignore").contains(rule.action())) {
                complain(prefix + label + ".action", rule.action(), "flag, review or ignore");
            }
            thresholds(prefix + label, rule.safe().orElse(safe), rule.flag().orElse(flag));
        });
    }

    private void twin(TwinConfig twin, WorkerConfig.Policy policy) {
        if (twin.flag().isPresent() || twin.safe().isPresent()) {
            thresholds(
                    "bulwark.twin",
                    twin.safe().orElse(policy.safe()),
                    twin.flag().orElse(policy.flag()));
        }
        if (twin.model().isPresent() && twin.threshold().isEmpty()) {
            complain(
                    "bulwark.twin.threshold",
                    "not set",
                    "a score from 0 to 1 where bulwark.twin.model is set; `bulwark bank calibrate --twin MODEL` finds"
                            + " it");
        }
        if (twin.holdsBack() && twin.model().isEmpty()) {
            complain("bulwark.twin.holds-back", "true", "false, or a model in bulwark.twin.model that holds back");
        }
        if (twin.holdsBack() && twin.sample() < 1) {
            complain(
                    "bulwark.twin.sample",
                    twin.sample(),
                    "1 where bulwark.twin.holds-back is set: the twin is asked about every image");
        }
    }

    private void thresholds(String prefix, double safe, double flag) {
        share(prefix + ".flag", flag);
        share(prefix + ".safe", safe);
        if (safe >= flag) {
            complain(prefix + ".safe", safe, "less than " + prefix + ".flag, which is " + flag);
        }
    }

    private void share(String key, double value) {
        if (!(value >= 0 && value <= 1)) {
            complain(key, text(value), "0 to 1");
        }
    }

    private void flagged(WorkerConfig.Flagged flagged) {
        flagged.similarity().ifPresent(similarity -> {
            if (!(similarity >= 0.5 && similarity <= NearFlagged.GREATEST)) {
                complain(
                        "bulwark.flagged.similarity",
                        text(similarity),
                        "0.5 to " + NearFlagged.GREATEST
                                + ", as `bulwark bank calibrate-flagged` prints it: nearer than"
                                + " entries are merged no bound keeps a promise");
            }
            if (flagged.madeFor().isEmpty()) {
                complaints.add("bulwark.flagged.made-for is not set beside bulwark.flagged.similarity: `bulwark bank"
                        + " calibrate-flagged` prints both");
            }
        });
    }

    private void fetch(FetchConfig fetch) {
        long maxBytes = fetch.maxBytes().asLongValue();
        fetch.memoryBytes().map(MemorySize::asLongValue).ifPresent(memory -> {
            if (memory < 4 * maxBytes || memory > 1L << 40) {
                complain(
                        "bulwark.fetch.memory-bytes",
                        memory,
                        "four times bulwark.fetch.max-bytes, which is " + maxBytes + ", to " + (1L << 40));
            }
        });
        if (fetch.schemes().contains("s3")
                && fetch.s3().buckets().orElse(Set.of()).isEmpty()) {
            complain("bulwark.fetch.s3.buckets", "nothing", "at least one bucket where bulwark.fetch.schemes has s3");
        }
        fetch.s3().endpoint().ifPresent(url -> url("bulwark.fetch.s3.endpoint", url));
    }

    private void preview(PreviewConfig preview) {
        if (!preview.enabled()) {
            return;
        }
        try {
            if (PreviewTokens.of(preview.secret(), preview.secretFile(), Clock.systemUTC())
                    .isEmpty()) {
                complain("bulwark.preview.secret-file", "nothing", "a file where bulwark.preview.enabled is true");
            }
        } catch (IllegalArgumentException wrong) {
            complaints.add(wrong.getMessage());
        }
    }

    private void score(ScoreConfig score, PreviewConfig preview) {
        if (!score.enabled()) {
            return;
        }
        if (preview.enabled()) {
            complain(
                    "bulwark.score.enabled",
                    "true",
                    "false where bulwark.preview.enabled is true: a process is one of them");
        }
        if (score.tokensFile().isEmpty()) {
            complain("bulwark.score.tokens-file", "nothing", "a file where bulwark.score.enabled is true");
        }
    }

    private void views(ViewsConfig views) {
        int least = ModerationOptions.LEAST_TILES;
        if (views.detailFrom() == ModerationOptions.NEVER_IN_DETAIL) {
            range("views.max-tiles", least, MOST_TILES);
        } else if (views.detailFrom() < ModerationOptions.LEAST_DETAIL) {
            complain(
                    "bulwark.views.detail-from",
                    views.detailFrom(),
                    ModerationOptions.NEVER_IN_DETAIL + " for never, or at least " + ModerationOptions.LEAST_DETAIL);
        } else if (views.maxTiles() < views.details() + least || views.maxTiles() > MOST_TILES) {
            complain(
                    "bulwark.views.max-tiles",
                    views.maxTiles(),
                    views.details() + least + " to " + MOST_TILES + ", " + least
                            + " more than bulwark.views.details, or " + least
                            + " to " + MOST_TILES + " where bulwark.views.detail-from is 0");
        }
    }

    private void url(String key, String value) {
        try {
            if (URI.create(value).getHost() == null) {
                complain(key, value, "an http or https address");
            }
        } catch (IllegalArgumentException malformed) {
            complain(key, value, "an http or https address");
        }
    }

    private static double number(Object value) {
        return ((Number) value).doubleValue();
    }

    private static String text(Object value) {
        if (value instanceof Number && number(value) == Math.rint(number(value))) {
            return Long.toString(((Number) value).longValue());
        }
        return value.toString().isBlank() ? "nothing" : value.toString();
    }

    /** An older release has no field that says so, and a reader would take the image for any other. */
    private void restricted(WorkerConfig.Restricted restricted) {
        List<String> labels = restricted.labels().orElse(List.of());
        if (!labels.isEmpty() && config.schemas().write() < RESTRICTED_SINCE) {
            complain(
                    "bulwark.schemas.write",
                    config.schemas().write(),
                    RESTRICTED_SINCE + " where bulwark.restricted.labels names labels");
        }
        if (labels.size() > MOST_RESTRICTED
                || labels.stream().anyMatch(label -> label.isBlank() || label.length() > LONGEST_LABEL)) {
            complain(
                    "bulwark.restricted.labels",
                    labels.size() + " labels",
                    "at most " + MOST_RESTRICTED + " labels of 1 to " + LONGEST_LABEL + " characters");
        }
    }

    private void complain(String key, Object found, String allowed) {
        complaints.add(key + " is " + found + ", allowed is " + allowed);
    }

    /** A word of a list whose commas may have blanks around them. */
    public static final class StrippedText implements Converter<String> {

        private static final long serialVersionUID = 1L;

        @Override
        public String convert(String value) {
            return value.strip();
        }
    }

    /** Settings that the worker will not start with; the message names each. */
    public static final class InvalidConfigException extends IllegalArgumentException {

        InvalidConfigException(List<String> complaints) {
            super("Invalid settings: " + String.join("; ", complaints));
        }
    }
}
