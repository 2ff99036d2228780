package io.bulwark.stream.topology;

import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Each test has a topology with empty state. */
abstract class TopologyTestCase {

    @TempDir
    Path state;

    @AutoClose
    TopologyRig rig;

    @BeforeEach
    void open() {
        rig = new TopologyRig(state);
    }
}
