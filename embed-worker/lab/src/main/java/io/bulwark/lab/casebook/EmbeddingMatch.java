package io.bulwark.lab.casebook;

import io.bulwark.events.ImageEmbedding;
import io.bulwark.events.ViewEmbedding;
import io.bulwark.lab.terminal.CommandFailure;
import io.bulwark.lab.traffic.Broker;
import io.bulwark.perception.bank.HalfFloats;
import io.bulwark.schemas.serde.DecodedEvent;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.topic.Topics;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Compares the images of {@code moderation.embeddings} with references, a thread for a share of the partitions. Only views
 * that the model of a reference saw are compared with it.
 */
public final class EmbeddingMatch {

    private static final String TOPIC = Topics.EMBEDDINGS.topicName();
    private static final Duration POLL = Duration.ofMillis(200);

    private final Broker broker;
    private final Map<String, List<WantedRow>> rowsByModel;
    private final Question question;

    /**
     * What is looked for.
     *
     * @param tenant whose images; empty for everybody's
     * @param since of records that are no older
     * @param least the cosine from which an image is near, in [-1, 1]
     * @param most so many images, the nearest
     * @param threads so many read and compare
     */
    public record Question(Optional<String> tenant, Optional<Instant> since, double least, int most, int threads) {}

    /**
     * What was found.
     *
     * @param images nearest first
     * @param compared records that were compared
     * @param otherModels records of images that another model saw
     * @param unreadable records that are no embedding
     */
    public record Found(List<NearImage> images, long compared, long otherModels, long unreadable) {}

    /**
     * @param rowsByModel the rows of the references, by the fingerprint of the model that made them
     */
    public EmbeddingMatch(Broker broker, Map<String, List<WantedRow>> rowsByModel, Question question) {
        this.broker = broker;
        this.rowsByModel = Map.copyOf(rowsByModel);
        this.question = question;
    }

    /**
     * Reads the topic to what is its end now.
     *
     * @throws CommandFailure if there is no such topic
     */
    public Found run() {
        List<TopicPartition> partitions = partitions();
        int threads = Math.min(question.threads(), partitions.size());
        List<List<TopicPartition>> shares = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            shares.add(new ArrayList<>());
        }
        for (int i = 0; i < partitions.size(); i++) {
            shares.get(i % threads).add(partitions.get(i));
        }
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<Found>> parts = new ArrayList<>();
            for (List<TopicPartition> share : shares) {
                parts.add(pool.submit(() -> new Share().read(share)));
            }
            List<Found> found = new ArrayList<>();
            for (Future<Found> part : parts) {
                found.add(part.get());
            }
            return together(found);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RuntimeException known) {
                throw known;
            }
            throw CommandFailure.failed(TOPIC + " could not be read", failed.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw CommandFailure.failed("interrupted while reading " + TOPIC, interrupted);
        } finally {
            pool.shutdownNow();
        }
    }

    private Found together(List<Found> parts) {
        return new Found(
                parts.stream()
                        .flatMap(part -> part.images().stream())
                        .sorted(NearImage.NEAREST)
                        .limit(question.most())
                        .toList(),
                parts.stream().mapToLong(Found::compared).sum(),
                parts.stream().mapToLong(Found::otherModels).sum(),
                parts.stream().mapToLong(Found::unreadable).sum());
    }

    private List<TopicPartition> partitions() {
        try (Consumer<byte[], byte[]> consumer = consumer()) {
            List<TopicPartition> partitions =
                    Optional.ofNullable(consumer.partitionsFor(TOPIC)).orElse(List.of()).stream()
                            .map(partition -> new TopicPartition(TOPIC, partition.partition()))
                            .toList();
            if (partitions.isEmpty()) {
                throw CommandFailure.unavailable("the broker has no topic " + TOPIC
                        + ": `bulwark topics create` makes it, and so does `bulwark local`");
            }
            return partitions;
        }
    }

    private Consumer<byte[], byte[]> consumer() {
        return new KafkaConsumer<>(
                broker.clientSettings(Map.of(
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed",
                        ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                        false,
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false,
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest",
                        ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                        4 << 20,
                        ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                        5_000)),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    /** One thread's part. */
    private final class Share {

        private final NearestImages nearest = new NearestImages(question.most());
        private long compared;
        private long otherModels;
        private long unreadable;

        Found read(List<TopicPartition> partitions) {
            try (Consumer<byte[], byte[]> consumer = consumer();
                    EventDecoder<ImageEmbedding> decoder =
                            new EventDecoder<>(ImageEmbedding.class, broker.clientSettings(Map.of()))) {
                consumer.assign(partitions);
                Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
                seek(consumer, partitions, ends);
                while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                        take(decoder, record);
                    }
                }
            }
            return new Found(nearest.toList(), compared, otherModels, unreadable);
        }

        private void seek(
                Consumer<byte[], byte[]> consumer, List<TopicPartition> partitions, Map<TopicPartition, Long> ends) {
            if (question.since().isEmpty()) {
                consumer.seekToBeginning(partitions);
                return;
            }
            Map<TopicPartition, Long> times = new HashMap<>();
            partitions.forEach(
                    partition -> times.put(partition, question.since().get().toEpochMilli()));
            Map<TopicPartition, OffsetAndTimestamp> first = consumer.offsetsForTimes(times);
            partitions.forEach(partition -> consumer.seek(
                    partition,
                    first.get(partition) == null
                            ? ends.get(partition)
                            : first.get(partition).offset()));
        }

        private void take(EventDecoder<ImageEmbedding> decoder, ConsumerRecord<byte[], byte[]> record) {
            if (record.value() == null) {
                if (record.key() != null) {
                    nearest.erased(new String(record.key(), StandardCharsets.UTF_8));
                }
            } else if (decoder.decode(TOPIC, record.value()) instanceof DecodedEvent.Event<ImageEmbedding> event) {
                compare(event.value());
            } else {
                unreadable++;
            }
        }

        private void compare(ImageEmbedding image) {
            if (question.tenant()
                    .filter(tenant -> !tenant.equals(image.getTenant()))
                    .isPresent()) {
                return;
            }
            nearest.forget(image.getTenant(), image.getImageId());
            List<WantedRow> rows = rowsByModel.get(image.getModelFingerprint());
            if (rows == null) {
                otherModels++;
                return;
            }
            compared++;
            double best = question.least();
            WantedRow bestRow = null;
            String bestView = "";
            for (ViewEmbedding view : image.getViews()) {
                float[] seen = HalfFloats.decode(bytes(view.getEmbedding()));
                for (WantedRow row : rows) {
                    double cosine = row.cosine(seen);
                    if (cosine > best || cosine == best && bestRow == null) {
                        best = cosine;
                        bestRow = row;
                        bestView = view.getView();
                    }
                }
            }
            if (bestRow != null) {
                nearest.add(new NearImage(
                        image.getTenant(),
                        image.getImageId(),
                        Optional.ofNullable(image.getContentSha256()),
                        best,
                        bestView,
                        bestRow.reference(),
                        image.getDecision(),
                        image.getScore(),
                        image.getDecidedAt()));
            }
        }
    }

    private static byte[] bytes(ByteBuffer content) {
        byte[] bytes = new byte[content.remaining()];
        content.duplicate().get(bytes);
        return bytes;
    }
}
