package io.bulwark.lab.audit;

import picocli.CommandLine.Command;

/** {@code bulwark audit}. */
@Command(
        name = "audit",
        description = "Measures what the attack audit is worth.",
        subcommands = {AuditEvaluateCommand.class, AuditScalingCommand.class})
public final class AuditCommand {}
