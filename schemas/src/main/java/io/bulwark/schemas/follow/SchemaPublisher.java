package io.bulwark.schemas.follow;

import io.bulwark.schemas.follow.SchemaFollower.SchemaTopic;
import io.bulwark.schemas.follow.SchemaFollower.SchemaTopicException;
import io.bulwark.schemas.serde.BundledSchemas;
import io.bulwark.schemas.topic.SchemaKey;
import io.bulwark.schemas.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.avro.Schema;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Announces how an application is going to write, before it writes anything: puts the schemas of a release on the
 * topic, those of them that it lacks. Doing so again does nothing.
 *
 * <p>Thread-safe; each call makes its own clients and closes them.
 */
public final class SchemaPublisher {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration READ_WITHIN = Duration.ofSeconds(60);

    private final SchemaClients clients;
    private final String name;

    public SchemaPublisher(SchemaClients clients) {
        this.clients = clients;
        this.name = clients.topics().of(Topics.SCHEMAS);
    }

    /**
     * Publishes the schemas that all records of the catalogue are written with under {@code bulwark.schemas.write}.
     * Blocks until all replicas have them.
     *
     * @param release 1 to {@value BundledSchemas#RELEASES}
     * @return how many the topic lacked
     * @throws SchemaTopicException where the topic is not there, or may not be read or written
     * @throws KafkaException where the brokers do not answer
     */
    public int publish(int release) {
        var schemas = new LinkedHashMap<SchemaKey, Schema>();
        BundledSchemas.get().written(release).forEach(schema -> schemas.put(SchemaKey.of(schema), schema));
        schemas.keySet().removeAll(present());
        if (!schemas.isEmpty()) {
            send(schemas);
        }
        return schemas.size();
    }

    /** The schemas that a reader finds who comes now: of each key the last record counts. */
    private Set<SchemaKey> present() {
        var present = new HashSet<SchemaKey>();
        try (Consumer<byte[], byte[]> consumer = clients.consumer()) {
            var topic = new SchemaTopic(name, consumer);
            long deadline = System.nanoTime() + READ_WITHIN.toNanos();
            while (!topic.isReadToItsEnd()) {
                if (System.nanoTime() - deadline > 0) {
                    throw new TimeoutException(
                            "Topic " + name + " could not be read to its end within " + READ_WITHIN.toSeconds() + " s");
                }
                consumer.poll(POLL)
                        .forEach(record -> SchemaKey.parse(record.key()).ifPresent(key -> {
                            if (holds(key, record)) {
                                present.add(key);
                            } else {
                                present.remove(key);
                            }
                        }));
            }
        } catch (TopicAuthorizationException denied) {
            throw SchemaTopic.forbidden(name, AclOperation.READ, denied);
        }
        return present;
    }

    private static boolean holds(SchemaKey key, ConsumerRecord<byte[], byte[]> record) {
        return record.value() != null
                && SchemaText.parse(record.value()) instanceof SchemaText.Parsed.Sound sound
                && SchemaKey.of(sound.schema()).equals(key);
    }

    private void send(Map<SchemaKey, Schema> schemas) {
        var sent = new ArrayList<Future<?>>();
        try (Producer<byte[], byte[]> producer = clients.producer()) {
            schemas.forEach((key, schema) ->
                    sent.add(producer.send(new ProducerRecord<>(name, utf8(key.toString()), utf8(schema.toString())))));
            producer.flush();
            await(sent);
        }
    }

    private void await(Collection<Future<?>> sent) {
        try {
            for (Future<?> each : sent) {
                each.get();
            }
        } catch (InterruptedException stopped) {
            throw new InterruptException(stopped);
        } catch (ExecutionException failed) {
            Throwable cause = failed.getCause();
            if (cause instanceof TopicAuthorizationException) {
                throw SchemaTopic.forbidden(name, AclOperation.WRITE, cause);
            }
            if (cause instanceof UnknownTopicOrPartitionException) {
                throw SchemaTopic.missing(name, cause);
            }
            throw new KafkaException("The schemas could not be written to " + name + ".", cause);
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
