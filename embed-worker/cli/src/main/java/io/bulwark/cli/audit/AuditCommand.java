package io.bulwark.lab.audit;

import io.bulwark.lab.audit.query.AuditEvaluateCommand;
import io.bulwark.lab.audit.report.AuditReportCommand;
import picocli.CommandLine.Command;

/** {@code bulwark audit}. */
@Command(
        name = "audit",
        description = "Measures what the attack audit is worth, and reports what it found.",
        subcommands = {
            AuditCostCommand.class,
            AuditDetectCommand.class,
            AuditEvaluateCommand.class,
            AuditReportCommand.class,
            AuditScalingCommand.class
        })
public final class AuditCommand {}
