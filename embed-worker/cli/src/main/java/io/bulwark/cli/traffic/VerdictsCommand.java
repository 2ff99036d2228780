package io.bulwark.cli.traffic;

import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.traffic.BrokerOptions.BrokerCommand;
import io.bulwark.events.Verdict;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bulwark verdicts}. */
@Command(name = "verdicts", description = "Prints the verdicts that the topic moderation.verdicts holds.")
public final class VerdictsCommand extends BrokerCommand implements Callable<Integer> {

    @Option(names = "--follow", description = "Go on with new verdicts, until interrupted.")
    private boolean follow;

    @Option(names = "--new", description = "Leave out existing verdicts; means --follow.")
    private boolean onlyNew;

    @Override
    public Integer call() {
        Output output = output();
        Broker target = broker();
        try (EventReader<Verdict> verdicts =
                onlyNew ? EventReader.verdictsFromNow(target) : EventReader.verdicts(target)) {
            verdicts.toEnd().stream()
                    .sorted(Comparator.comparing(Verdict::getDecidedAt))
                    .forEach(verdict -> VerdictLine.print(output, verdict.getImageId(), verdict));
            while (follow || onlyNew) {
                verdicts.poll(Duration.ofSeconds(1))
                        .forEach(verdict -> VerdictLine.print(output, verdict.getImageId(), verdict));
            }
        }
        return ExitCodes.OK;
    }
}
