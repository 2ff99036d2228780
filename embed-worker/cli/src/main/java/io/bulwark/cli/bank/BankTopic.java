package io.bulwark.cli.bank;

import io.bulwark.cli.bank.BankFile.StoredReference;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.traffic.Broker;
import io.bulwark.cli.traffic.LatestRecords;
import io.bulwark.events.Reference;
import io.bulwark.schemas.serde.DecodedEvent;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.topic.ReferenceKey;
import io.bulwark.schemas.topic.Topics;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * The references' topic: read to its end, written with acknowledgement of all replicas and without doubles. One thread
 * uses it.
 */
public final class BankTopic implements AutoCloseable {

    /** The first release of the schemas whose references have variants. */
    private static final int VARIANTS_SINCE = 3;

    /** The first release whose references name an exchange's list. */
    private static final int LISTINGS_SINCE = 3;

    private final Broker broker;
    private final Producer<String, Reference> producer;
    private final List<Future<RecordMetadata>> unconfirmed = new ArrayList<>();

    private Reading reading;

    public BankTopic(Broker broker) {
        this(
                broker,
                new KafkaProducer<>(
                        broker.clientSettings(Map.of(
                                ProducerConfig.ACKS_CONFIG,
                                "all",
                                ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                                true,
                                ProducerConfig.LINGER_MS_CONFIG,
                                5)),
                        new StringSerializer(),
                        broker.serializer(Reference.class)));
    }

    BankTopic(Broker broker, Producer<String, Reference> producer) {
        this.broker = broker;
        this.producer = producer;
    }

    /**
     * Makes sure that variants of references would be written, and not left out.
     *
     * @throws CommandFailure if references are written in a release of the schemas that has none
     */
    void requireVariants() {
        if (broker.schemas() < VARIANTS_SINCE) {
            throw CommandFailure.usage("references with everyday variants take release " + VARIANTS_SINCE
                    + " of the schemas, and release " + broker.schemas()
                    + " is written: set bulwark.schemas.write=" + VARIANTS_SINCE
                    + " (in the file of --config, or BULWARK_SCHEMAS_WRITE) once every worker reads it");
        }
    }

    /**
     * Makes sure that the lists of entries would be written, and not left out.
     *
     * @throws CommandFailure if references are written in a release of the schemas that has none
     */
    public void requireListings() {
        if (broker.schemas() < LISTINGS_SINCE) {
            throw CommandFailure.usage("entries of exchanges' lists take release " + LISTINGS_SINCE
                    + " of the schemas, and release " + broker.schemas()
                    + " is written: set bulwark.schemas.write=" + LISTINGS_SINCE
                    + " (in the file of --config, or BULWARK_SCHEMAS_WRITE) once every worker reads it");
        }
    }

    private void requireUnrestricted(String label) {
        if (broker.restrictedLabels().contains(label)) {
            throw CommandFailure.usage("the label " + label + " is restricted (bulwark.restricted.labels): it takes "
                    + "hashes alone, since an embedding gives back the picture that it was made of");
        }
    }

    /**
     * Puts a reference in the place of what has the same key; {@link #confirm} waits for it.
     *
     * @throws CommandFailure if it has variants or a listing that would be left out
     */
    public void put(ReferenceKey key, Reference value) {
        if (value != null && !value.getVariants().isEmpty()) {
            requireVariants();
        }
        if (value != null && value.getListing() != null) {
            requireListings();
        }
        if (value != null && value.getEmbedding().hasRemaining()) {
            requireUnrestricted(value.getLabel());
        }
        unconfirmed.add(producer.send(new ProducerRecord<>(broker.topic(Topics.REFERENCES), key.toString(), value)));
    }

    /**
     * Puts references in the place of what has the same keys, all or none; {@link #confirm} waits for them.
     *
     * @throws CommandFailure if one of them has variants that would be left out; then none is sent
     */
    void putAll(List<StoredReference> references) {
        if (references.stream()
                .anyMatch(reference -> !reference.value().getVariants().isEmpty())) {
            requireVariants();
        }
        references.forEach(reference -> put(reference.key(), reference.value()));
    }

    /** Removes a reference; {@link #confirm} waits for it. */
    public void remove(ReferenceKey key) {
        put(key, null);
    }

    /**
     * Waits until the broker has all that was sent. What did not arrive is sent again by no later call.
     *
     * @throws CommandFailure if something did not arrive
     */
    public void confirm() {
        try {
            producer.flush();
            arrived();
        } finally {
            unconfirmed.clear();
        }
    }

    private void arrived() {
        for (Future<RecordMetadata> sent : unconfirmed) {
            try {
                sent.get();
            } catch (ExecutionException lost) {
                throw CommandFailure.unavailable(
                        "the topic " + broker.topic(Topics.REFERENCES) + " did not take a reference: "
                                + lost.getCause().getMessage(),
                        lost.getCause());
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw CommandFailure.failed("interrupted while writing references", interrupted);
            }
        }
    }

    /**
     * What all banks hold now.
     *
     * @throws CommandFailure if there is no such topic
     */
    public Content read() {
        return read(broker);
    }

    /**
     * The same for readers: needs no right to write.
     *
     * @throws CommandFailure if there is no such topic
     */
    public static Content read(Broker broker) {
        return decoded(broker, LatestRecords.of(broker, Topics.REFERENCES));
    }

    /**
     * Hands on the records since the last call, the first time all, without keeping any: of one key the last record
     * counts, and an empty value removes it. Records without a key of a reference are left out.
     *
     * @throws CommandFailure if the broker does not answer, has no such topic, or no schema to read a record by
     */
    public void catchUp(BiConsumer<ReferenceKey, Optional<Reference>> seen) {
        try {
            if (reading == null) {
                reading = new Reading(broker);
            }
            reading.changes.each(record -> ReferenceKey.parse(record.key())
                    .ifPresent(key ->
                            seen.accept(key, Optional.ofNullable(record.value()).flatMap(reading::value))));
        } catch (InterruptException stopped) {
            throw stopped;
        } catch (KafkaException silent) {
            throw CommandFailure.unavailable(
                    "the topic " + broker.topic(Topics.REFERENCES) + " cannot be read: " + silent.getMessage(), silent);
        }
    }

    /**
     * What is wanted of each reference of one bank as it stands now, in the order of the keys. Kafka has no index, so
     * all records are read, and none that is not wanted is kept. Call it once.
     *
     * @param wanted of a reference; empty where it is not wanted
     * @throws CommandFailure if the broker does not answer, has no such topic, or no schema to read a record by
     */
    public <T> Collection<T> find(String bank, BiFunction<ReferenceKey, Reference, Optional<T>> wanted) {
        Map<String, T> found = new TreeMap<>();
        catchUp((key, value) -> {
            if (key.bank().equals(bank) && !key.modelFingerprint().equals(ReferenceKey.FEED)) {
                value.flatMap(reference -> wanted.apply(key, reference))
                        .ifPresentOrElse(one -> found.put(key.toString(), one), () -> found.remove(key.toString()));
            }
        });
        return found.values();
    }

    /** Whether a bank has a reference that a model made. */
    public boolean holdsAny(String bank, String modelFingerprint) {
        return !read().of(bank, modelFingerprint).isEmpty();
    }

    private static Content decoded(Broker broker, Map<String, byte[]> latest) {
        List<StoredReference> references = new ArrayList<>();
        List<String> unreadable = new ArrayList<>();
        try (EventDecoder<Reference> decoder = new EventDecoder<>(Reference.class, broker.clientSettings(Map.of()))) {
            latest.forEach((text, bytes) -> {
                Optional<ReferenceKey> key = ReferenceKey.parse(text);
                DecodedEvent<Reference> event = decoder.decode(broker.topic(Topics.REFERENCES), bytes);
                if (key.isEmpty()) {
                    unreadable.add(text + ": its key is not <bank>/<modelFingerprint>/<referenceId>");
                } else if (event instanceof DecodedEvent.Event<Reference> readable
                        && readable.value().getEmbedding().hasRemaining()
                        && broker.restrictedLabels().contains(readable.value().getLabel())) {
                    unreadable.add(shown(key.get()) + ": its label is restricted, and such a label has hashes alone");
                } else if (event instanceof DecodedEvent.Event<Reference> readable) {
                    references.add(new StoredReference(key.get(), readable.value()));
                } else if (event instanceof DecodedEvent.Undecodable<Reference> undecodable) {
                    unreadable.add(shown(key.get()) + ": " + undecodable.detail());
                }
            });
        }
        return new Content(references, unreadable);
    }

    /** A key as messages have it: without the hash. */
    private static String shown(ReferenceKey key) {
        return HashEntry.is(key) ? key.bank() + "/" + key.modelFingerprint() + "/(a hash)" : key.toString();
    }

    @Override
    public void close() {
        producer.close();
        if (reading != null) {
            reading.close();
        }
    }

    /** Of the topic from its begin on. */
    private static final class Reading implements AutoCloseable {

        private final LatestRecords.Changes changes;
        private final EventDecoder<Reference> decoder;
        private final String topic;

        Reading(Broker broker) {
            topic = broker.topic(Topics.REFERENCES);
            changes = new LatestRecords.Changes(broker, Topics.REFERENCES);
            decoder = new EventDecoder<>(Reference.class, broker.clientSettings(Map.of()));
        }

        Optional<Reference> value(byte[] bytes) {
            DecodedEvent<Reference> event = decoder.decode(topic, bytes);
            if (event instanceof DecodedEvent.Undecodable<Reference> undecodable
                    && undecodable.reason().retriable()) {
                throw CommandFailure.unavailable("a reference cannot be read now: " + undecodable.detail());
            }
            return event instanceof DecodedEvent.Event<Reference> readable
                    ? Optional.of(readable.value())
                    : Optional.empty();
        }

        @Override
        public void close() {
            decoder.close();
            changes.close();
        }
    }

    /**
     * The newest of each key, in the order of keys.
     *
     * @param references of all banks and models
     * @param unreadable keys with the reason why they are no references
     */
    public record Content(List<StoredReference> references, List<String> unreadable) {

        /** How many of these references have variants. */
        int varied(Set<ReferenceKey> keys) {
            return (int) references.stream()
                    .filter(reference -> keys.contains(reference.key()))
                    .filter(reference -> !reference.value().getVariants().isEmpty())
                    .count();
        }

        /** Without references that do not vote at that moment. */
        public Content enabledAt(Instant now) {
            return new Content(
                    references.stream()
                            .filter(reference -> !reference.isDisabledAt(now))
                            .toList(),
                    unreadable);
        }

        /** The references of one bank, of whatever model. */
        public List<StoredReference> of(String bank) {
            return references.stream()
                    .filter(reference -> reference.key().bank().equals(bank))
                    .filter(reference -> !isFeed(reference))
                    .toList();
        }

        /** How far lists of exchanges were read into a bank. */
        public List<StoredReference> feeds(String bank) {
            return references.stream()
                    .filter(reference -> reference.key().bank().equals(bank))
                    .filter(Content::isFeed)
                    .toList();
        }

        private static boolean isFeed(StoredReference reference) {
            return reference.key().modelFingerprint().equals(ReferenceKey.FEED);
        }

        /** The references of one bank that one model made. */
        public List<StoredReference> of(String bank, String modelFingerprint) {
            return of(bank).stream()
                    .filter(reference -> reference.key().modelFingerprint().equals(modelFingerprint))
                    .toList();
        }
    }
}
