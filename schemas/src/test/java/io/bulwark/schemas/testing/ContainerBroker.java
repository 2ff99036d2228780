package io.bulwark.schemas.testing;

import java.util.Locale;
import org.testcontainers.kafka.KafkaContainer;

/** Apache's own image, by Testcontainers. */
final class ContainerBroker implements Broker {
    static final String IMAGE = "apache/kafka:4.1.1";

    private final KafkaContainer container;

    ContainerBroker() {
        container = new KafkaContainer(IMAGE);
        BrokerSettings.SINGLE_NODE.forEach((name, value) -> container.withEnv(environmentName(name), value));
        container.start();
    }

    /** The image reads each broker setting from the variable {@code KAFKA_} and its name in capitals. */
    static String environmentName(String setting) {
        return "KAFKA_" + setting.replace('.', '_').toUpperCase(Locale.ROOT);
    }

    @Override
    public String bootstrapServers() {
        return container.getBootstrapServers();
    }

    @Override
    public void close() {
        container.stop();
    }
}
