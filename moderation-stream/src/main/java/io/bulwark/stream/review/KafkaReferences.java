package io.bulwark.stream.review;

import io.bulwark.events.ImageEmbedding;
import io.bulwark.events.ViewEmbedding;
import io.bulwark.schemas.connection.ConnectionFaults;
import io.bulwark.schemas.serde.DecodedEvent;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.topic.ReferenceKey;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.review.KafkaReferences.SeenPicture.Look;
import io.bulwark.stream.review.KafkaReferences.SeenPicture.Row;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.utils.Utils;

/** Pictures as {@code moderation.embeddings} has them, for a bank on {@code moderation.references}. Thread-safe. */
public final class KafkaReferences implements BankProposals.ReferenceSource {

    /** As many variants has a reference at most. */
    static final int MOST_VARIANTS = 5;

    private static final Duration WITHIN = Duration.ofSeconds(20);
    private static final List<Duration> LOOK_BACK = List.of(Duration.ofMinutes(10), Duration.ofDays(1));

    /**
     * What the worker sets before a look's own name, behind its frame's, in a file that has more views than are
     * judged.
     */
    private static final Pattern SAMPLED = Pattern.compile("^(frame-\\d+/)?sampled-");

    private static final Pattern WHOLE = Pattern.compile("(?:whole|centre|exact)(?:/(white|black|opaque))?");

    private final Map<String, Object> clients;
    private final TopicNames names;
    private final String embeddings;
    private final EventDecoder<ImageEmbedding> decoder;
    private final String bank;

    /**
     * @param clients what every Kafka client needs, and the prefix of topics
     * @param decoder of embeddings; its maker closes it
     * @param bank the bank's name, as the workers have it
     */
    public KafkaReferences(Map<String, Object> clients, EventDecoder<ImageEmbedding> decoder, String bank) {
        this.clients = Map.copyOf(clients);
        this.names = TopicNames.in(clients);
        this.embeddings = names.of(Topics.EMBEDDINGS);
        this.decoder = decoder;
        this.bank = bank;
    }

    @Override
    public SeenPicture find(PictureWanted wanted, List<String> views) {
        ImageEmbedding embedding = embedding(wanted)
                .orElseThrow(() -> Problem.EMBEDDING_GONE.with("How the model saw image " + wanted.imageId()
                        + " is not kept any more: " + embeddings
                        + " forgets after "
                        + Topics.EMBEDDINGS.cleanup().retention().orElseThrow().toDays()
                        + " days, or it was erased. Add the picture's file with `bulwark bank add`."));
        requireModel(embedding.getModelFingerprint());
        return new SeenPicture(bank, embedding.getModelFingerprint(), rows(embedding, views));
    }

    /** The latest embedding of the picture; empty where none is kept. */
    private Optional<ImageEmbedding> embedding(PictureWanted wanted) {
        byte[] key = wanted.imageId().getBytes(StandardCharsets.UTF_8);
        try (var scan = new TopicScan(clients, embeddings, WITHIN)) {
            TopicPartition partition = scan.partitionOf(key);
            long until = scan.end(partition);
            var from = new ArrayList<Long>();
            for (Duration back : LOOK_BACK) {
                from.add(scan.since(partition, wanted.knownAt().minus(back), until));
            }
            from.add(scan.beginning(partition));
            for (long begin : from) {
                var latest = new Latest(wanted);
                if (begin < until) {
                    scan.read(partition, begin, until, latest::take);
                }
                if (latest.isKnown) {
                    return Optional.ofNullable(latest.embedding);
                }
                until = Math.min(begin, until);
            }
            return Optional.empty();
        }
    }

    /** What the topic says last of a picture. */
    private final class Latest {

        private final PictureWanted wanted;
        private boolean isKnown;
        private ImageEmbedding embedding;

        Latest(PictureWanted wanted) {
            this.wanted = wanted;
        }

        void take(ConsumerRecord<byte[], byte[]> record) {
            if (record.key() == null || !new String(record.key(), StandardCharsets.UTF_8).equals(wanted.imageId())) {
                return;
            }
            if (record.value() == null) {
                isKnown = true;
                embedding = null;
                return;
            }
            DecodedEvent<ImageEmbedding> decoded = decoder.decode(embeddings, record.value());
            if (decoded instanceof DecodedEvent.Undecodable<ImageEmbedding> undecodable
                    && undecodable.reason().retriable()) {
                throw Problem.NO_KAFKA.with("The embedding cannot be read yet: " + undecodable.detail());
            }
            if (decoded instanceof DecodedEvent.Event<ImageEmbedding> event
                    && event.value().getTenant().equals(wanted.tenant())
                    && wanted.contentSha256().equals(event.value().getContentSha256())) {
                isKnown = true;
                embedding = event.value();
            }
        }
    }

    /** A reference of another model than the bank's would never vote. */
    private void requireModel(String fingerprint) {
        String prefix = new ReferenceKey(bank, fingerprint, "").toString();
        Set<String> present = new HashSet<>();
        Set<String> models = new HashSet<>();
        try (var scan = new TopicScan(clients, names.of(Topics.REFERENCES), WITHIN)) {
            for (TopicPartition partition : scan.partitions()) {
                scan.read(partition, scan.beginning(partition), scan.end(partition), record -> {
                    Optional<ReferenceKey> key = ReferenceKey.parse(record.key());
                    key.filter(found -> found.bank().equals(bank))
                            .ifPresent(found -> models.add(found.modelFingerprint()));
                    key.map(ReferenceKey::toString)
                            .filter(text -> text.startsWith(prefix))
                            .ifPresent(text -> {
                                if (record.value() == null) {
                                    present.remove(text);
                                } else {
                                    present.add(text);
                                }
                            });
                });
            }
        }
        if (present.isEmpty()) {
            throw Problem.MODEL_MISMATCH.with(
                    "The picture was seen by model " + fingerprint + ", and bank " + bank + " has no reference of it"
                            + (models.isEmpty() ? " or of any other" : "")
                            + ". bulwark.review.bank must name the workers' bank; after a change of the model upload"
                            + " the picture again.");
        }
    }

    /**
     * The rows of a picture, which do not have the mark of a file with more views than are judged.
     *
     * @param wanted names of views as the embedding has them
     */
    static List<Row> rows(ImageEmbedding embedding, List<String> wanted) {
        var whole = new ArrayList<Look>();
        var others = new ArrayList<Look>();
        var unknown = new ArrayList<>(wanted);
        for (ViewEmbedding view : embedding.getViews()) {
            String name = SAMPLED.matcher(view.getView()).replaceFirst("$1");
            var look = new Look(name, bytes(view.getEmbedding()));
            unknown.remove(view.getView());
            if (WHOLE.matcher(name).matches()) {
                whole.add(look);
            } else if (wanted.contains(view.getView())) {
                others.add(look);
            }
        }
        List<String> names =
                embedding.getViews().stream().map(ViewEmbedding::getView).toList();
        require(unknown.isEmpty(), "There is no view " + String.join(", ", unknown) + "; there are " + names + ".");
        require(
                others.size() <= MOST_VARIANTS + (whole.isEmpty() ? 1 : 0),
                "A reference has at most " + MOST_VARIANTS + " views besides its first, not " + others.size() + ".");
        if (whole.isEmpty() && !others.isEmpty()) {
            whole.add(others.remove(0));
        }
        require(!whole.isEmpty(), "No view is of the whole picture, as with animations: name some of " + names + ".");
        var rows = new ArrayList<Row>();
        for (Look look : whole) {
            rows.add(new Row(ground(look.view()), look, rows.isEmpty() ? others : List.of()));
        }
        return rows;
    }

    private static String ground(String view) {
        Matcher named = WHOLE.matcher(view);
        return named.matches() && named.group(1) != null ? "@" + named.group(1) : "";
    }

    private static byte[] bytes(ByteBuffer content) {
        byte[] bytes = new byte[content.remaining()];
        content.duplicate().get(bytes);
        return bytes;
    }

    private static void require(boolean holds, String fault) {
        Problem.BAD_PARAMETER.when(!holds, fault);
    }

    /**
     * A picture that is to become a reference.
     *
     * @param tenant whose image
     * @param imageId its id
     * @param contentSha256 of the file that was decided about
     * @param knownAt a time at which its verdict was there already
     */
    public record PictureWanted(String tenant, String imageId, String contentSha256, Instant knownAt) {}

    /**
     * What a picture gives the bank.
     *
     * @param bank the bank's name
     * @param modelFingerprint of the model that saw it, which is the bank's
     * @param rows one for each reference
     */
    public record SeenPicture(String bank, String modelFingerprint, List<Row> rows) {

        public SeenPicture {
            rows = List.copyOf(rows);
        }

        /**
         * One reference.
         *
         * @param ground what follows after the id of the picture in the reference's, such as {@code @white}; empty for
         *     most
         * @param look the view that it is made of
         * @param variants further views that count as the same picture, at most {@value KafkaReferences#MOST_VARIANTS}
         */
        public record Row(String ground, Look look, List<Look> variants) {

            public Row {
                variants = List.copyOf(variants);
            }
        }

        /**
         * A view as the model saw it.
         *
         * @param view its name
         * @param embedding IEEE 754 half precision, little-endian, one unit row; not copied, not to be modified
         */
        public record Look(String view, byte[] embedding) {}
    }

    /** Reads stretches of a topic's committed records, all within one time. One thread uses it. */
    static final class TopicScan implements AutoCloseable {

        private static final Duration POLL = Duration.ofMillis(200);

        private final String topic;
        private final long deadline;
        private final Duration within;
        private final KafkaConsumer<byte[], byte[]> consumer;

        /**
         * @param clients what every Kafka client needs
         * @param within how long all that is asked of it may take
         */
        TopicScan(Map<String, Object> clients, String topic, Duration within) {
            this.topic = topic;
            this.within = within;
            this.deadline = System.nanoTime() + within.toNanos();
            var settings = new HashMap<>(clients);
            settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
            settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
            settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
            settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) within.toMillis());
            settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 5_000);
            consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        }

        /** The partition in which records of this key lie. */
        TopicPartition partitionOf(byte[] key) {
            return new TopicPartition(
                    topic, Utils.toPositive(Utils.murmur2(key)) % partitions().size());
        }

        /** All partitions. */
        List<TopicPartition> partitions() {
            return asked(() -> {
                List<TopicPartition> found = consumer.partitionsFor(topic).stream()
                        .map(info -> new TopicPartition(topic, info.partition()))
                        .toList();
                Problem.NO_KAFKA.when(found.isEmpty(), "The broker has no topic " + topic + ".");
                return found;
            });
        }

        /** The offset before which a partition's records stand that are there now. */
        long end(TopicPartition partition) {
            return asked(() -> consumer.endOffsets(Set.of(partition)).get(partition));
        }

        /** The offset of a partition's oldest record. */
        long beginning(TopicPartition partition) {
            return asked(() -> consumer.beginningOffsets(Set.of(partition)).get(partition));
        }

        /**
         * The offset of the first record that is no older than this.
         *
         * @param otherwise where there is none
         */
        long since(TopicPartition partition, Instant time, long otherwise) {
            OffsetAndTimestamp first = asked(() -> consumer.offsetsForTimes(Map.of(partition, time.toEpochMilli()))
                    .get(partition));
            return first == null ? otherwise : first.offset();
        }

        /** Reads the records from one offset up to another, in their order. */
        void read(TopicPartition partition, long from, long until, Consumer<ConsumerRecord<byte[], byte[]>> taker) {
            asked(() -> {
                consumer.assign(List.of(partition));
                consumer.seek(partition, from);
                while (consumer.position(partition) < until) {
                    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                        if (record.offset() < until) {
                            taker.accept(record);
                        }
                    }
                    Problem.NO_KAFKA.when(
                            System.nanoTime() - deadline > 0,
                            topic + " could not be read within " + within.toSeconds() + " s.");
                }
                return null;
            });
        }

        private <T> T asked(Supplier<T> question) {
            try {
                return question.get();
            } catch (KafkaException refused) {
                throw Problem.NO_KAFKA.with(
                        topic + " cannot be read. "
                                + ConnectionFaults.explain(refused).orElseGet(refused::getMessage),
                        refused);
            }
        }

        @Override
        public void close() {
            consumer.close(CloseOptions.timeout(Duration.ofSeconds(2)));
        }
    }
}
