package io.bulwark.stream.audit;

import static io.bulwark.stream.testing.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.schemas.topic.SampledAudits.ProbeAudits;
import io.bulwark.stream.audit.AuditTally.Bucket;
import io.bulwark.stream.audit.AuditTally.Candidate;
import io.bulwark.stream.state.AgeIndex;
import io.bulwark.stream.state.StoreKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AuditTallyTest {

    private static final Duration HOUR = Duration.ofHours(1);

    @AutoClose
    private KeyValueStore<String, byte[]> store;

    @BeforeEach
    void open() {
        store = Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore("ages"), Serdes.String(), Serdes.ByteArray())
                .withLoggingDisabled()
                .build();
        var context = new MockProcessorContext<>(new Properties());
        store.init(context.getStateStoreContext(), store);
    }

    @Test
    void auditsAreCountedByKindInTheBucketThatTheyFallInto() {
        add("default", NOON, "NEAR_FLAGGED");
        add("default", NOON.plusSeconds(3599), "NEAR_FLAGGED");
        add("default", NOON.plusSeconds(3600), "NEAR_FLAGGED");
        add("default", NOON.plusSeconds(3601), "HASH_TWIN");

        AuditTally tally = AuditTally.of(store, "default", NOON, HOUR);
        assertThat(tally.counts())
                .isEqualTo(Map.of(
                        new Bucket(NOON, "NEAR_FLAGGED"), 2L,
                        new Bucket(NOON.plus(HOUR), "NEAR_FLAGGED"), 1L,
                        new Bucket(NOON.plus(HOUR), "HASH_TWIN"), 1L));
        assertThat(tally.complete()).isEqualTo(NOON);
    }

    @Test
    void neitherAnotherTenantsNorOlderAuditsCount() {
        add("kids", NOON.plusSeconds(1), "NEAR_FLAGGED");
        add("default-2", NOON.plusSeconds(1), "NEAR_FLAGGED");
        add("default", NOON.minusMillis(1), "NEAR_FLAGGED");

        assertThat(AuditTally.of(store, "default", NOON, HOUR).counts()).isEmpty();
    }

    @Test
    void beyondTheBoundTheNewestCountAndTheAnswerSaysFromWhenOnItIsComplete() {
        for (int i = 0; i < 10; i++) {
            add("default", NOON.plusSeconds(i), "NEAR_FLAGGED");
        }

        AuditTally tally = AuditTally.of(store, "default", NOON, HOUR, 4);
        assertThat(tally.counts()).isEqualTo(Map.of(new Bucket(NOON, "NEAR_FLAGGED"), 4L));
        assertThat(tally.complete()).isEqualTo(NOON.plusSeconds(5).plusMillis(1));
    }

    @Test
    void probesOfTheRedTeamAreNamedToBeRead() {
        add(ProbeAudits.UPLOADER, "default", NOON, AuditTally.PROBE);
        add(ProbeAudits.UPLOADER, "default", NOON, "OTHER");
        add(
                "default",
                NOON.plusSeconds(1),
                "OTHER"); // of a worker with a newer release: a flood of these pushes none out
        add("default", NOON, "NEAR_FLAGGED");

        assertThat(AuditTally.of(store, "default", NOON, HOUR).probes())
                .allMatch(probe -> probe.key().startsWith(StoreKey.prefix("default", ProbeAudits.UPLOADER)))
                .extracting(probe -> probe.bucket().kind())
                .containsExactlyInAnyOrder(AuditTally.PROBE, "OTHER");
    }

    @Test
    void partitionsTogetherAreCompleteFromWhenOnTheLastOfThemIs() {
        AuditTally one = new AuditTally(NOON, Map.of(new Bucket(NOON, "PROBING"), 2L), List.of(probe("a")));
        AuditTally two =
                new AuditTally(NOON.plusSeconds(7), Map.of(new Bucket(NOON, "PROBING"), 3L), List.of(probe("b")));

        assertThat(AuditTally.together(NOON, List.of(one, two)))
                .isEqualTo(new AuditTally(
                        NOON.plusSeconds(7), Map.of(new Bucket(NOON, "PROBING"), 5L), List.of(probe("a"), probe("b"))));
        assertThat(AuditTally.together(NOON, List.of()).complete()).isEqualTo(NOON);
    }

    private void add(String tenant, Instant at, String kind) {
        add("u1", tenant, at, kind);
    }

    private void add(String uploader, String tenant, Instant at, String kind) {
        new AgeIndex(store).add(at, StoreKey.uploaderAudit(tenant, uploader, at, "image", kind));
    }

    private static Candidate probe(String key) {
        return new Candidate(key, new Bucket(NOON, AuditTally.PROBE));
    }
}
