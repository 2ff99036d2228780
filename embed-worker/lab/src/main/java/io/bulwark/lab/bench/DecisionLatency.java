package io.bulwark.lab.bench;

import io.bulwark.cli.local.ReviewApi;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.traffic.Broker;
import io.bulwark.cli.traffic.EventReader;
import io.bulwark.events.Decider;
import io.bulwark.events.DeciderKind;
import io.bulwark.events.Decision;
import io.bulwark.events.ModerationDecision;
import io.bulwark.events.Reason;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.events.Verdict;
import io.bulwark.perception.hash.Sha256;
import io.bulwark.schemas.serde.BundledSchemas;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.schemas.topic.Topics;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/** From a person's decision by the REST API until a subscriber has it, one decision after the other. */
final class DecisionLatency {

    private static final double LIMIT_MILLIS = 500;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int WARM_UP = 20;

    private DecisionLatency() {}

    /** Prints the line; whether it holds. */
    static boolean measure(String bootstrapServers, URI stream, int decisions, Output output) {
        Broker broker = new Broker(
                bootstrapServers,
                Optional.empty(),
                Optional.empty(),
                Map.of(),
                BundledSchemas.RELEASES,
                TopicNames.UNPREFIXED);
        doubt(broker, "doubtful-", decisions + WARM_UP, List.of(0.5));
        var api = new ReviewApi(stream);
        List<Long> nanos = new ArrayList<>();
        try (EventReader<ModerationDecision> reader =
                EventReader.fromNow(broker, Topics.DECISIONS, ModerationDecision.class)) {
            for (int i = 0; i < decisions + WARM_UP; i++) {
                ReviewApi.Item item = claim(api);
                long begin = System.nanoTime();
                ReviewApi.Decided decided = api.decide(item, Decision.SAFE, List.of());
                await(reader, broker, decided.id());
                if (i >= WARM_UP) {
                    nanos.add(System.nanoTime() - begin);
                }
            }
        }
        BenchTraffic.Latencies latencies = BenchTraffic.Latencies.of(
                nanos.stream().mapToLong(Long::longValue).toArray());
        boolean holds = latencies.p99() < LIMIT_MILLIS;
        output.print(
                String.format(
                        Locale.ROOT,
                        "decision to %s: decisions=%d, p50=%.0f ms, p99=%.0f ms: %s",
                        broker.topic(Topics.DECISIONS),
                        decisions,
                        latencies.p50(),
                        latencies.p99(),
                        holds ? "holds" : "does not hold"),
                Map.of(
                        "decisions",
                        decisions,
                        "p50Millis",
                        latencies.p50(),
                        "p99Millis",
                        latencies.p99(),
                        "holds",
                        holds));
        return holds;
    }

    /** Verdicts of images that a worker was not sure of, with these scores by turns and ids that begin so. */
    static void doubt(Broker broker, String prefix, int count, List<Double> scores) {
        Instant now = Clock.systemUTC().instant().truncatedTo(ChronoUnit.MILLIS);
        try (var producer = new KafkaProducer<>(
                broker.clientSettings(Map.of()), new StringSerializer(), broker.serializer(Verdict.class))) {
            for (int i = 0; i < count; i++) {
                String imageId = prefix + i;
                producer.send(new ProducerRecord<>(
                        broker.topic(Topics.VERDICTS),
                        imageId,
                        Verdict.newBuilder()
                                .setImageId(imageId)
                                .setUploaderId("uploader")
                                .setTenant("default")
                                .setDecision(Decision.REVIEW)
                                .setReason(Reason.UNCERTAIN)
                                .setScore(scores.get(i % scores.size()))
                                .setMargin(0)
                                .setModelFingerprint("bench")
                                .setPreprocessFingerprint("bench")
                                .setBankVersion("bench")
                                .setPolicyVersion("bench")
                                .setContentSha256(Sha256.digest(imageId.getBytes(StandardCharsets.UTF_8))
                                        .hex())
                                .setUpload(new RecordCoordinates(broker.topic(Topics.IMAGES_UPLOADED), 0, (long) i))
                                .setDecidedAt(now)
                                .setDecidedBy(new Decider(DeciderKind.WORKER, "bench"))
                                .build()));
            }
        }
    }

    private static ReviewApi.Item claim(ReviewApi api) {
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < PATIENCE.toNanos()) {
            Optional<ReviewApi.Item> item = api.claim();
            if (item.isPresent()) {
                return item.get();
            }
            try {
                TimeUnit.MILLISECONDS.sleep(50);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw CommandFailure.failed("interrupted while waiting for an item", interrupted);
            }
        }
        throw CommandFailure.failed("nothing came into the queue within " + PATIENCE.toSeconds() + " s");
    }

    private static void await(EventReader<ModerationDecision> reader, Broker broker, UUID decision) {
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < PATIENCE.toNanos()) {
            for (ModerationDecision seen : reader.poll(Duration.ofMillis(100))) {
                if (decision.toString().equals(seen.getDecisionId())) {
                    return;
                }
            }
        }
        throw CommandFailure.failed("decision " + decision + " is not on " + broker.topic(Topics.DECISIONS) + " after "
                + PATIENCE.toSeconds() + " s");
    }
}
