package io.bulwark.cli.keep;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.OutputOptions;
import io.bulwark.cli.traffic.Broker;
import io.bulwark.cli.traffic.BrokerOptions;
import io.bulwark.events.Hold;
import io.bulwark.schemas.topic.TenantKey;
import io.bulwark.schemas.topic.Topics;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bulwark hold release}. */
@Command(name = "release", description = "Ends a hold. It stays on the topic as the log of it.")
final class HoldReleaseCommand implements Callable<Integer> {

    @Mixin
    private OutputOptions options;

    @Mixin
    private BrokerOptions broker;

    @Mixin
    private SubjectOptions subject;

    @Option(names = "--by", paramLabel = "NAME", defaultValue = "${sys:user.name}", description = "Who releases it.")
    private String by;

    @Override
    public Integer call() {
        Broker connected = broker.broker();
        String key = TenantKey.ofHold(subject.tenant(), subject.subject(), subject.id())
                .toString();
        Hold placed = HoldListCommand.inForce(connected).get(key);
        if (placed == null) {
            throw CommandFailure.failed(
                    "there is no hold on " + subject + ": `bulwark hold list` shows those there are");
        }
        try (var holds = new KeeperTopic<>(connected, Topics.HOLDS, Hold.class)) {
            holds.put(
                    key,
                    Hold.newBuilder(placed)
                            .setReleasedBy(by)
                            .setReleasedAt(Instant.now().truncatedTo(ChronoUnit.MILLIS))
                            .build());
        }
        options.output().print("released: " + subject, Map.of("released", subject.id()));
        return ExitCodes.OK;
    }
}
