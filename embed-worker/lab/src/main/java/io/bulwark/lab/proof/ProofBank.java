package io.bulwark.lab.proof;

import io.bulwark.cli.bank.RandomBank;
import io.bulwark.cli.traffic.Broker;
import io.bulwark.events.LabelSource;
import io.bulwark.events.Reference;
import io.bulwark.perception.bank.HalfFloats;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.schemas.topic.ReferenceKey;
import io.bulwark.schemas.topic.Topics;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * References that are added to the cluster's bank and removed again on its topic, as {@code bulwark bank} does. Of a key
 * nothing is written before the brokers have what was written of it before. One thread.
 */
final class ProofBank {

    /** Of every reference of the traffic and of people. */
    static final String LABEL = "proof-label";

    /** In keys of references that reviewers proposed, before the decision's id. */
    static final String OF_REVIEW = "/review/";

    private static final String BANK = "default";
    private static final String ADDED_BY = "proof";

    private final ProofTraffic traffic;
    private final EventSerializer<Reference> references;
    private final String topic;
    private final String model;
    private final int dimension;
    private final String name;
    private final List<Entry> entries = new ArrayList<>();
    private int changes;

    /**
     * @param model the cluster's
     * @param name begins every reference's id
     */
    ProofBank(Broker broker, ProofTraffic traffic, EncoderDescription model, String name) {
        this.traffic = traffic;
        this.topic = broker.topic(Topics.REFERENCES);
        this.references = broker.serializer(Reference.class);
        references.prepare(topic);
        this.model = model.fingerprint();
        this.dimension = model.dimension();
        this.name = name;
    }

    /** A key that was written. */
    private static final class Entry {

        private final String key;
        private final AtomicInteger onTheWay = new AtomicInteger();
        private Optional<Reference> value = Optional.empty();

        private Entry(String key) {
            this.key = key;
        }
    }

    /** Adds a reference, or removes one, or puts another in its place. */
    void change(Random random) {
        Entry known = entries.isEmpty() || random.nextBoolean() ? null : entries.get(random.nextInt(entries.size()));
        if (known != null && known.onTheWay.get() > 0) {
            return;
        }
        Entry entry = known;
        if (entry == null) {
            entry = new Entry(new ReferenceKey(BANK, model, name + "-reference-" + entries.size()).toString());
            entries.add(entry);
        }
        boolean removes = known != null && known.value.isPresent() && random.nextBoolean();
        entry.value = removes ? Optional.empty() : Optional.of(reference(random));
        byte[] bytes = entry.value
                .map(reference -> references.serialize(topic, reference))
                .orElse(null);
        changes++;
        traffic.put(Topics.REFERENCES, entry.key, entry.onTheWay, bytes);
    }

    /** How many records were written. */
    int changes() {
        return changes;
    }

    /** What the topic has to hold of each key when the brokers have everything: nothing of one that was removed. */
    Map<String, Optional<Reference>> written() {
        return entries.stream().collect(Collectors.toMap(entry -> entry.key, entry -> entry.value));
    }

    private Reference reference(Random random) {
        return Reference.newBuilder()
                .setLabel(LABEL)
                .setEmbedding(ByteBuffer.wrap(HalfFloats.encode(RandomBank.direction(random, dimension))))
                .setAddedBy(ADDED_BY)
                .setAddedAt(Instant.ofEpochMilli(random.nextInt(1_000_000)))
                .setLabelSource(LabelSource.STAND_IN)
                .build();
    }
}
