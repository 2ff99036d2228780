package io.bulwark.cli.users;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.OutputOptions;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code bulwark users remove}. */
@Command(name = "remove", description = "Removes a user, whose sessions end with their next request.")
final class UsersRemoveCommand implements Callable<Integer> {

    @Mixin
    private OutputOptions options;

    @Mixin
    private FileOption file;

    @Parameters(paramLabel = "NAME", description = "As the user logs in.")
    private String name;

    @Override
    public Integer call() {
        var users = file.users();
        Map<String, UserLine> all = users.read();
        if (all.remove(name) == null) {
            throw CommandFailure.failed("there is no user " + name + " but " + all.keySet());
        }
        users.write(all.values());
        options.output().print("removed " + name, Map.of("name", name));
        return ExitCodes.OK;
    }
}
