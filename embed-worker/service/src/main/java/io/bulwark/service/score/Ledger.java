package io.bulwark.service.score;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.ImageEmbedding;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.connection.ConnectionFaults;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.lifecycle.NanoClock.Deadline;
import io.bulwark.service.pipeline.Outcome;
import io.bulwark.service.pipeline.Outcome.AnswerSerializers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Writes down what detectors found and how the encoder saw what was asked, where those of uploads are. Many threads;
 * each waits until the brokers have what it wrote.
 */
public final class Ledger implements AutoCloseable {

    private final Producer<byte[], byte[]> producer;
    private final AnswerSerializers serializers; // guarded by itself
    private final Duration within;
    private final NanoClock clock;

    /**
     * @param producer acknowledged by all replicas, without transactions; closed with this
     * @param within time that the brokers may take
     */
    public Ledger(Producer<byte[], byte[]> producer, AnswerSerializers serializers, Duration within, NanoClock clock) {
        this.producer = producer;
        this.serializers = serializers;
        this.within = within;
        this.clock = clock;
    }

    /** What a topic is called on the broker. */
    String topic(Topics of) {
        return serializers.topics().of(of);
    }

    /** Writes; why it could not, or empty once the brokers have all. */
    Optional<String> write(List<Outcome> outcomes) {
        try {
            List<Future<?>> sent = new ArrayList<>();
            for (Outcome outcome : outcomes) {
                if (outcome instanceof Outcome.Answered answered) {
                    for (ProducerRecord<byte[], byte[]> record : records(answered)) {
                        sent.add(producer.send(record));
                    }
                }
            }
            Deadline deadline = Deadline.after(within, clock);
            for (Future<?> each : sent) {
                each.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
            }
            return Optional.empty();
        } catch (ExecutionException | TimeoutException | KafkaException refused) {
            Throwable cause = refused instanceof ExecutionException ? refused.getCause() : refused;
            return Optional.of("Kafka does not take what the answer leaves behind: "
                    + ConnectionFaults.explain(cause)
                            .orElseGet(() -> cause.getClass().getSimpleName()) + ".");
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return Optional.of("The process was told to stop.");
        }
    }

    private List<ProducerRecord<byte[], byte[]>> records(Outcome.Answered answered) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        synchronized (serializers) {
            for (AttackAudit audit : answered.audits()) {
                AttackAudit own = AttackAudit.newBuilder(audit).setUpload(null).build();
                records.add(record(Topics.ATTACK_AUDIT, audit.getImageId(), serializers.audits(), own));
            }
            answered.embedding()
                    .map(Ledger::withoutCoordinates)
                    .ifPresent(embedding -> records.add(
                            record(Topics.EMBEDDINGS, embedding.getImageId(), serializers.embeddings(), embedding)));
        }
        return records;
    }

    private <T> ProducerRecord<byte[], byte[]> record(Topics of, String imageId, Serializer<T> serializer, T event) {
        Headers headers = new RecordHeaders();
        String topic = topic(of);
        byte[] value = serializer.serialize(topic, headers, event);
        return new ProducerRecord<>(topic, null, imageId.getBytes(StandardCharsets.UTF_8), value, headers);
    }

    /**
     * No record on a topic stands behind it. Of a restricted one the caller learns that the image must not be shown, and
     * neither why nor by what hash.
     */
    static Verdict withoutCoordinates(Verdict verdict) {
        Verdict.Builder told = Verdict.newBuilder(verdict).setUpload(null);
        return verdict.getRestricted()
                ? told.setReason(null)
                        .setDecidingLabel("restricted")
                        .setBasis(null)
                        .setKnownReference(null)
                        .setListed(null)
                        .setContentSha256(null)
                        .build()
                : told.build();
    }

    private static ImageEmbedding withoutCoordinates(ImageEmbedding embedding) {
        return ImageEmbedding.newBuilder(embedding).setUpload(null).build();
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
    }
}
