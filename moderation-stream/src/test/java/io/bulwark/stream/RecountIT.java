package io.bulwark.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bulwark.events.Decision;
import io.bulwark.events.ModerationDecision;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.events.Review;
import io.bulwark.events.UploaderStats;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.testing.Broker;
import io.bulwark.schemas.testing.TestBroker;
import io.bulwark.schemas.topic.TenantKey;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.testing.EventProducer;
import io.bulwark.stream.testing.Samples;
import io.bulwark.stream.testing.StreamProcess;
import io.bulwark.stream.testing.TopicDump;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever dies while verdicts and reviews come: what the topics say in the end is a plain recount of what was sent. A
 * failing run is repeated with {@code -Dbulwark.test.seed=N}; {@code -Dbulwark.test.kills=20} kills more often.
 */
@Tag("proof")
class RecountIT {

    private static final long SEED = Long.getLong("bulwark.test.seed", 19);
    private static final int KILLS = Integer.getInteger("bulwark.test.kills", 3);
    private static final int RECORDS_A_ROUND = 120;
    private static final List<Decision> DECISIONS =
            List.of(Decision.SAFE, Decision.NSFW, Decision.REVIEW, Decision.REFUSED);

    private final Random random = new Random(SEED);
    private final Instant start = Instant.now().truncatedTo(ChronoUnit.HOURS).minus(Duration.ofHours(50));
    private final List<Verdict> verdicts = new ArrayList<>();
    private final List<Review> reviews = new ArrayList<>();

    @TempDir
    Path stateOfOne;

    @TempDir
    Path stateOfTwo;

    @Test
    void afterEveryKillDecisionsStatisticsAndStrikesAreARecountOfWhatWasSent() {
        try (Broker broker = TestBroker.fresh()) {
            broker.createTopics();
            String at = broker.bootstrapServers();
            List<Path> states = List.of(stateOfOne, stateOfTwo);
            var instances = new ArrayList<StreamProcess>();
            states.forEach(state -> instances.add(start(at, state)));
            try (var producer = new EventProducer(at)) {
                instances.forEach(StreamProcess::awaitReady);
                for (int kill = 0; kill < KILLS; kill++) {
                    send(producer, RECORDS_A_ROUND / 2);
                    int victim = random.nextInt(instances.size());
                    instances.get(victim).kill();
                    send(producer, RECORDS_A_ROUND / 2);
                    instances.set(victim, start(at, states.get(victim)));
                    instances.get(victim).awaitReady();
                }
                await("a recount, seed " + SEED).atMost(Duration.ofSeconds(90)).untilAsserted(() -> {
                    assertThat(published(at)).isEqualTo(recounted());
                    assertThat(windows(at)).isEqualTo(recountedWindows());
                });
            } finally {
                instances.forEach(StreamProcess::close);
            }
        }
    }

    private static StreamProcess start(String broker, Path state) {
        return StreamProcess.start(
                broker, state, Map.of("bulwark.stream.standby-replicas", "1", "bulwark.schemas.write", "3"));
    }

    /** Two tenants with the same ids, thirty images of one content each, verdicts that come again and out of order. */
    private void send(EventProducer producer, int records) {
        for (int i = 0; i < records; i++) {
            String tenant = random.nextBoolean() ? "acme" : "kids";
            int image = random.nextInt(30);
            Decision decision = DECISIONS.get(random.nextInt(DECISIONS.size()));
            if (random.nextInt(4) == 0) {
                reviews.add(Samples.review("i" + image, decision)
                        .setTenant(tenant)
                        .setContentSha256(tenant + "-content-" + image)
                        .setUpload(null)
                        .setDecisionId("review-" + reviews.size())
                        .setAt(start.plusSeconds(3600L * 49 + random.nextInt(3000)))
                        .build());
                producer.send(reviews.get(reviews.size() - 1));
            } else {
                long upload = 100L * image + random.nextInt(5);
                verdicts.add(Samples.verdict("i" + image)
                        .setTenant(tenant)
                        .setUploaderId("u" + image % 4)
                        .setDecision(decision)
                        .setContentSha256(tenant + "-content-" + image)
                        .setUpload(new RecordCoordinates("images.uploaded", 0, upload))
                        .setUploadedAt(start.plusSeconds(600 * upload / 100))
                        .setDecidedAt(start.plusSeconds(3600L * 48).plusMillis(verdicts.size()))
                        .build());
                producer.send(verdicts.get(verdicts.size() - 1));
            }
        }
    }

    private static String key(String tenant, String imageId) {
        return new TenantKey(tenant, imageId).toString();
    }

    private static Map<String, String> published(String broker) {
        var published = new TreeMap<String, String>();
        TopicDump.latest(broker, Topics.DECISIONS.topicName(), ModerationDecision.class)
                .forEach((key, decision) -> published.put(
                        key,
                        decision.getDecision() + " by "
                                + decision.getDecidedBy().getId()));
        return published;
    }

    private Map<String, String> recounted() {
        var holds = new TreeMap<String, String>();
        for (Verdict verdict : verdicts) {
            String key = key(verdict.getTenant(), verdict.getImageId());
            holds.put(
                    key,
                    review(key)
                            .map(word -> word.getDecision() + " by ana")
                            .orElseGet(() -> latest(key).getDecision() + " by worker-1"));
        }
        return holds;
    }

    private Optional<Review> review(String key) {
        return reviews.stream()
                .filter(review -> key(review.getTenant(), review.getImageId()).equals(key))
                .max(Comparator.comparing(Review::getAt).thenComparing(Review::getDecisionId));
    }

    private Verdict latest(String key) {
        return verdicts.stream()
                .filter(verdict ->
                        key(verdict.getTenant(), verdict.getImageId()).equals(key))
                .max(Comparator.comparing(
                                (Verdict verdict) -> verdict.getUpload().getOffset())
                        .thenComparing(Verdict::getDecidedAt))
                .orElseThrow();
    }

    /** The windows of an hour, a day and a week, as images/safe/nsfw/review/refused/strikes. */
    private static Map<String, String> windows(String broker) {
        var windows = new TreeMap<String, String>();
        TopicDump.latest(broker, Topics.UPLOADER_STATS.topicName(), UploaderStats.class)
                .forEach((key, stats) -> windows.put(
                        key,
                        List.of(
                                        stats.getImages(),
                                        stats.getSafe(),
                                        stats.getNsfw(),
                                        stats.getReview(),
                                        stats.getRefused(),
                                        stats.getStrikes())
                                .toString()));
        return windows;
    }

    /** An image counts when it was uploaded: by the first of its verdicts on the topic. */
    private Map<String, String> recountedWindows() {
        var first = new TreeMap<String, Verdict>();
        verdicts.forEach(verdict -> first.putIfAbsent(key(verdict.getTenant(), verdict.getImageId()), verdict));
        var counts = new TreeMap<String, long[]>();
        first.forEach((key, verdict) -> {
            Decision holds = review(key)
                    .map(Review::getDecision)
                    .orElseGet(() -> latest(key).getDecision());
            Map.of("1h", 1L, "24h", 24L, "7d", 168L).forEach((name, hours) -> {
                long length = Duration.ofHours(hours).toMillis();
                long at = verdict.getUploadedAt().toEpochMilli();
                String window =
                        key(verdict.getTenant(), verdict.getUploaderId() + "/" + name + "/" + (at - at % length));
                long[] sum = counts.computeIfAbsent(window, none -> new long[6]);
                sum[0]++;
                sum[1 + DECISIONS.indexOf(holds)]++;
                sum[5] += holds == Decision.NSFW ? 1000 : 0;
            });
        });
        var windows = new TreeMap<String, String>();
        counts.forEach((window, sum) -> windows.put(
                window, java.util.Arrays.stream(sum).boxed().toList().toString()));
        return windows;
    }
}
