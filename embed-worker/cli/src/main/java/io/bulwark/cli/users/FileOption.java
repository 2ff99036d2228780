package io.bulwark.cli.users;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which file: {@code @Mixin FileOption file}. */
final class FileOption {

    @Option(
            names = "--file",
            paramLabel = "FILE",
            defaultValue = "${BULWARK_ACCESS_USERS_FILE:-users}",
            description = "The file of users, bulwark.access.users-file of moderation-stream (default: that of the "
                    + "environment variable BULWARK_ACCESS_USERS_FILE, else the file users here).")
    private Path file;

    UsersFile users() {
        return new UsersFile(file);
    }
}
