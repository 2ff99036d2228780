package io.bulwark.cli.bank;

import io.bulwark.cli.bank.calibrate.BankCalibrateCommand;
import io.bulwark.cli.bank.calibrate.BankCalibrateFlaggedCommand;
import io.bulwark.cli.bank.calibrate.BankVerifyCommand;
import io.bulwark.cli.bank.hashes.BankHashesCommand;
import picocli.CommandLine.Command;

/** {@code bulwark bank}: the laboratory adds {@code concepts}. */
@Command(
        name = "bank",
        description =
                "Builds, changes, checks and calibrates banks of labelled references. Workers follow every change "
                        + "without a restart.",
        subcommands = {
            BankBuildCommand.class,
            BankAddCommand.class,
            BankRemoveCommand.class,
            BankDisableCommand.class,
            BankListCommand.class,
            BankVerifyCommand.class,
            BankCalibrateCommand.class,
            BankCalibrateFlaggedCommand.class,
            BankExportCommand.class,
            BankImportCommand.class,
            BankHashesCommand.class
        })
public final class BankCommand {}
