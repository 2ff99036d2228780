package io.bulwark.stream.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.bulwark.events.Decision;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.schemas.serde.SerdeSettings;
import io.bulwark.stream.document.VerdictDocument;
import io.bulwark.stream.feed.FeedBeans.FeedSinks;
import io.bulwark.stream.feed.FeedEvent.FeedFilter;
import io.bulwark.stream.state.Restriction;
import io.bulwark.stream.testing.Samples;
import io.smallrye.mutiny.helpers.test.AssertSubscriber;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class FeedTailTest {

    private static final String TOPIC = "moderation.verdicts";
    private static final TopicPartition ZERO = new TopicPartition(TOPIC, 0);
    private static final TopicPartition ONE = new TopicPartition(TOPIC, 1);

    private static final ObjectMapper JSON = new ObjectMapper().registerModule(new JavaTimeModule());

    private final VerdictFeed feed = new VerdictFeed(10, 10, 10, () -> {});

    @Test
    void historyIsMergedByTimeButAPartitionKeepsItsOrder() {
        var merged = FeedTail.mergeByTime(
                List.of(record(0, 0, 50), record(0, 1, 20), record(0, 2, 60), record(1, 0, 10), record(1, 1, 55)));

        assertThat(merged)
                .extracting(record -> record.partition() + ":" + record.offset())
                .containsExactly("1:0", "0:0", "0:1", "1:1", "0:2");
    }

    @Test
    void theTailStartsSoFarBeforeTheEndThatTheRingFillsAndSkipsWhatItCannotRead() {
        var consumer = consumer(Map.of(ZERO, 0L, ONE, 0L), Map.of(ZERO, 12L, ONE, 2L));
        consumer.schedulePollTask(() -> {
            for (long offset = 2; offset < 12; offset++) {
                consumer.addRecord(record(0, offset, offset));
            }
            consumer.addRecord(new ConsumerRecord<>(TOPIC, 1, 0, new byte[] {1}, new byte[] {9, 9}));
            consumer.addRecord(new ConsumerRecord<>(TOPIC, 1, 1, new byte[] {1}, null));
        });
        try (var tail = tail(consumer)) {
            tail.start();
            await().until(() ->
                    feed.recent(20, Optional.empty(), FeedFilter.ALL).verdicts().size() == 10);
            assertThat(feed.recent(1, Optional.empty(), FeedFilter.ALL).verdicts())
                    .extracting(VerdictDocument::imageId)
                    .containsExactly("0-11");
        }
        assertThat(consumer.closed()).isTrue();
    }

    /** Three of eight new records have come, so the other five are what the feed is behind. */
    @Test
    void itSaysHowFarItIsBehind() {
        var consumer = consumer(Map.of(ZERO, 0L, ONE, 0L), Map.of(ZERO, 1L, ONE, 0L));
        consumer.schedulePollTask(() -> consumer.addRecord(record(0, 0, 1)));
        try (var tail = tail(consumer)) {
            tail.start();
            await().until(() ->
                    feed.recent(20, Optional.empty(), FeedFilter.ALL).verdicts().size() == 1);
            assertThat(tail.lag()).isZero();

            consumer.schedulePollTask(() -> {
                consumer.updateEndOffsets(Map.of(ZERO, 9L));
                List.of(1L, 2L, 3L).forEach(offset -> consumer.addRecord(record(0, offset, offset)));
            });

            await().untilAsserted(() -> assertThat(tail.lag()).isEqualTo(5));
        }
    }

    @Test
    void afterTroubleWithKafkaTheNextConsumerGoesOnWhereTheFirstStopped() {
        var first = consumer(Map.of(ZERO, 0L, ONE, 0L), Map.of(ZERO, 1L, ONE, 0L));
        first.schedulePollTask(() -> first.addRecord(record(0, 0, 1)));
        first.schedulePollTask(() -> first.setPollException(new KafkaException("the broker is away")));
        var second = consumer(Map.of(ZERO, 0L, ONE, 0L), Map.of(ZERO, 2L, ONE, 0L));
        second.schedulePollTask(() -> {
            second.addRecord(record(0, 0, 1));
            second.addRecord(record(0, 1, 2));
        });
        try (var tail = tail(first, second)) {
            tail.start();
            await().until(() ->
                    feed.recent(20, Optional.empty(), FeedFilter.ALL).verdicts().size() >= 2);
            assertThat(feed.recent(20, Optional.empty(), FeedFilter.ALL).verdicts())
                    .extracting(VerdictDocument::imageId)
                    .containsExactly("0-1", "0-0");
        }
    }

    @Test
    void aRecordThatTheRegistryCannotExplainNowIsShownOnceItCan() throws Exception {
        byte[] framed = {0, 0, 0, 0, 7, 1};
        int unused;
        try (var socket = new ServerSocket(0)) {
            unused = socket.getLocalPort();
        }
        var shown = new CopyOnWriteArrayList<String>();
        var first = consumer(Map.of(ZERO, 0L, ONE, 0L), Map.of(ZERO, 3L, ONE, 0L));
        Runnable batch = () -> {
            first.addRecord(record(0, 0, 1));
            first.addRecord(new ConsumerRecord<>(TOPIC, 0, 1, new byte[] {1}, framed));
            first.addRecord(record(0, 2, 3));
        };
        first.schedulePollTask(batch);
        var second = consumer(Map.of(ZERO, 0L, ONE, 0L), Map.of(ZERO, 3L, ONE, 0L));
        second.schedulePollTask(() -> {
            second.addRecord(record(0, 0, 1));
            second.addRecord(record(0, 1, 2)); // readable by now
            second.addRecord(record(0, 2, 3));
        });
        var decoder = new EventDecoder<>(
                Verdict.class, Map.of(SerdeSettings.REGISTRY_URL, "http://127.0.0.1:" + unused + "/apis/registry/v3"));
        var remaining = List.of(first, second).iterator();
        try (var tail = new FeedTail<>(TOPIC, remaining::next, decoder, sink(shown), 10)) {
            tail.start();
            await().atMost(Duration.ofSeconds(20)).until(() -> shown.size() >= 3);
        }
        assertThat(shown).containsExactly("0-0", "0-1", "0-2");
    }

    @Test
    void aRecordThatCannotBeShownTakesNoOtherWithItAndNoneIsShownTwice() {
        var shown = new CopyOnWriteArrayList<String>();
        var only = consumer(Map.of(ZERO, 0L, ONE, 0L), Map.of(ZERO, 1L, ONE, 0L));
        only.schedulePollTask(() -> only.addRecord(record(0, 0, 1)));
        only.schedulePollTask(() -> {
            only.addRecord(record(0, 1, 2));
            only.addRecord(record(0, 2, 3));
            only.addRecord(record(0, 3, 4));
        });
        var sink = sink(shown);
        try (var tail = new FeedTail<Verdict>(
                TOPIC,
                List.of(only).iterator()::next,
                new EventDecoder<>(Verdict.class),
                new FeedTail.Sink<>() {
                    @Override
                    public void startAt(Map<Integer, Long> next) {
                        sink.startAt(next);
                    }

                    @Override
                    public void show(Verdict verdict, RecordCoordinates at) {
                        if (at.getOffset() == 2) {
                            throw new IllegalStateException("no document of this one");
                        }
                        sink.show(verdict, at);
                    }

                    @Override
                    public void forget(String key, Instant at) {
                        sink.forget(key, at);
                    }
                },
                10)) {
            tail.start();
            await().until(() -> shown.contains("0-3"));
        }
        assertThat(shown).containsExactly("0-0", "0-1", "0-3");
    }

    @Test
    void aTombstoneTakesBackWhatWasShownBefore() {
        var only = consumer(Map.of(ZERO, 0L, ONE, 0L), Map.of(ZERO, 2L, ONE, 0L));
        only.schedulePollTask(() -> {
            only.addRecord(record(0, 0, 1));
            only.addRecord(record(0, 1, 2));
        });
        only.schedulePollTask(() -> only.addRecord(new ConsumerRecord<>(TOPIC, 0, 2, "0-0".getBytes(), null)));
        try (var tail = tail(only)) {
            tail.start();
            await().until(() -> feed.recent(20, Optional.empty(), FeedFilter.ALL).verdicts().stream()
                    .map(VerdictDocument::imageId)
                    .toList()
                    .equals(List.of("0-1")));
        }
    }

    @Test
    void eachTailNamesItsThreadAfterItsTopic() {
        var only = consumer(Map.of(ZERO, 0L, ONE, 0L), Map.of(ZERO, 0L, ONE, 0L));
        try (var tail = tail(only)) {
            tail.start();
            assertThat(Thread.getAllStackTraces().keySet())
                    .extracting(Thread::getName)
                    .contains("feed-tail-" + TOPIC);
        }
    }

    @Test
    void auditsAreShownAsDocumentsUnderThePlaceThatTheyWereReadFrom() {
        var sink = new FeedSinks(feed, JSON, new Restriction(Set.of())).audits();
        sink.startAt(Map.of(0, 5L));
        sink.show(
                Samples.audit("i").setCleanDecision(Decision.SAFE).build(),
                new RecordCoordinates("moderation.attack-audit", 0, 7L));

        List<FeedEvent> told = feed.watch(Optional.empty(), FeedFilter.ALL)
                .subscribe()
                .withSubscriber(AssertSubscriber.create(10))
                .getItems();
        assertThat(told).hasSize(2);
        assertThat(told.get(1).cursor()).hasToString("-8");
        assertThat(((FeedEvent.Shown) told.get(1)).item().json())
                .contains("\"imageId\":\"i\"", "\"kind\":\"TWIN_DISAGREEMENT\"", "\"cleanDecision\":\"SAFE\"");
    }

    @Test
    void aTopicThatIsNotThereYetIsWaitedFor() {
        var before = new MockConsumer<byte[], byte[]>("earliest");
        before.updatePartitions(TOPIC, List.of());
        var after = consumer(Map.of(ZERO, 0L, ONE, 0L), Map.of(ZERO, 1L, ONE, 0L));
        after.schedulePollTask(() -> after.addRecord(record(0, 0, 1)));
        try (var tail = tail(before, after)) {
            tail.start();
            await().until(() ->
                    feed.recent(1, Optional.empty(), FeedFilter.ALL).verdicts().size() == 1);
        }
    }

    private static FeedTail.Sink<Verdict> sink(List<String> shown) {
        return new FeedTail.Sink<>() {
            private boolean started;

            @Override
            public void startAt(Map<Integer, Long> next) {
                assertThat(started).as("told once").isFalse();
                started = true;
            }

            @Override
            public void show(Verdict verdict, RecordCoordinates at) {
                shown.add(verdict.getImageId());
            }

            @Override
            public void forget(String key, Instant at) {
                throw new AssertionError("no tombstone was read");
            }
        };
    }

    @SafeVarargs
    private FeedTail<Verdict> tail(MockConsumer<byte[], byte[]>... consumers) {
        var remaining = List.of(consumers).iterator();
        return new FeedTail<>(
                TOPIC,
                remaining::next,
                new EventDecoder<>(Verdict.class),
                new FeedSinks(feed, JSON, new Restriction(Set.of())).verdicts(),
                10);
    }

    private static MockConsumer<byte[], byte[]> consumer(
            Map<TopicPartition, Long> beginnings, Map<TopicPartition, Long> ends) {
        var consumer = new MockConsumer<byte[], byte[]>("earliest");
        var node = new Node(0, "broker", 9092);
        consumer.updatePartitions(
                TOPIC,
                List.of(
                        new PartitionInfo(TOPIC, 0, node, new Node[] {node}, new Node[] {node}),
                        new PartitionInfo(TOPIC, 1, node, new Node[] {node}, new Node[] {node})));
        consumer.updateBeginningOffsets(beginnings);
        consumer.updateEndOffsets(ends);
        return consumer;
    }

    private static ConsumerRecord<byte[], byte[]> record(int partition, long offset, long timestamp) {
        String id = partition + "-" + offset;
        byte[] value = new EventSerializer<>(Verdict.class)
                .serialize(TOPIC, Samples.verdict(id).build());
        return new ConsumerRecord<>(
                TOPIC,
                partition,
                offset,
                timestamp,
                TimestampType.CREATE_TIME,
                -1,
                value.length,
                id.getBytes(),
                value,
                new RecordHeaders(),
                Optional.empty());
    }
}
