package io.bulwark.cli.demo;

import io.bulwark.cli.local.TwinSettings;
import io.bulwark.cli.terminal.Output;
import java.nio.file.Path;
import java.util.List;

/**
 * Makes attacked copies of samples: {@code lab} has one. Found by {@link java.util.ServiceLoader}; without one there
 * are no copies.
 */
public interface SampleAttacker {

    /**
     * Copies of some samples, in their order.
     *
     * @param twin that is attacked
     * @param bank the folder of pictures that its references are made of
     */
    List<AttackedCopy> attack(List<Sample> samples, TwinSettings twin, Path bank, Output output);
}
