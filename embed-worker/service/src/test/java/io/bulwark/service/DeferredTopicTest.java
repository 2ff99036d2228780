package io.bulwark.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.service.SchemaExchange.StartupStep;
import io.bulwark.service.Worker.DeferredTopic;
import io.bulwark.service.loop.KafkaClients;
import java.lang.reflect.Proxy;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;

class DeferredTopicTest {

    @Test
    void aBrokerWhoseNameDoesNotResolveForAMomentIsAskedAgain() throws Exception {
        StartupStep step = new DeferredTopic(unreachable()).step();
        CompletableFuture<Boolean> waiting = CompletableFuture.supplyAsync(step::await);

        await().until(() -> step.trouble().isPresent());

        assertThat(waiting).isNotDone();
        assertThat(step.trouble()).hasValueSatisfying(why -> assertThat(why).contains("No resolvable bootstrap urls"));
        step.stop();
        assertThat(waiting.get(10, TimeUnit.SECONDS)).isFalse();
    }

    private static KafkaClients unreachable() {
        return (KafkaClients) Proxy.newProxyInstance(
                KafkaClients.class.getClassLoader(), new Class<?>[] {KafkaClients.class}, (self, method, arguments) -> {
                    if (method.getName().equals("topics")) {
                        return TopicNames.UNPREFIXED;
                    }
                    throw new KafkaException("No resolvable bootstrap urls given in bootstrap.servers");
                });
    }
}
