package io.bulwark.stream.topology;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Each test has a topology with empty state. */
abstract class TopologyTestCase {

    @TempDir
    Path state;

    TopologyRig rig;

    @BeforeEach
    void open() {
        rig = new TopologyRig(state);
    }

    @AfterEach
    void close() {
        rig.close();
    }
}
