package io.bulwark.lab.bank;

import io.bulwark.lab.bank.calibrate.BankCalibrateCommand;
import io.bulwark.lab.bank.calibrate.BankCalibrateFlaggedCommand;
import io.bulwark.lab.bank.calibrate.BankVerifyCommand;
import io.bulwark.lab.bank.concepts.BankConceptsCommand;
import io.bulwark.lab.bank.hashes.BankHashesCommand;
import picocli.CommandLine.Command;

/** {@code bulwark bank}. */
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
            BankConceptsCommand.class,
            BankCalibrateFlaggedCommand.class,
            BankExportCommand.class,
            BankImportCommand.class,
            BankHashesCommand.class
        })
public final class BankCommand {}
