package io.bulwark.lab.attack.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.cli.demo.SampleAttacker;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class CopyAttackerTest {

    @Test
    void is_the_one_that_the_demo_finds() {
        assertThat(ServiceLoader.load(SampleAttacker.class)).singleElement().isInstanceOf(CopyAttacker.class);
    }
}
