package io.bulwark.stream.outbound;

import io.bulwark.schemas.topic.DeadLetterHeaders;
import io.bulwark.schemas.topic.DeadLetterHeaders.Undelivered;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.outbound.DeliveryMeters.ReceiverHealth;
import io.bulwark.stream.outbound.HttpPost.AttemptResult;
import io.bulwark.stream.outbound.Receiver.Event;
import io.bulwark.stream.outbound.Receiver.UndeliveredTopic;
import io.bulwark.stream.trace.Tracing;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * One neighbour on a clock that the test moves. What was written and committed outlives a restart; what was under way
 * does not.
 */
final class OutboundRig {

    static final String TOPIC = "moderation.decisions";
    static final String UNDELIVERED = "moderation.undelivered";
    static final int PARTITIONS = 2;

    final SettableClock clock = new SettableClock();
    final List<String> taken = new ArrayList<>();
    final List<Instant> attempts = new ArrayList<>();
    final MockProducer<byte[], byte[]> aside =
            new MockProducer<>(true, new RoundRobinPartitioner(), new ByteArraySerializer(), new ByteArraySerializer());
    final Counts counts = new Counts(clock);

    /** Answers an attempt on an event's id; the number of attempts so far is 1 for the first. */
    BiFunction<String, Integer, AttemptResult> peer = (id, attempt) -> new AttemptResult.Taken();

    /** Whether outcomes wait until {@link #outcomes()}. */
    boolean slow;

    /** The trace that each attempt named; empty where it named none. */
    final List<String> traces = new ArrayList<>();

    private final InMemorySpanExporter spans = InMemorySpanExporter.create();
    private final Tracing tracing = Tracing.of(OpenTelemetrySdk.builder()
            .setTracerProvider(SdkTracerProvider.builder()
                    .addSpanProcessor(SimpleSpanProcessor.create(spans))
                    .build())
            .build());
    private final Random chance;
    private final Map<String, Integer> tries = new HashMap<>();
    private final Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> written =
            new TreeMap<>((one, other) -> one.toString().compareTo(other.toString()));
    private final Map<TopicPartition, Long> committed = new HashMap<>();
    private final List<Runnable> outstanding = new ArrayList<>();
    private MockConsumer<byte[], byte[]> consumer;
    private DeliveryRounds rounds;

    OutboundRig(long seed) {
        chance = new Random(seed);
        for (int partition = 0; partition < PARTITIONS; partition++) {
            written.put(new TopicPartition(TOPIC, partition), new ArrayList<>());
            written.put(new TopicPartition(UNDELIVERED, partition), new ArrayList<>());
        }
        restart();
    }

    /** Starts from what is committed, as another instance would after a crash. */
    void restart() {
        outstanding.clear();
        consumer = new MockConsumer<>("earliest") {
            @Override
            public synchronized void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets) {
                super.commitSync(offsets);
                offsets.forEach((partition, place) -> committed.put(partition, place.offset()));
            }
        };
        consumer.setMaxPollRecords(100);
        rounds = new DeliveryRounds(
                consumer,
                new Receiver.Destination("webhooks.shop", new Told(), 4, 3, Duration.ofSeconds(1)),
                this::send,
                new UndeliveredTopic(UNDELIVERED, "webhooks.shop", () -> aside),
                counts.meters,
                tracing,
                clock,
                new ReceiverHealth.Backoff(chance));
        Map<TopicPartition, Long> start = new HashMap<>();
        written.keySet().forEach(partition -> start.put(partition, 0L));
        consumer.updateBeginningOffsets(start);
        consumer.subscribe(Set.of(TOPIC, UNDELIVERED), rounds);
        Map<TopicPartition, OffsetAndMetadata> known = new HashMap<>();
        committed.forEach((partition, offset) -> known.put(partition, new OffsetAndMetadata(offset)));
        consumer.commitSync(known);
        consumer.rebalance(written.keySet());
        written.forEach((partition, records) -> {
            long from = committed.getOrDefault(partition, 0L);
            consumer.seek(partition, from);
            records.stream().filter(record -> record.offset() >= from).forEach(consumer::addRecord);
        });
    }

    /** Another instance takes all partitions, in order. */
    void handOver() {
        rounds.onPartitionsRevoked(written.keySet());
        restart();
    }

    /** Writes a decision on an image. */
    String write(String image) {
        var partition = new TopicPartition(TOPIC, Math.floorMod(image.hashCode(), PARTITIONS));
        return append(
                partition,
                image,
                new ConsumerRecord<>(
                        TOPIC, partition.partition(), written.get(partition).size(), key(image), new byte[] {1}));
    }

    /** The same, of a trace. */
    String write(String image, String parent) {
        var record = new ConsumerRecord<>(
                TOPIC, 0, written.get(new TopicPartition(TOPIC, 0)).size(), key(image), new byte[] {1});
        record.headers().add("traceparent", parent.getBytes(StandardCharsets.UTF_8));
        return append(new TopicPartition(TOPIC, 0), image, record);
    }

    /** The attempts as spans. */
    List<SpanData> spans() {
        return spans.getFinishedSpanItems();
    }

    /** Orders again what was set aside last. */
    void orderAgain() {
        var letter = aside.history().get(aside.history().size() - 1);
        var partition = new TopicPartition(UNDELIVERED, 0);
        var record = new ConsumerRecord<>(UNDELIVERED, 0, written.get(partition).size(), letter.key(), letter.value());
        letter.headers().forEach(record.headers()::add);
        new Undelivered("webhooks.shop", true).addTo(record.headers());
        append(partition, "", record);
    }

    private String append(TopicPartition partition, String image, ConsumerRecord<byte[], byte[]> record) {
        written.get(partition).add(record);
        consumer.addRecord(record);
        return Event.of(record).id();
    }

    private static byte[] key(String image) {
        return ("default/" + image).getBytes(StandardCharsets.UTF_8);
    }

    /** Runs rounds, with time after each. */
    void rounds(int many, Duration each) {
        for (int i = 0; i < many; i++) {
            rounds.round();
            clock.pass(each);
        }
    }

    /** Lets what is under way end, in random order. */
    void outcomes() {
        Collections.shuffle(outstanding, chance);
        List<Runnable> now = List.copyOf(outstanding);
        outstanding.clear();
        now.forEach(Runnable::run);
    }

    int underWay() {
        return outstanding.size();
    }

    long committed(int partition) {
        return committed.getOrDefault(new TopicPartition(TOPIC, partition), 0L);
    }

    boolean allCommitted() {
        return written.entrySet().stream()
                .allMatch(entry -> committed.getOrDefault(entry.getKey(), 0L)
                        == entry.getValue().size());
    }

    /** The ids of what was set aside, and why. */
    List<String> setAside() {
        return aside.history().stream()
                .map(record -> {
                    DeadLetterHeaders story =
                            DeadLetterHeaders.readFrom(record.headers()).orElseThrow();
                    return story.topic() + "-" + story.partition() + "-" + story.offset() + " " + story.reason();
                })
                .toList();
    }

    private CompletableFuture<AttemptResult> send(HttpRequest request) {
        String id = request.headers().firstValue("id").orElseThrow();
        attempts.add(clock.instant());
        traces.add(request.headers().firstValue("traceparent").orElse(""));
        var answered = new CompletableFuture<AttemptResult>();
        Runnable arrives = () -> {
            AttemptResult answer = peer.apply(id, tries.merge(id, 1, Integer::sum));
            if (answer instanceof AttemptResult.Taken) {
                taken.add(id);
            }
            answered.complete(answer);
        };
        if (slow) {
            outstanding.add(arrives);
        } else {
            arrives.run();
        }
        return answered;
    }

    /** Receives every event. */
    static final class Told implements Receiver {

        @Override
        public Set<Topics> topics() {
            return Set.of(Topics.DECISIONS);
        }

        @Override
        public Optional<Message> message(Event event) {
            return Optional.of(new Message(event.id(), "", new byte[] {1}));
        }

        @Override
        public HttpRequest request(Message message, Instant now) {
            return HttpRequest.newBuilder(URI.create("https://shop.example/"))
                    .header("id", message.id())
                    .build();
        }

        @Override
        public void close() {}
    }

    /** What was counted. */
    static final class Counts {

        private static final String PREFIX = "bulwark.stream.outbound.";

        private final MeterRegistry registry = new SimpleMeterRegistry();
        final DeliveryMeters meters;

        Counts(Clock clock) {
            meters = new DeliveryMeters(registry, "webhooks.shop", clock);
        }

        int delivered() {
            return count("delivered");
        }

        int retried() {
            return count("retried");
        }

        int setAside() {
            return registry.get(PREFIX + "undelivered").counters().stream()
                    .mapToInt(each -> (int) each.count())
                    .sum();
        }

        long waiting() {
            return (long) registry.get(PREFIX + "lag").gauge().value();
        }

        double oldestSeconds() {
            return registry.get(PREFIX + "oldest.seconds").gauge().value();
        }

        private int count(String name) {
            return (int) registry.get(PREFIX + name).counter().count();
        }
    }
}
