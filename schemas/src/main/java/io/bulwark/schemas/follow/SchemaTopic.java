package io.bulwark.schemas.follow;

import io.bulwark.schemas.topic.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** The topic, seen by one consumer that reads it from its begin. */
final class SchemaTopic {
    private static final Duration CALL = Duration.ofSeconds(10);

    private final String name;
    private final Consumer<byte[], byte[]> consumer;
    private final Map<TopicPartition, Long> ends;

    /**
     * Goes to the begin of the topic and notes where it ends now.
     *
     * @param name of the topic
     * @throws SchemaTopicException where the topic is not there or may not be read
     */
    SchemaTopic(String name, Consumer<byte[], byte[]> consumer) {
        this.name = name;
        this.consumer = consumer;
        try {
            List<PartitionInfo> infos = consumer.partitionsFor(name, CALL);
            if (infos == null || infos.isEmpty()) {
                throw missing(name, null);
            }
            List<TopicPartition> partitions = infos.stream()
                    .map(info -> new TopicPartition(name, info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            this.ends = consumer.endOffsets(partitions, CALL);
        } catch (UnknownTopicOrPartitionException absent) {
            throw missing(name, absent);
        } catch (TopicAuthorizationException denied) {
            throw forbidden(name, AclOperation.READ, denied);
        }
    }

    /** Whether all was read that was there at the begin. */
    boolean isReadToItsEnd() {
        return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey(), CALL) >= end.getValue());
    }

    static SchemaTopicException missing(String name, Throwable cause) {
        return new SchemaTopicException(
                "Topic " + name + " does not exist. Create it as the catalogue has it (" + Topics.SCHEMAS.partitions()
                        + " partition, " + Topics.SCHEMAS.cleanup().policy()
                        + "): readers learn there how values are written.",
                cause);
    }

    static SchemaTopicException forbidden(String name, AclOperation operation, Throwable cause) {
        return new SchemaTopicException(
                "The broker denies " + operation + " on topic " + name + ". Grant this user " + AclOperation.READ
                        + " and " + AclOperation.WRITE + " there.",
                cause);
    }
}
