package io.bulwark.cli.policy;

import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.traffic.BrokerCommand;
import io.bulwark.events.ModerationPolicy;
import io.bulwark.events.PolicyDocument;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bulwark policy rollback}. */
@Command(
        name = "rollback",
        description = "Puts the previous policy in force again, as a new entry with its own approver. It was"
                + " approved once, so one person may do it. What is proposed stays proposed.")
final class PolicyRollbackCommand extends BrokerCommand implements Callable<Integer> {

    @Mixin
    private TenantOptions tenant;

    @Option(
            names = "--to",
            paramLabel = "PREFIX",
            description = "What the version begins with (default: the one that was in force last).")
    private String version = "";

    @Option(names = "--by", required = true, paramLabel = "WHO", description = "Who answers for it.")
    private String approver;

    @Option(names = "--note", paramLabel = "TEXT", description = "Why (default: the note that it had).")
    private String note;

    @Option(
            names = "--unfit",
            description = "Also to a policy that was made for another bank, model or views than the one in force. The"
                    + " workers of now do not take it.")
    private boolean unfit;

    @Override
    public Integer call() {
        PolicyApproveCommand.requireName(approver);
        String whose = tenant.name();
        ModerationPolicy written = new PolicyTopic(broker())
                .change(
                        whose,
                        content -> PolicyRecord.of(content, whose, false)
                                .rolledBack(
                                        version,
                                        approver,
                                        Optional.ofNullable(note),
                                        unfit,
                                        Clock.systemUTC().instant().truncatedTo(ChronoUnit.MILLIS))
                                .value());
        PolicyDocument inForce = written.getInForce();
        output().print(
                        "in force again for tenant " + whose + ": " + inForce.getVersion() + ", revision "
                                + written.getRevision(),
                        Map.of(
                                "tenant", whose,
                                "revision", written.getRevision(),
                                "inForce", DocumentText.fields(inForce)));
        return ExitCodes.OK;
    }
}
