package io.bulwark.cli.users;

import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputOptions;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code bulwark users list}. */
@Command(name = "list", description = "Lists the users with their tenants and roles.")
final class UsersListCommand implements Callable<Integer> {

    @Mixin
    private OutputOptions options;

    @Mixin
    private FileOption file;

    @Override
    public Integer call() {
        Output output = options.output();
        file.users()
                .read()
                .values()
                .forEach(user -> output.print(
                        user.name() + "  tenant " + user.tenant() + "  " + String.join(", ", user.roles()),
                        Map.of("name", user.name(), "tenant", user.tenant(), "roles", user.roles())));
        return ExitCodes.OK;
    }
}
