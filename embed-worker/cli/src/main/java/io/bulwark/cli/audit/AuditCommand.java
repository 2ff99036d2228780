package io.bulwark.cli.audit;

import picocli.CommandLine.Command;

/** {@code bulwark audit}: the laboratory adds what the audit is worth. */
@Command(
        name = "audit",
        description = "Measures what the attack audit is worth, and reports what it found.",
        subcommands = AuditReportCommand.class)
public final class AuditCommand {}
