package io.bulwark.service.testing;

import io.bulwark.events.Reason;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.follow.SchemaClients;
import io.bulwark.schemas.serde.EventDeserializer;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.service.loop.KafkaClients;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Real clients in a JVM that ends, without a word to anybody, when the verdict on a deadly upload is sent: so late that
 * all its neighbours are in flight with it. Only the refusal of poison it lives through.
 */
final class DeadlyClients implements KafkaClients {

    private final KafkaClients real;
    private final String deadly;
    private final EventDeserializer<Verdict> verdicts = new EventDeserializer<>(Verdict.class);

    DeadlyClients(KafkaClients real, String deadly) {
        this.real = real;
        this.deadly = deadly;
    }

    @Override
    public Consumer<byte[], byte[]> uploadsConsumer() {
        return real.uploadsConsumer();
    }

    @Override
    public Consumer<byte[], byte[]> followingConsumer() {
        return real.followingConsumer();
    }

    @Override
    public SchemaClients schemaClients() {
        return real.schemaClients();
    }

    @Override
    @SuppressWarnings("unchecked")
    public Producer<byte[], byte[]> producer() {
        Producer<byte[], byte[]> producer = real.producer();
        return (Producer<byte[], byte[]>) Proxy.newProxyInstance(
                Producer.class.getClassLoader(), new Class<?>[] {Producer.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("send")) {
                        dieOver((ProducerRecord<byte[], byte[]>) arguments[0]);
                    }
                    try {
                        return method.invoke(producer, arguments);
                    } catch (InvocationTargetException wrapped) {
                        throw wrapped.getCause();
                    }
                });
    }

    private void dieOver(ProducerRecord<byte[], byte[]> record) {
        if (record.topic().equals(Topics.VERDICTS.topicName())) {
            Verdict verdict = verdicts.deserialize(record.topic(), record.value());
            if (verdict.getImageId().startsWith(deadly) && verdict.getReason() != Reason.POISON) {
                Runtime.getRuntime().halt(WorkerProcess.KILLED_BY_UPLOAD);
            }
        }
    }
}
