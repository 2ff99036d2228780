package io.bulwark.cli.casebook;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which images a command looks at: {@code @Mixin RecentImages images}. */
final class RecentImages {

    @Option(names = "--tenant", paramLabel = "NAME", description = "Only images of this tenant.")
    private String tenant;

    @Option(
            names = "--since",
            paramLabel = "DURATION",
            description = "Only images that were judged within this time, such as PT6H or P7D.")
    private Duration since;

    Optional<String> tenant() {
        return Optional.ofNullable(tenant);
    }

    /** From when on they were judged. */
    Optional<Instant> from() {
        return Optional.ofNullable(since)
                .map(time -> Clock.systemUTC().instant().minus(time));
    }
}
