package io.bulwark.cli.auditlog;

import picocli.CommandLine.Command;

/** {@code bulwark audit-log}. */
@Command(
        name = "audit-log",
        description = "Checks the log of who saw and did what.",
        subcommands = AuditLogVerifyCommand.class)
public final class AuditLogCommand {}
