package io.bulwark.stream.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.schemas.testing.TestBroker;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.runtime.StreamsBeans.BrokerTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** The time of a real broker, which shares this machine's clock. */
class BrokerTimeIT {

    private static final Map<String, Object> BROKER = Map.of("bootstrap.servers", TestBroker.bootstrapServers());

    /** A time that a producer claims is ignored. */
    @Test
    void theNewestRecordOfTheClusterTellsTheBrokersTime() throws Exception {
        TestBroker.recreateTopics();
        Instant begun = Instant.now();
        try (var time = new BrokerTime(TopicNames.UNPREFIXED, () -> Admin.create(BROKER));
                Admin admin = Admin.create(BROKER);
                var producer = new KafkaProducer<>(BROKER, new ByteArraySerializer(), new ByteArraySerializer())) {
            time.look(admin);
            assertThat(time.get()).as("before the first record").isEmpty();

            long ahead = begun.plus(Duration.ofDays(31)).toEpochMilli();
            producer.send(new ProducerRecord<>(Topics.VERDICTS.topicName(), 5, ahead, new byte[] {'i'}, new byte[] {1}))
                    .get();
            time.look(admin);

            assertThat(time.get())
                    .hasValueSatisfying(newest -> assertThat(newest)
                            .isBetween(begun.minusSeconds(1), Instant.now().plusSeconds(1)));
        }
    }
}
