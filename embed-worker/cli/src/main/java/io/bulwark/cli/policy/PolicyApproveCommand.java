package io.bulwark.cli.policy;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.traffic.BrokerCommand;
import io.bulwark.events.ModerationPolicy;
import io.bulwark.events.PolicyDocument;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bulwark policy approve}. */
@Command(
        name = "approve",
        description = "Puts what is proposed in force. What was in force goes to the history, from where"
                + " `bulwark policy rollback` brings it back.")
final class PolicyApproveCommand extends BrokerCommand implements Callable<Integer> {

    @Mixin
    private TenantOptions tenant;

    @Option(names = "--by", required = true, paramLabel = "WHO", description = "Who approves it; not its author.")
    private String approver;

    @Option(names = "--alone", description = "Let the author approve what they proposed themselves.")
    private boolean alone;

    @Option(
            names = "--version",
            paramLabel = "PREFIX",
            description = "What the version begins with that you have looked at: another is not approved.")
    private String version = "";

    @Override
    public Integer call() {
        requireName(approver);
        String whose = tenant.name();
        ModerationPolicy written = new PolicyTopic(broker())
                .change(
                        whose,
                        content -> PolicyRecord.of(content, whose, false)
                                .approved(
                                        approver,
                                        alone,
                                        version,
                                        Clock.systemUTC().instant().truncatedTo(ChronoUnit.MILLIS))
                                .value());
        PolicyDocument inForce = written.getInForce();
        Output output = output();
        output.print(
                "in force for tenant " + whose + ": " + inForce.getVersion() + ", revision " + written.getRevision(),
                Map.of(
                        "tenant", whose,
                        "revision", written.getRevision(),
                        "inForce", DocumentText.fields(inForce)));
        if (written.getHistory().isEmpty()) {
            output.note(
                    "It is the first of this tenant. A worker that has another bank, model or views than "
                            + PolicyLines.text(inForce.getMadeFor())
                            + " has no policy for it and is not ready, until one that was made for that worker was in force, too.");
        }
        return ExitCodes.OK;
    }

    static void requireName(String approver) {
        if (approver.isBlank()) {
            throw CommandFailure.usage("--by is blank, allowed is a person's name");
        }
    }
}
