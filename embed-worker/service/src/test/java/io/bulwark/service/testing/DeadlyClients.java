package io.bulwark.service.testing;

import io.bulwark.events.Reason;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.serde.EventDeserializer;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.service.loop.KafkaClients;
import io.bulwark.service.loop.LoopSettings.Lane;
import java.lang.reflect.Method;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Real clients in a JVM that ends, without a word to anybody, when the verdict on a deadly upload is sent: so late that
 * all its neighbours are in flight with it. Only the refusal of poison it lives through.
 */
final class DeadlyClients extends InterceptedClients {

    private final String deadly;
    private final EventDeserializer<Verdict> verdicts = new EventDeserializer<>(Verdict.class);

    DeadlyClients(KafkaClients real, String deadly) {
        super(real);
        this.deadly = deadly;
    }

    @Override
    @SuppressWarnings("unchecked")
    void before(Lane lane, Producer<byte[], byte[]> producer, Method method, Object[] arguments) {
        if (method.getName().equals("send")) {
            dieOver((ProducerRecord<byte[], byte[]>) arguments[0]);
        }
    }

    private void dieOver(ProducerRecord<byte[], byte[]> record) {
        if (Topics.VERDICTS.isNamed(record.topic())) {
            Verdict verdict = verdicts.deserialize(record.topic(), record.value());
            if (verdict.getImageId().startsWith(deadly) && verdict.getReason() != Reason.POISON) {
                Runtime.getRuntime().halt(WorkerProcess.KILLED_BY_UPLOAD);
            }
        }
    }
}
