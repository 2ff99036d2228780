package io.bulwark.lab.pod;

import io.bulwark.events.LabelSource;
import io.bulwark.events.Reference;
import io.bulwark.lab.traffic.Broker;
import io.bulwark.perception.bank.HalfFloats;
import io.bulwark.perception.model.EncoderDescription;
import io.bulwark.perception.model.EncoderOptions.Precision;
import io.bulwark.perception.model.ModelPackage;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.schemas.topic.Topics;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/** A bank of random directions under two labels: enough for a worker to be ready, and no picture is looked at. */
final class RandomBank {

    private static final int REFERENCES = 24;

    private RandomBank() {}

    static void publish(Broker broker) {
        EncoderDescription model = ModelPackage.open(ModelPackage.DEFAULT).describe(Precision.FP32);
        try (var producer = new KafkaProducer<>(
                broker.clientSettings(Map.of("acks", "all")),
                new StringSerializer(),
                new EventSerializer<>(Reference.class))) {
            for (int i = 0; i < REFERENCES; i++) {
                String key = "default/" + model.fingerprint() + "/random-" + i;
                producer.send(
                        new ProducerRecord<>(Topics.REFERENCES.topicName(), key, reference(i, model.dimension())));
            }
        }
    }

    private static Reference reference(int number, int dimension) {
        return Reference.newBuilder()
                .setLabel(number % 2 == 0 ? "nsfw" : "safe")
                .setEmbedding(ByteBuffer.wrap(HalfFloats.encode(direction(number, dimension))))
                .setAddedBy("test")
                .setAddedAt(Instant.EPOCH)
                .setLabelSource(LabelSource.STAND_IN)
                .build();
    }

    private static float[] direction(int number, int dimension) {
        Random random = new Random(number);
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
