package io.bulwark.stream.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.schemas.follow.MemorySchemaTopic;
import io.bulwark.schemas.follow.SchemaClients;
import io.bulwark.schemas.follow.SchemaPublisher;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;

class SchemaPublicationTest {

    private final Deque<KafkaException> troubles = new ArrayDeque<>();
    private int looks;

    private final KafkaStreamsClients.SchemaPublication publication =
            new KafkaStreamsClients.SchemaPublication(new SchemaPublisher(clients()), 1);

    @Test
    void whatIsPublishedIsNotLookedAtAgain() throws InterruptedException {
        assertThat(publication.fault()).isEmpty();
        assertThat(publication.fault()).isEmpty();
        assertThat(looks).isEqualTo(1);
    }

    @Test
    void theCauseOfAFailureIsReportedAndPublicationIsTriedAgain() throws InterruptedException {
        troubles.addAll(List.of(
                new SaslAuthenticationException("wrong password"),
                new TopicAuthorizationException("moderation.schemas"),
                new KafkaException("something else")));

        assertThat(publication.fault().orElseThrow()).contains("does not let the user in");
        assertThat(publication.fault().orElseThrow()).contains("denies READ on topic moderation.schemas");
        assertThat(publication.fault().orElseThrow()).contains("something else");
        assertThat(publication.fault()).isEmpty();
    }

    private SchemaClients clients() {
        var topic = new MemorySchemaTopic();
        return new SchemaClients() {
            @Override
            public Consumer<byte[], byte[]> consumer() {
                looks++;
                if (!troubles.isEmpty()) {
                    throw troubles.remove();
                }
                return topic.consumer();
            }

            @Override
            public Producer<byte[], byte[]> producer() {
                return topic.producer();
            }
        };
    }
}
