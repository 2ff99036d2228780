package io.bulwark.cli.policy;

import picocli.CommandLine.Command;

/** {@code bulwark policy}. */
@Command(
        name = "policy",
        description =
                "Shows and changes the policies by which workers decide, each change with its author and approver."
                        + " Workers follow every change without a restart.",
        subcommands = {
            PolicyShowCommand.class,
            PolicyProposeCommand.class,
            PolicyDiffCommand.class,
            PolicyApproveCommand.class,
            PolicyRollbackCommand.class
        })
public final class PolicyCommand {}
