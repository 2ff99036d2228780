package io.bulwark.service;

import io.bulwark.schemas.testing.TestBroker;
import io.bulwark.service.testing.Traffic;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;

/** A test at empty topics, with a name that is no other's: of its bank, its group and its transactions. */
abstract class TrafficCase {

    private static int number;

    final String name = getClass().getSimpleName() + "-" + ++number;

    @AutoClose
    Traffic traffic;

    @BeforeEach
    void openTraffic() {
        TestBroker.recreateTopics();
        traffic = new Traffic();
    }
}
