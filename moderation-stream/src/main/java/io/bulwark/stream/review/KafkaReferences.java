package io.bulwark.stream.review;
import io.bulwark.stream.problem.Problem;

import io.bulwark.events.ImageEmbedding;
import io.bulwark.events.ViewEmbedding;
import io.bulwark.schemas.serde.DecodedEvent;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.topic.ReferenceKey;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.review.SeenPicture.Look;
import io.bulwark.stream.review.SeenPicture.Row;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** Pictures as {@code moderation.embeddings} has them, for a bank on {@code moderation.references}. Thread-safe. */
public final class KafkaReferences implements ReferenceSource {

    /** As many variants has a reference at most. */
    static final int MOST_VARIANTS = 5;

    private static final Duration WITHIN = Duration.ofSeconds(20);
    private static final List<Duration> LOOK_BACK = List.of(Duration.ofMinutes(10), Duration.ofDays(1));

    /** What the worker sets before a look's own name, behind its frame's, in a file that has more views than are judged. */
    private static final Pattern SAMPLED = Pattern.compile("^(frame-\\d+/)?sampled-");

    private static final Pattern WHOLE = Pattern.compile("(?:whole|centre|exact)(?:/(white|black|opaque))?");

    private final Map<String, Object> clients;
    private final TopicNames names;
    private final String embeddings;
    private final EventDecoder<ImageEmbedding> decoder;
    private final String bank;

    /**
     * @param clients what every Kafka client needs, and the prefix of topics
     * @param decoder of embeddings; whoever made it closes it
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
                .orElseThrow(() -> Problem.EMBEDDING_GONE.with("How the model saw image " + wanted.imageId() + " is not kept any more: " + embeddings
                                + " forgets after "
                                + Topics.EMBEDDINGS
                                        .cleanup()
                                        .retention()
                                        .orElseThrow()
                                        .toDays()
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
            throw Problem.MODEL_MISMATCH.with("The picture was seen by model " + fingerprint + ", and bank " + bank + " has no reference of it"
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
        if (!holds) {
            throw Problem.BAD_PARAMETER.with(fault);
        }
    }
}
