package io.bulwark.cli.users;

import picocli.CommandLine.Command;

/** {@code bulwark users}. */
@Command(
        name = "users",
        description = "Keeps the file of moderation-stream's built-in users.",
        subcommands = {UsersAddCommand.class, UsersRemoveCommand.class, UsersListCommand.class})
public final class UsersCommand {}
