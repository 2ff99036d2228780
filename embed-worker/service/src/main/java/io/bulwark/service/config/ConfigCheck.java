package io.bulwark.service.config;

import io.bulwark.imaging.isolation.Isolation;
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
import io.quarkus.runtime.configuration.MemorySize;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What types cannot say of the settings: ranges, and how settings agree. All complaints come in one message, each with
 * the key, what was found and what is allowed.
 */
public final class ConfigCheck {

    /** Besides the whole; with more, no picture that fills them could be SAFE. */
    private static final int MOST_TILES = ModerationOptions.MOST_VIEWS - 1;

    private static final Set<String> PRECISIONS = Set.of("fp32", "bf16", "fp16", "auto");
    private static final Set<String> ISOLATIONS =
            Arrays.stream(Isolation.values()).map(Isolation::label).collect(Collectors.toSet());

    private final List<String> complaints = new ArrayList<>();

    private ConfigCheck() {}

    /**
     * Checks every setting.
     *
     * @throws InvalidConfigException naming each key at fault
     */
    public static void check(WorkerConfig config) {
        ConfigCheck check = new ConfigCheck();
        check.kafka(config.kafka());
        config.topics()
                .prefix()
                .filter(prefix -> !TopicNames.isLegal(prefix))
                .ifPresent(prefix -> check.complain(TopicNames.SETTING, prefix, TopicNames.ALLOWED));
        check.policy(config.policy());
        check.twin(config.twin(), config.policy());
        check.flagged(config.flagged());
        check.range("bulwark.audit.alerts-per-hour", config.audit().alertsPerHour(), 0, 100_000);
        check.range("bulwark.audit.sample", config.audit().sample(), 0, 1);
        check.range("bulwark.scaling.threshold", config.scaling().threshold(), 0, 1);
        check.batch(config.batch());
        check.fetch(config.fetch());
        check.range("bulwark.encoder.instances", config.encoder().instances(), 0, 256);
        check.range("bulwark.encoder.threads", config.encoder().threads(), 0, 1024);
        check.oneOf("bulwark.encoder.precision", config.encoder().precision(), PRECISIONS);
        if (!config.encoder().device().matches("auto|cpu|cuda:\\d+")) {
            check.complain("bulwark.encoder.device", config.encoder().device(), "auto, cpu or cuda:N");
        }
        check.views(config.views());
        check.preview(config.preview());
        check.score(config.score(), config.preview());
        check.segment("bulwark.bank.name", config.bank().name());
        check.range("bulwark.bank.coalesce", config.bank().coalesce(), Duration.ZERO, Duration.ofSeconds(1));
        check.range("bulwark.transaction.max-records", config.transaction().maxRecords(), 1, 10_000);
        config.transaction()
                .linger()
                .ifPresent(linger ->
                        check.range("bulwark.transaction.linger", linger, Duration.ZERO, Duration.ofSeconds(5)));
        check.range("bulwark.latency.target", config.latency().target(), Duration.ZERO, Duration.ofSeconds(5));
        check.range("bulwark.decode.max-pixels", config.decode().maxPixels(), 1, 1_000_000_000L);
        check.range("bulwark.decode.max-animation-pixels", config.decode().maxAnimationPixels(), 1, 100_000_000_000L);
        check.range("bulwark.decode.max-animation-frames", config.decode().maxAnimationFrames(), 1, 1_000_000);
        config.decode()
                .memoryBytes()
                .ifPresent(
                        memory -> check.range("bulwark.decode.memory-bytes", memory.asLongValue(), 1 << 20, 1L << 40));
        check.range("bulwark.decode.max-frames", config.decode().maxFrames(), 1, ModerationOptions.MOST_VIEWS);
        check.range(
                "bulwark.decode.deadline",
                config.decode().deadline(),
                Duration.ofMillis(10),
                ProcessLimits.LONGEST_DEADLINE);
        check.oneOf("bulwark.decoder.isolation", config.decoder().isolation(), ISOLATIONS);
        check.range("bulwark.decoder.native-uploads", config.decoder().nativeUploads(), 1, 1_000_000);
        check.oneOf("bulwark.tracing.exporter", config.tracing().exporter(), Set.of("none", "otlp"));
        check.range("bulwark.tracing.ratio", config.tracing().ratio(), 0, 1);
        check.url("bulwark.tracing.endpoint", config.tracing().endpoint());
        check.range("bulwark.drain-timeout", config.drainTimeout(), Duration.ofMillis(100), Duration.ofMinutes(10));
        config.schemaRegistry().url().ifPresent(url -> check.url("bulwark.schema-registry.url", url));
        config.cloudEvents().source().ifPresent(check::cloudEventsSource);
        check.range("bulwark.schemas.write", config.schemas().write(), 1, BundledSchemas.RELEASES);
        check.range("bulwark.schemas.wait", config.schemas().patience(), Duration.ZERO, SchemaFollower.LONGEST_WAIT);
        if (!check.complaints.isEmpty()) {
            throw new InvalidConfigException(check.complaints);
        }
    }

    /**
     * Checks that the views of the files that are read at one time leave room for everything else: until they are queued, each
     * thread holds those of one file.
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
        filled("bulwark.kafka.bootstrap-servers", kafka.bootstrapServers());
        filled("bulwark.kafka.group", kafka.group());
        kafka.instance().ifPresent(instance -> filled("bulwark.kafka.instance", instance));
        range("bulwark.kafka.session-timeout", kafka.sessionTimeout(), Duration.ofSeconds(6), Duration.ofMinutes(5));
        range(
                "bulwark.kafka.transaction-timeout",
                kafka.transactionTimeout(),
                Duration.ofSeconds(2),
                Duration.ofMinutes(5));
        range("bulwark.kafka.max-record-bytes", kafka.maxRecordBytes().asLongValue(), 100_000, 1 << 30);
        complaints.addAll(
                SecurityCheck.complaints(kafka.security(), kafka.properties().keySet(), Clock.systemUTC()));
    }

    private void policy(WorkerConfig.Policy policy) {
        range("bulwark.policy.k", policy.k(), 1, PolicySettings.MOST_K);
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
        range("bulwark.policy.known-similarity", policy.knownSimilarity(), 1e-6, PolicySettings.NEVER_KNOWN);
        range("bulwark.policy.floor", policy.floor(), -1, 1);
        range(
                "bulwark.policy.temperature",
                policy.temperature(),
                PolicySettings.LEAST_TEMPERATURE,
                PolicySettings.MOST_TEMPERATURE);
        oneOf("bulwark.policy.unfamiliar", policy.unfamiliar(), Set.of("review", "head"));
        watched("bulwark.policy.flagged-labels", policy, Map.of());
        if (policy.flaggedClasses().isEmpty() && policy.unfamiliar().equals("head")) {
            complain("bulwark.policy.flagged-classes", "nothing", "at least one class of the model's classifier");
        }
    }

    /** To ignore every label is to let everything pass, and nobody asks for that. */
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
            oneOf(prefix + label + ".action", rule.action(), Set.of("flag", "review", "ignore"));
            thresholds(prefix + label, rule.safe().orElse(safe), rule.flag().orElse(flag));
        });
    }

    private void twin(WorkerConfig.Twin twin, WorkerConfig.Policy policy) {
        twin.precision().ifPresent(precision -> oneOf("bulwark.twin.precision", precision, PRECISIONS));
        twin.threshold().ifPresent(threshold -> range("bulwark.twin.threshold", threshold, 0, 1));
        range("bulwark.twin.sample", twin.sample(), 1e-6, 1);
        twin.temperature().ifPresent(temperature -> range("bulwark.twin.temperature", temperature, 1e-4, 100));
        twin.floor().ifPresent(floor -> range("bulwark.twin.floor", floor, -1, 1));
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
    }

    private void thresholds(String prefix, double safe, double flag) {
        range(prefix + ".flag", flag, 0, 1);
        range(prefix + ".safe", safe, 0, 1);
        if (safe >= flag) {
            complain(prefix + ".safe", safe, "less than " + prefix + ".flag, which is " + flag);
        }
    }

    private void flagged(FlaggedConfig flagged) {
        flagged.similarity().ifPresent(similarity -> {
            if (!(similarity >= 0.5 && similarity <= NearFlagged.GREATEST)) {
                complain(
                        "bulwark.flagged.similarity",
                        number(similarity),
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

    private void batch(WorkerConfig.Batch batch) {
        range("bulwark.batch.largest", batch.largest(), 1, 1024);
        range("bulwark.batch.measure", batch.measure(), Duration.ZERO, Duration.ofSeconds(10));
        batch.linger().ifPresent(linger -> range("bulwark.batch.linger", linger, Duration.ZERO, Duration.ofSeconds(5)));
        range("bulwark.batch.max-in-flight", batch.maxInFlight(), 1, 100_000);
        range("bulwark.batch.max-in-flight-bytes", batch.maxInFlightBytes().asLongValue(), 1 << 20, 1L << 36);
        range("bulwark.batch.max-ready-bytes", batch.maxReadyBytes().asLongValue(), 1 << 20, 1L << 36);
        range("bulwark.batch.preparation-threads", batch.preparationThreads(), 0, 1024);
    }

    private void fetch(FetchConfig fetch) {
        fetch.schemes()
                .forEach(scheme -> oneOf("bulwark.fetch.schemes", scheme, Set.of("https", "http", "file", "s3")));
        fetch.ports().forEach(port -> range("bulwark.fetch.ports", port, 1, 65_535));
        s3(fetch.s3(), fetch.schemes().contains("s3"));
        range("bulwark.fetch.max-bytes", fetch.maxBytes().asLongValue(), 1024, 1 << 30);
        fetch.memoryBytes().map(MemorySize::asLongValue).ifPresent(memory -> {
            if (memory < 4 * fetch.maxBytes().asLongValue() || memory > 1L << 40) {
                complain(
                        "bulwark.fetch.memory-bytes",
                        memory,
                        "four times bulwark.fetch.max-bytes, which is "
                                + fetch.maxBytes().asLongValue() + ", to " + (1L << 40));
            }
        });
        range("bulwark.fetch.prompt", fetch.prompt(), Duration.ofMillis(1), Duration.ofSeconds(10));
        range("bulwark.fetch.deadline", fetch.deadline(), Duration.ofMillis(10), Duration.ofSeconds(100));
        range("bulwark.fetch.connect-timeout", fetch.connectTimeout(), Duration.ofMillis(10), Duration.ofSeconds(60));
        range("bulwark.fetch.max-redirects", fetch.maxRedirects(), 0, 20);
        range("bulwark.fetch.attempts", fetch.attempts(), 1, 10);
        range("bulwark.fetch.threads", fetch.threads(), 1, 1024);
        range("bulwark.fetch.deferred-threads", fetch.deferredThreads(), 1, 1024);
        range("bulwark.fetch.deferred-per-host", fetch.deferredPerHost(), 1, fetch.deferredThreads());
        fetch.fileRoot().ifPresent(root -> {
            if (!root.isAbsolute()) {
                complain("bulwark.fetch.file-root", root, "an absolute path");
            }
        });
    }

    private void s3(FetchConfig.S3 s3, boolean used) {
        if (used && s3.buckets().orElse(Set.of()).isEmpty()) {
            complain("bulwark.fetch.s3.buckets", "nothing", "at least one bucket where bulwark.fetch.schemes has s3");
        }
        s3.buckets().orElse(Set.of()).forEach(bucket -> segment("bulwark.fetch.s3.buckets", bucket));
        segment("bulwark.fetch.s3.region", s3.region());
        s3.endpoint().ifPresent(url -> url("bulwark.fetch.s3.endpoint", url));
        oneOf("bulwark.fetch.s3.credentials", s3.credentials(), Set.of("chain", "none"));
    }

    private void preview(PreviewConfig preview) {
        range("bulwark.preview.at-once", preview.atOnce(), 1, 64);
        range("bulwark.preview.read-within", preview.readWithin(), Duration.ofMillis(100), Duration.ofSeconds(30));
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
        range("bulwark.score.requests", score.requests(), 1, 256);
        range("bulwark.score.images", score.images(), 1, 64);
        range("bulwark.score.max-bytes", score.maxBytes().asLongValue(), 1 << 10, 1L << 30);
        range("bulwark.score.deadline", score.deadline(), Duration.ofMillis(500), Duration.ofMinutes(2));
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
        oneOf("bulwark.views.policy", views.policy(), Set.of("cover", "squash", "center-crop"));
        range("bulwark.views.max-tiles-of-frame", views.maxTilesOfFrame(), 2, MOST_TILES);
        range("bulwark.views.details", views.details(), 1, ModerationOptions.DETAILS);
        int least = ModerationOptions.LEAST_TILES;
        if (views.detailFrom() == ModerationOptions.NEVER_IN_DETAIL) {
            range("bulwark.views.max-tiles", views.maxTiles(), least, MOST_TILES);
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

    private void filled(String key, String value) {
        if (value.isBlank()) {
            complain(key, "nothing", "a text");
        }
    }

    private void segment(String key, String value) {
        if (!value.matches("[A-Za-z0-9._-]+")) {
            complain(key, value, "letters, digits, '.', '_' and '-'");
        }
    }

    private void oneOf(String key, String value, Set<String> allowed) {
        if (!allowed.contains(value)) {
            complain(key, value, "one of " + allowed.stream().sorted().toList());
        }
    }

    private void cloudEventsSource(String value) {
        if (!SerdeSettings.isUriReference(value)) {
            complain(SerdeSettings.CLOUD_EVENTS_SOURCE, value, "a URI reference such as /bulwark/production");
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

    private void range(String key, double value, double least, double most) {
        if (!(value >= least && value <= most)) {
            complain(key, number(value), number(least) + " to " + number(most));
        }
    }

    private void range(String key, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            complain(key, value, least + " to " + most);
        }
    }

    private static String number(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }

    private void complain(String key, Object found, String allowed) {
        complaints.add(key + " is " + found + ", allowed is " + allowed);
    }
}
