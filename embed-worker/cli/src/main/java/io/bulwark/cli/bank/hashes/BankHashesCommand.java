package io.bulwark.cli.bank.hashes;

import picocli.CommandLine.Command;

/** {@code bulwark bank hashes}. */
@Command(
        name = "hashes",
        description =
                "Brings lists of hashes of known content (SHA-256, and PDQ, Meta's perceptual hash) into a bank. An "
                        + "upload on a flagged list is flagged whatever the vote says.",
        subcommands = {BankHashesImportCommand.class, BankHashesExportCommand.class, BankHashesRemoveCommand.class})
public final class BankHashesCommand {}
