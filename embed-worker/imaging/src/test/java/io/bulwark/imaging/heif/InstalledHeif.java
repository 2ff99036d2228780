package io.bulwark.imaging.heif;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

/** The command of this machine. */
public final class InstalledHeif {

    private InstalledHeif() {}

    /** The command; a test ends here where there is none, and fails on a machine that has to have it. */
    public static HeifCommand command() {
        HeifCommand command = HeifCommand.onThisMachine();
        if ("true".equals(System.getenv("CI"))) {
            assertThat(command.isNone())
                    .as("no heif-dec in CI; .ci/run installs it")
                    .isFalse();
        }
        assumeFalse(command.isNone(), "skipped: there is no heif-dec (Debian's libheif-examples) on this machine");
        return command;
    }
}
