package io.bulwark.cli.keep;

import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.OutputOptions;
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

/** {@code bulwark hold place}. */
@Command(
        name = "place",
        description =
                "Places a hold. Embeddings and the logs of uploads, audits and reviews still go by their age: copy "
                        + "them where a hold needs them.")
final class HoldPlaceCommand implements Callable<Integer> {

    @Mixin
    private OutputOptions options;

    @Mixin
    private BrokerOptions broker;

    @Mixin
    private SubjectOptions subject;

    @Option(names = "--by", paramLabel = "NAME", defaultValue = "${sys:user.name}", description = "Who places it.")
    private String by;

    @Option(names = "--reason", paramLabel = "TEXT", required = true, description = "Why, such as a file number.")
    private String reason;

    @Override
    public Integer call() {
        try (var holds = new KeeperTopic<>(broker.broker(), Topics.HOLDS, Hold.class)) {
            holds.put(
                    TenantKey.ofHold(subject.tenant(), subject.subject(), subject.id())
                            .toString(),
                    Hold.newBuilder()
                            .setTenant(subject.tenant())
                            .setSubject(subject.subject())
                            .setId(subject.id())
                            .setBy(by)
                            .setReason(reason)
                            .setAt(Instant.now().truncatedTo(ChronoUnit.MILLIS))
                            .build());
        }
        options.output().print("held: " + subject, Map.of("held", subject.id()));
        return ExitCodes.OK;
    }
}
