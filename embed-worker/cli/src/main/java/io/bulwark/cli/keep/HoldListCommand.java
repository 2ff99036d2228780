package io.bulwark.cli.keep;

import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.OutputOptions;
import io.bulwark.cli.traffic.Broker;
import io.bulwark.cli.traffic.BrokerOptions;
import io.bulwark.events.Hold;
import io.bulwark.schemas.topic.Topics;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code bulwark hold list}. */
@Command(name = "list", description = "Lists the holds that hold.")
final class HoldListCommand implements Callable<Integer> {

    @Mixin
    private OutputOptions options;

    @Mixin
    private BrokerOptions broker;

    @Override
    public Integer call() {
        inForce(broker.broker())
                .forEach((key, hold) -> options.output()
                        .print(
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
        new TopicScan(broker).read(Topics.HOLDS, record -> {
            if (record.live() && record.value() instanceof Hold hold && hold.getReleasedAt() == null) {
                holds.put(record.key(), hold);
            }
        });
        return holds;
    }
}
