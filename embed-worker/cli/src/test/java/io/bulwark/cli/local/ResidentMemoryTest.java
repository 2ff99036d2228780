package io.bulwark.cli.local;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ResidentMemoryTest {

    @Test
    void resident_memory_is_read_as_linux_writes_it() {
        assertThat(ResidentMemory.parse("Name:\tjava\nVmRSS:\t  204800 kB\nThreads:\t3\n"))
                .hasValue(200L << 20);
        assertThat(ResidentMemory.parse("Name:\tjava\n")).isEmpty();
    }
}
