package io.bulwark.stream.order;

import io.bulwark.events.Hold;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.schemas.topic.TenantKey;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.StreamConfig;
import io.bulwark.stream.StreamSettings;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Places and releases legal holds. Any thread may call. */
@Singleton
public class HoldOrders {

    private final OrderProducer producer;
    private final String topic;
    private final EventSerializer<Hold> serializer = new EventSerializer<>(Hold.class);

    HoldOrders(OrderProducer producer, StreamConfig config) {
        this.producer = producer;
        this.topic = StreamSettings.topics(config).of(Topics.HOLDS);
        serializer.configure(StreamSettings.serdes(config), false);
    }

    /**
     * Writes the hold as it now is, which replaces the one before.
     *
     * @throws OrderException where the broker does not take it
     */
    public void write(Hold hold) {
        String key = TenantKey.ofHold(hold.getTenant(), hold.getSubject(), hold.getId())
                .toString();
        producer.send(
                new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), serializer.serialize(topic, hold)));
    }
}
