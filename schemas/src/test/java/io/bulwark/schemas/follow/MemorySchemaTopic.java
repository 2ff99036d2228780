package io.bulwark.schemas.follow;

import io.bulwark.schemas.topic.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The schemas' topic without a broker, of Kafka's own stand-ins for clients: a consumer reads what was sent before it
 * was made.
 */
public final class MemorySchemaTopic implements SchemaClients {
    private static final TopicPartition PARTITION = new TopicPartition(Topics.SCHEMAS.topicName(), 0);

    private final List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>(); // guarded by itself
    private final BlockingQueue<MockConsumer<byte[], byte[]>> polled = new LinkedBlockingQueue<>();

    /** The consumers that were made, each once it was asked for records. */
    BlockingQueue<MockConsumer<byte[], byte[]>> polled() {
        return polled;
    }

    /** Puts a record at the end. */
    ConsumerRecord<byte[], byte[]> append(byte[] key, byte[] value) {
        synchronized (records) {
            var record = new ConsumerRecord<>(PARTITION.topic(), 0, records.size(), key, value);
            records.add(record);
            return record;
        }
    }

    @Override
    public Consumer<byte[], byte[]> consumer() {
        var consumer = new MockConsumer<byte[], byte[]>("earliest");
        consumer.updatePartitions(
                PARTITION.topic(),
                List.of(new PartitionInfo(PARTITION.topic(), 0, Node.noNode(), new Node[0], new Node[0])));
        consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
        List<ConsumerRecord<byte[], byte[]>> present;
        synchronized (records) {
            present = List.copyOf(records);
        }
        consumer.updateEndOffsets(Map.of(PARTITION, (long) present.size()));
        consumer.schedulePollTask(() -> {
            present.forEach(consumer::addRecord);
            polled.add(consumer);
        });
        return consumer;
    }

    @Override
    public Producer<byte[], byte[]> producer() {
        return new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer()) {
            @Override
            public synchronized Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
                append(record.key(), record.value());
                return super.send(record);
            }
        };
    }
}
