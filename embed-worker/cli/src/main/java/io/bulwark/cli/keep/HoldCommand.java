package io.bulwark.cli.keep;

import io.bulwark.cli.keep.Kept.SubjectOptions;
import io.bulwark.cli.keep.KeptTopics.KeeperTopic;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.traffic.Broker;
import io.bulwark.cli.traffic.BrokerOptions.BrokerCommand;
import io.bulwark.events.Hold;
import io.bulwark.schemas.topic.TenantKey;
import io.bulwark.schemas.topic.Topics;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bulwark hold}. */
@Command(
        name = "hold",
        description = "Legal holds: what is held neither expires nor can be erased.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            HoldCommand.HoldPlaceCommand.class,
            HoldCommand.HoldReleaseCommand.class,
            HoldCommand.HoldListCommand.class
        })
public final class HoldCommand {

    /** {@code bulwark hold list}. */
    @Command(name = "list", description = "Lists the holds that hold.")
    static final class HoldListCommand extends BrokerCommand implements Callable<Integer> {

        @Override
        public Integer call() {
            inForce(broker())
                    .forEach((key, hold) -> output().print(
                                    key + ": by " + hold.getBy() + " since " + hold.getAt() + ", " + hold.getReason(),
                                    Map.of(
                                            "tenant", hold.getTenant(),
                                            "subject", hold.getSubject().name(),
                                            "id", hold.getId(),
                                            "by", hold.getBy(),
                                            "since", hold.getAt().toString(),
                                            "reason", hold.getReason())));
            return ExitCodes.OK;
        }

        /** The holds that hold, by their key. */
        static SortedMap<String, Hold> inForce(Broker broker) {
            SortedMap<String, Hold> holds = new TreeMap<>();
            new KeptTopics(broker).read(Topics.HOLDS, record -> {
                if (record.live() && record.value() instanceof Hold hold && hold.getReleasedAt() == null) {
                    holds.put(record.key(), hold);
                }
            });
            return holds;
        }
    }

    /** {@code bulwark hold place}. */
    @Command(
            name = "place",
            description =
                    "Places a hold. Embeddings and the logs of uploads, audits and reviews still go by their age: copy "
                            + "them where a hold needs them.")
    static final class HoldPlaceCommand extends BrokerCommand implements Callable<Integer> {

        @Mixin
        private SubjectOptions subject;

        @Option(names = "--by", paramLabel = "NAME", defaultValue = "${sys:user.name}", description = "Who places it.")
        private String by;

        @Option(names = "--reason", paramLabel = "TEXT", required = true, description = "Why, such as a file number.")
        private String reason;

        @Override
        public Integer call() {
            try (var holds = new KeeperTopic<>(broker(), Topics.HOLDS, Hold.class)) {
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
            output().print("held: " + subject, Map.of("held", subject.id()));
            return ExitCodes.OK;
        }
    }

    /** {@code bulwark hold release}. */
    @Command(name = "release", description = "Ends a hold. It stays on the topic as the log of it.")
    static final class HoldReleaseCommand extends BrokerCommand implements Callable<Integer> {

        @Mixin
        private SubjectOptions subject;

        @Option(
                names = "--by",
                paramLabel = "NAME",
                defaultValue = "${sys:user.name}",
                description = "Who releases it.")
        private String by;

        @Override
        public Integer call() {
            Broker connected = broker();
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
            output().print("released: " + subject, Map.of("released", subject.id()));
            return ExitCodes.OK;
        }
    }
}
