package io.bulwark.stream.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.Decision;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.events.UploaderStats;
import io.bulwark.events.Verdict;
import io.bulwark.stream.testing.Samples;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever workers and people decide, in whatever order: an uploader's windows are the count over the verdicts in force.
 * A failing case is replayed by its seed, which is the test's parameter.
 */
class StatisticsPropertyTest {

    private static final List<Decision> DECISIONS =
            List.of(Decision.SAFE, Decision.NSFW, Decision.REVIEW, Decision.REFUSED);
    private static final int VERDICTS = 30;

    @TempDir
    private Path state;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void theWindowsAreTheCountOverTheVerdictsInForce(long seed) {
        var random = new Random(seed);
        try (var rig = new TopologyRig(state)) {
            for (int i = 0; i < VERDICTS; i++) {
                rig.send(anyVerdict(random), Samples.NOON.plus(Duration.ofHours(6)));
            }
            Map<String, Map<String, Long>> expected = countedFromTheVerdictStore(rig);
            Map<String, Map<String, Long>> published = lastPublished(rig);
            expected.forEach((window, counts) -> assertThat(published.get(window))
                    .as("window %s of seed %d", window, seed)
                    .containsAllEntriesOf(counts));
            long images = published.values().stream()
                    .mapToLong(counts -> counts.get("images"))
                    .sum();
            long inForce = expected.values().stream()
                    .mapToLong(counts -> counts.get("images"))
                    .sum();
            assertThat(images).as("images of seed %d", seed).isEqualTo(inForce);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {5})
    void noPublishedCountIsEverNegativeAndTheDecisionsAddUpToTheImages(long seed) {
        var random = new Random(seed);
        try (var rig = new TopologyRig(state)) {
            for (int i = 0; i < VERDICTS; i++) {
                rig.send(anyVerdict(random), Samples.NOON.plus(Duration.ofHours(6)));
            }
            assertThat(rig.published()).isNotEmpty().allSatisfy(stats -> {
                List<Long> decisions = List.of(stats.getSafe(), stats.getNsfw(), stats.getReview(), stats.getRefused());
                assertThat(decisions).allMatch(count -> count >= 0);
                assertThat(decisions.stream().mapToLong(Long::longValue).sum()).isEqualTo(stats.getImages());
            });
        }
    }

    /** Few images of few uploaders, so that verdicts meet; the content of an image is always the same. */
    private static Verdict anyVerdict(Random random) {
        int image = random.nextInt(8);
        Decision decision = DECISIONS.get(random.nextInt(DECISIONS.size()));
        Instant at = Samples.NOON.plusSeconds(random.nextInt(4 * 3600));
        Verdict.Builder verdict =
                random.nextInt(4) == 0 ? Samples.review("i" + image, decision) : Samples.verdict("i" + image);
        return verdict.setDecision(decision)
                .setDecidedAt(at)
                .setUploaderId("u" + image % 3)
                .setUpload(new RecordCoordinates("images.uploaded", 0, (long) image))
                .build();
    }

    private static Map<String, Map<String, Long>> countedFromTheVerdictStore(TopologyRig rig) {
        var counts = new HashMap<String, Map<String, Long>>();
        KeyValueStore<String, StoredVerdict> store = rig.driver.getKeyValueStore(StoreNames.VERDICTS);
        var grid = new WindowGrid(TopologyRig.SETTINGS.window());
        try (KeyValueIterator<String, StoredVerdict> all = store.all()) {
            all.forEachRemaining(entry -> {
                Verdict verdict = entry.value.verdict();
                String window = verdict.getUploaderId() + "@" + grid.startOf(entry.value.countedAt());
                Map<String, Long> present = counts.computeIfAbsent(window, any -> new HashMap<>());
                present.merge("images", 1L, Long::sum);
                present.merge(verdict.getDecision().name(), 1L, Long::sum);
            });
        }
        return counts;
    }

    private static Map<String, Map<String, Long>> lastPublished(TopologyRig rig) {
        var counts = new HashMap<String, Map<String, Long>>();
        for (UploaderStats stats : new ArrayList<>(rig.published())) {
            counts.put(
                    stats.getUploaderId() + "@" + stats.getWindowStart(),
                    Map.of(
                            "images", stats.getImages(),
                            "SAFE", stats.getSafe(),
                            "NSFW", stats.getNsfw(),
                            "REVIEW", stats.getReview(),
                            "REFUSED", stats.getRefused()));
        }
        return counts;
    }
}
