package io.bulwark.schemas.testing;

import io.smallrye.reactive.messaging.kafka.companion.test.EmbeddedKafkaBroker;

/** Kafka's own broker in KRaft mode, in this JVM: starts in about 3 s. */
final class EmbeddedBroker implements Broker {
    private final EmbeddedKafkaBroker broker;

    EmbeddedBroker() {
        this.broker = new EmbeddedKafkaBroker()
                .withNodeId(0)
                .withDeleteLogDirsOnClose(true)
                .withAdditionalProperties(properties -> properties.putAll(BrokerSettings.SINGLE_NODE))
                .start();
    }

    /** Without the listener's protocol, which foreign clients such as kcat do not take. */
    @Override
    public String bootstrapServers() {
        String listeners = broker.getAdvertisedListeners();
        return listeners.substring(listeners.indexOf("://") + 3);
    }

    @Override
    public void close() {
        broker.close();
    }
}
