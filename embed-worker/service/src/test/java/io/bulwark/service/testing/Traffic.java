package io.bulwark.service.testing;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.ImageUploaded;
import io.bulwark.events.ModerationPolicy;
import io.bulwark.events.Reference;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.serde.EventDeserializer;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.schemas.testing.TestBroker;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.schemas.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;

/** A producer of uploads, references and policies, and a read_committed subscriber that remembers all it saw. One thread. */
public final class Traffic implements AutoCloseable {

    private final TopicNames names;
    private final EventSerializer<ImageUploaded> uploads = new EventSerializer<>(ImageUploaded.class);
    private final EventSerializer<Reference> references = new EventSerializer<>(Reference.class);
    private final EventDeserializer<Verdict> verdictReader = new EventDeserializer<>(Verdict.class);
    private final KafkaProducer<byte[], byte[]> producer;
    private final Queue<Future<RecordMetadata>> sent = new ConcurrentLinkedQueue<>();
    private final KafkaConsumer<byte[], byte[]> subscriber;
    private final EventDeserializer<AttackAudit> auditReader = new EventDeserializer<>(AttackAudit.class);
    private final List<Verdict> verdicts = new ArrayList<>();
    private final List<AttackAudit> audits = new ArrayList<>();
    private final List<ConsumerRecord<byte[], byte[]>> deadLetters = new ArrayList<>();

    /** On the JVM's broker. */
    public Traffic() {
        this(TestBroker.bootstrapServers());
    }

    /** On the JVM's broker, with topics of that prefix. */
    public Traffic(TopicNames names) {
        this(TestBroker.bootstrapServers(), names);
    }

    /** On a broker that asks for nothing. */
    public Traffic(String bootstrapServers) {
        this(bootstrapServers, TopicNames.UNPREFIXED);
    }

    /** The same, with topics of that prefix. */
    public Traffic(String bootstrapServers, TopicNames names) {
        this.names = names;
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers, "max.request.size", 20_000_000, "linger.ms", 0),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        subscriber = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrapServers,
                        "isolation.level",
                        "read_committed",
                        "enable.auto.commit",
                        false,
                        "fetch.max.wait.ms",
                        50),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> all = new ArrayList<>();
        for (Topics topic : List.of(Topics.VERDICTS, Topics.ATTACK_AUDIT, Topics.DEAD_LETTERS)) {
            for (int i = 0; i < topic.partitions(); i++) {
                all.add(new TopicPartition(names.of(topic), i));
            }
        }
        subscriber.assign(all);
        subscriber.seekToBeginning(all);
    }

    public void upload(ImageUploaded event) {
        raw(event.getImageId(), uploads.serialize(names.of(Topics.IMAGES_UPLOADED), event));
    }

    /** Sends any bytes as an upload; null too. */
    public void raw(String key, byte[] value) {
        send(Topics.IMAGES_UPLOADED, key, value);
    }

    public void reference(String key, Reference reference) {
        send(Topics.REFERENCES, key, references.serialize(names.of(Topics.REFERENCES), reference));
    }

    public void removeReference(String key) {
        send(Topics.REFERENCES, key, null);
    }

    public void policy(ModerationPolicy record) {
        send(Topics.POLICIES, record.getTenant(), PolicyRecords.bytes(record));
    }

    public void send(Topics topic, String key, byte[] value) {
        sent.add(producer.send(new ProducerRecord<>(names.of(topic), key.getBytes(StandardCharsets.UTF_8), value)));
    }

    /** Returns when the broker has all that was sent, and throws if it did not take something. */
    public void flush() {
        producer.flush();
        for (Future<RecordMetadata> one = sent.poll(); one != null; one = sent.poll()) {
            try {
                one.get();
            } catch (ExecutionException refused) {
                throw new IllegalStateException("the broker did not take a record", refused.getCause());
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(stopped);
            }
        }
    }

    /** Waits for the verdict on an image. */
    public Verdict verdictOn(String imageId) {
        return awaitVerdict(verdict -> verdict.getImageId().equals(imageId));
    }

    /** Waits for a verdict such as this. */
    public Verdict awaitVerdict(Predicate<Verdict> wanted) {
        flush();
        Awaitility.await("a verdict").atMost(Duration.ofSeconds(60)).until(() -> {
            poll();
            return verdicts.stream().anyMatch(wanted);
        });
        return verdicts.stream().filter(wanted).findFirst().orElseThrow();
    }

    /** Waits for a number of verdicts. */
    public List<Verdict> awaitVerdicts(int count) {
        flush();
        Awaitility.await(count + " verdicts").atMost(Duration.ofSeconds(90)).until(() -> {
            poll();
            return verdicts.size() >= count;
        });
        return verdicts();
    }

    /** Waits for a number of dead letters. */
    public List<ConsumerRecord<byte[], byte[]>> awaitDeadLetters(int count) {
        flush();
        Awaitility.await(count + " dead letters").atMost(Duration.ofSeconds(60)).until(() -> {
            poll();
            return deadLetters.size() >= count;
        });
        return List.copyOf(deadLetters);
    }

    /** All verdicts seen so far, doubles included. */
    public List<Verdict> verdicts() {
        return List.copyOf(verdicts);
    }

    /** All audits seen so far, doubles included. */
    public List<AttackAudit> audits() {
        return List.copyOf(audits);
    }

    /** Reads until the topics have nothing more. */
    public void readToEnd() {
        var ends = subscriber.endOffsets(subscriber.assignment());
        Awaitility.await("the end of the answers")
                .atMost(Duration.ofSeconds(30))
                .until(() -> {
                    poll();
                    return ends.entrySet().stream()
                            .allMatch(end -> subscriber.position(end.getKey()) >= end.getValue());
                });
    }

    /** Where these partitions end. */
    public Map<TopicPartition, Long> ends(List<TopicPartition> partitions) {
        return subscriber.endOffsets(partitions);
    }

    private void poll() {
        for (ConsumerRecord<byte[], byte[]> record : subscriber.poll(Duration.ofMillis(50))) {
            if (record.topic().equals(names.of(Topics.VERDICTS))) {
                verdicts.add(verdictReader.deserialize(record.topic(), record.value()));
            } else if (record.topic().equals(names.of(Topics.ATTACK_AUDIT))) {
                audits.add(auditReader.deserialize(record.topic(), record.value()));
            } else {
                deadLetters.add(record);
            }
        }
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
        subscriber.close();
    }
}
