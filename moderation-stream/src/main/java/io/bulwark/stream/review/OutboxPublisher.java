package io.bulwark.stream.review;

import io.bulwark.events.CampaignRuling;
import io.bulwark.events.ModerationPolicy;
import io.bulwark.events.Reference;
import io.bulwark.events.Review;
import io.bulwark.events.UploaderAction;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.schemas.topic.TenantKey;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.schemas.trace.TraceHeaders;
import io.bulwark.stream.database.BackgroundJob;
import io.bulwark.stream.database.Database;
import io.bulwark.stream.policy.PolicyState;
import io.bulwark.stream.review.Outbox.Lane;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Publishes the outbox on its own thread, if no other instance does. After any trouble it releases lock and producer
 * and starts again.
 */
public final class OutboxPublisher implements AutoCloseable {

    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Database database;
    private final Supplier<Topic> topics;
    private final Duration pause;
    private final Lanes lanes = new Lanes(System::nanoTime);
    private final BackgroundJob job = new BackgroundJob("review-outbox", RETRY, this::turn);

    /**
     * @param topics opens the topic; called again after trouble
     * @param pause how long it rests when there is nothing to publish
     */
    public OutboxPublisher(Database database, Supplier<Topic> topics, Duration pause) {
        this.database = database;
        this.topics = topics;
        this.pause = pause;
    }

    public void start() {
        job.start();
    }

    @Override
    public void close() {
        job.close();
    }

    /** Holds lock and producer until the first trouble. */
    private Duration turn() {
        try (Database.Held held = database.hold()) {
            var outbox = new Outbox(held.handle());
            if (outbox.lock()) {
                publish(outbox);
            }
        }
        return RETRY;
    }

    private void publish(Outbox outbox) {
        try (Topic topic = topics.get()) {
            var publication = new Publication(outbox, topic, lanes);
            while (job.isRunning()) {
                if (publication.next() == 0) {
                    job.rest(pause);
                }
            }
        }
    }

    /**
     * The time of one publisher between taking the lock and the first trouble. What the batch before left is removed
     * before any other batch can replace its mark, so that no row is published twice. After an exception it must not be
     * used again.
     */
    static final class Publication {

        private final Table outbox;
        private final Topic topic;
        private final Lanes lanes;

        /** Removes what was published already. */
        Publication(Table outbox, Topic topic, Lanes lanes) {
            this.outbox = outbox;
            this.topic = topic;
            this.lanes = lanes;
            outbox.remove(topic.lastBatch());
        }

        /** Publishes the next batch. Returns its number of rows, 0 where none waits. */
        int next() {
            return outbox.handOver(lanes, topic::publish);
        }
    }

    /**
     * The lanes in the order in which they are served: decisions first. Another lane that failed rests, so that a topic
     * which refuses it costs decisions, and the third lane, one new beginning each half minute. One thread uses it,
     * across publications.
     */
    static final class Lanes {

        static final Duration REST = Duration.ofSeconds(30);

        private final LongSupplier nanos;
        private final Map<Lane, Long> resting = new EnumMap<>(Lane.class); // until when, by nanos

        /** @param nanos a time that never goes back */
        Lanes(LongSupplier nanos) {
            this.nanos = nanos;
        }

        /**
         * Serves the first lane that has rows.
         *
         * @param serve returns the number of rows; where it throws, so does this
         */
        int first(ToIntFunction<Lane> serve) {
            for (Lane lane : Lane.values()) {
                int rows = isResting(lane) ? 0 : serve(lane, serve);
                if (rows > 0) {
                    return rows;
                }
            }
            return 0;
        }

        private int serve(Lane lane, ToIntFunction<Lane> serve) {
            boolean served = false;
            try {
                int rows = serve.applyAsInt(lane);
                served = true;
                return rows;
            } finally {
                if (!served && lane != Lane.DECISIONS) {
                    resting.put(lane, nanos.getAsLong() + REST.toNanos());
                }
            }
        }

        private boolean isResting(Lane lane) {
            Long until = resting.get(lane);
            return until != null && until - nanos.getAsLong() > 0;
        }
    }

    /**
     * A row of the outbox.
     *
     * @param id made by the database; the publisher's mark names rows by it, because a client chooses the id of a
     *     decision
     * @param content a {@link Review}, {@link Outbox.ApprovedReferences}, {@link CampaignRuling}, {@link PolicyState} or
     *     {@link UploaderAction}
     * @param trace the {@code traceparent} of its record
     */
    record Row(UUID id, Object content, Optional<String> trace) {}

    /**
     * The rows that wait for publication, as the one publisher sees them. One thread uses it; each method is a
     * transaction.
     */
    interface Table {

        /**
         * Removes the rows that were published although their removal was not committed.
         *
         * @param mark names them
         * @return how many were still there
         */
        int remove(Topic.Mark mark);

        /**
         * Publishes the oldest rows of the first lane that has any and removes them, in one transaction: an erasure that
         * finds no row may rely on what was published being there to be found. Policies that were overtaken while they
         * waited are removed alone.
         *
         * @param publish gets at least one row, all of one lane, in the order of their positions; where it throws, the
         *     rows stay
         * @return how many rows went; 0 where none waits
         */
        int handOver(Lanes lanes, Consumer<List<Row>> publish);
    }

    /** Where the outbox is published. One thread uses it. */
    public interface Topic extends AutoCloseable {

        /** The batch that was published last, by any instance. */
        Mark lastBatch();

        /**
         * Publishes a batch and remembers all of its rows as the last one, both or neither.
         *
         * @throws org.apache.kafka.common.KafkaException where it is not known, or known not, to be published; close it
         *     then
         */
        void publish(List<Row> batch);

        @Override
        void close();

        /**
         * Which rows a batch had.
         *
         * @param rows ids of rows
         * @param decisions ids of decisions, where a version wrote the mark whose rows had no id
         */
        record Mark(Set<UUID> rows, Set<UUID> decisions) {

            /** Before the first batch. */
            static final Mark NONE = new Mark(Set.of(), Set.of());

            public Mark {
                rows = Set.copyOf(rows);
                decisions = Set.copyOf(decisions);
            }
        }
    }

    /**
     * {@code moderation.reviews}, {@code moderation.references}, {@code moderation.campaign-rulings}, {@code
     * moderation.policies} and {@code moderation.uploader-actions}, written in Kafka transactions. The ids of the last
     * batch's rows are the metadata of an offset of a group that consumes nothing; they fit into the broker's {@code
     * offset.metadata.max.bytes} of 4,096.
     */
    public static final class KafkaTopic implements Topic {

        /** The offset of a mark that names rows; earlier versions wrote 0 and named decisions. */
        private static final long NAMES_ROWS = 1;

        private static final Duration ANSWER_WITHIN = Duration.ofSeconds(30);

        private final TopicNames names;
        private final TopicPartition mark;
        private final String group;
        private final EventSerializer<Review> reviews = new EventSerializer<>(Review.class);
        private final EventSerializer<Reference> references = new EventSerializer<>(Reference.class);
        private final EventSerializer<CampaignRuling> rulings = new EventSerializer<>(CampaignRuling.class);
        private final EventSerializer<ModerationPolicy> policies = new EventSerializer<>(ModerationPolicy.class);
        private final EventSerializer<UploaderAction> actions = new EventSerializer<>(UploaderAction.class);
        private final Producer<String, byte[]> producer;
        private final KafkaConsumer<byte[], byte[]> marks;

        /**
         * Ends the transactions that an earlier publisher left open, and shuts it out.
         *
         * @param clients what every Kafka client needs, and the prefix of topics
         * @param serdes how values are written
         * @param name transactional id and group
         */
        public KafkaTopic(Map<String, Object> clients, Map<String, Object> serdes, String name) {
            this.names = TopicNames.in(clients);
            this.mark = new TopicPartition(names.of(Topics.REVIEWS), 0);
            this.group = name;
            reviews.configure(serdes, false);
            references.configure(serdes, false);
            rulings.configure(serdes, false);
            policies.configure(serdes, false);
            actions.configure(serdes, false);
            var writing = new HashMap<>(clients);
            writing.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, name);
            writing.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
            writing.put(ProducerConfig.LINGER_MS_CONFIG, 0);
            writing.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, 30_000);
            var reading = new HashMap<>(clients);
            reading.put(ConsumerConfig.GROUP_ID_CONFIG, name);
            reading.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
            reading.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
            marks = new KafkaConsumer<>(reading, new ByteArrayDeserializer(), new ByteArrayDeserializer());
            producer = new KafkaProducer<>(writing, new StringSerializer(), new ByteArraySerializer());
            try {
                producer.initTransactions();
            } catch (RuntimeException refused) {
                close();
                throw refused;
            }
        }

        @Override
        public Mark lastBatch() {
            OffsetAndMetadata last =
                    marks.committed(Set.of(mark), ANSWER_WITHIN).get(mark);
            if (last == null || last.metadata().isEmpty()) {
                return Mark.NONE;
            }
            Set<UUID> ids = Arrays.stream(last.metadata().split(" "))
                    .map(UUID::fromString)
                    .collect(Collectors.toSet());
            return last.offset() == NAMES_ROWS ? new Mark(ids, Set.of()) : new Mark(Set.of(), ids);
        }

        @Override
        public void publish(List<Row> batch) {
            producer.beginTransaction();
            batch.forEach(this::send);
            String ids = batch.stream().map(row -> row.id().toString()).collect(Collectors.joining(" "));
            producer.sendOffsetsToTransaction(
                    Map.of(mark, new OffsetAndMetadata(NAMES_ROWS, ids)), new ConsumerGroupMetadata(group));
            producer.commitTransaction();
        }

        private void send(Row row) {
            Context trace = row.trace().map(TraceHeaders::parse).orElse(Context.root());
            if (row.content() instanceof Review review) {
                send(Topics.REVIEWS, review.getImageId(), reviews, review, trace);
            } else if (row.content() instanceof Outbox.ApprovedReferences approved) {
                approved.toRecords()
                        .forEach((key, reference) -> send(Topics.REFERENCES, key, references, reference, trace));
            } else if (row.content() instanceof CampaignRuling ruling) {
                send(Topics.CAMPAIGN_RULINGS, ruling.getCampaignId(), rulings, ruling, trace);
            } else if (row.content() instanceof PolicyState policy) {
                send(Topics.POLICIES, policy.tenant(), policies, policy.record(), trace);
            } else if (row.content() instanceof UploaderAction action) {
                String key = new TenantKey(action.getTenant(), action.getUploaderId()).toString();
                send(Topics.UPLOADER_ACTIONS, key, actions, action, trace);
            }
        }

        private <T> void send(Topics of, String key, Serializer<T> serializer, T event, Context trace) {
            String topic = names.of(of);
            Headers headers = new RecordHeaders();
            TraceHeaders.write(trace, headers);
            byte[] value = event == null ? null : serializer.serialize(topic, headers, event);
            producer.send(new ProducerRecord<>(topic, null, key, value, headers));
        }

        @Override
        public void close() {
            producer.close(Duration.ofSeconds(5));
            marks.close(CloseOptions.timeout(Duration.ofSeconds(5)));
            reviews.close();
            references.close();
            rulings.close();
            policies.close();
            actions.close();
        }
    }
}
