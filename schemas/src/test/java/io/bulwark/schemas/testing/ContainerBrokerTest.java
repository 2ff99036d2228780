package io.bulwark.schemas.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ContainerBrokerTest {

    @Test
    void settingsReachTheImageAsItsVariables() {
        assertThat(BrokerSettings.SINGLE_NODE.keySet())
                .extracting(ContainerBroker::environmentName)
                .contains("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR");
    }

    @Test
    void anUnknownKindOfBrokerIsRefused() {
        System.setProperty(TestBroker.KIND, "imaginary");
        try {
            assertThatThrownBy(TestBroker::fresh)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("imaginary")
                    .hasMessageContaining("container and embedded");
        } finally {
            System.clearProperty(TestBroker.KIND);
        }
    }
}
