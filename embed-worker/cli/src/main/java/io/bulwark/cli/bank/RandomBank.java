package io.bulwark.cli.bank;

import io.bulwark.cli.traffic.Broker;
import io.bulwark.events.LabelSource;
import io.bulwark.events.Reference;
import io.bulwark.perception.bank.HalfFloats;
import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.schemas.topic.Topics;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * A bank of random directions under two labels, {@code nsfw} and {@code safe}: enough for a worker to be ready and for
 * a search to cost what it costs. It says nothing about pictures.
 */
public final class RandomBank {

    /** The worker's settings for such a bank, to which no policy was ever calibrated. */
    public static final Map<String, String> POLICY = Map.of("bulwark.policy.made-for", "any");

    private RandomBank() {}

    /** The same rows for the same size and dimension, each of length 1. */
    public static List<LabelledEmbedding> rows(int size, int dimension) {
        Random random = new Random(size);
        List<LabelledEmbedding> rows = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            String id = String.format("random-%06d", i);
            rows.add(new LabelledEmbedding(id, i % 2 == 0 ? "nsfw" : "safe", direction(random, dimension)));
        }
        return rows;
    }

    /** Writes such a bank, named {@code default}, for a model. */
    public static void publish(Broker broker, EncoderDescription model, int size) {
        try (KafkaProducer<String, Reference> producer = new KafkaProducer<>(
                broker.clientSettings(Map.of("acks", "all")),
                new StringSerializer(),
                broker.serializer(Reference.class))) {
            for (LabelledEmbedding row : rows(size, model.dimension())) {
                String key = "default/" + model.fingerprint() + "/" + row.id();
                producer.send(new ProducerRecord<>(broker.topic(Topics.REFERENCES), key, reference(row)));
            }
        }
    }

    private static Reference reference(LabelledEmbedding row) {
        return Reference.newBuilder()
                .setLabel(row.label())
                .setEmbedding(ByteBuffer.wrap(HalfFloats.encode(row.embedding())))
                .setAddedBy("random")
                .setAddedAt(Instant.EPOCH)
                .setLabelSource(LabelSource.STAND_IN)
                .build();
    }

    /** A row of length 1 in any direction. */
    public static float[] direction(Random random, int dimension) {
        float[] row = new float[dimension];
        double squares = 0;
        for (int i = 0; i < dimension; i++) {
            row[i] = (float) random.nextGaussian();
            squares += row[i] * row[i];
        }
        for (int i = 0; i < dimension; i++) {
            row[i] /= (float) Math.sqrt(squares);
        }
        return row;
    }
}
