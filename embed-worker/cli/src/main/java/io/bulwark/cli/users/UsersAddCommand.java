package io.bulwark.cli.users;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.OutputOptions;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bulwark users add}. */
@Command(
        name = "add",
        description =
                "Adds a user, or gives one that there is another password, tenant and roles. The password is asked "
                        + "for twice on the terminal.")
final class UsersAddCommand implements Callable<Integer> {

    private static final int SHORTEST = 12;
    private static final int LONGEST_BYTES = 72; // bcrypt looks at no more

    @Mixin
    private OutputOptions options;

    @Mixin
    private FileOption file;

    @Parameters(paramLabel = "NAME", description = "As the user logs in.")
    private String name;

    @Option(
            names = "--tenant",
            paramLabel = "TENANT",
            defaultValue = "default",
            description = "Whose records the user sees; '*' for everyone's (default: ${DEFAULT-VALUE}).")
    private String tenant;

    @Option(
            names = "--role",
            paramLabel = "ROLE",
            split = ",",
            defaultValue = "viewer",
            description = "What the user may: viewer, reviewer, senior, curator or admin, several with commas between "
                    + "(default: ${DEFAULT-VALUE}).")
    private List<String> roles;

    @Option(names = "--password-stdin", description = "Read the password from the first line of standard input.")
    private boolean fromInput;

    @Override
    public Integer call() throws IOException {
        var users = file.users();
        Map<String, UserLine> all = users.read();
        var checked = new UserLine(name, "", tenant, roles); // before anybody types a password
        char[] password = fromInput ? firstLine() : asked();
        boolean isNew = !all.containsKey(name);
        all.put(name, new UserLine(name, PasswordHash.of(password), tenant, checked.roles()));
        Arrays.fill(password, '\0');
        users.write(all.values());
        options.output()
                .print(
                        (isNew ? "added " : "changed ") + name + ", tenant " + tenant + ", "
                                + String.join(", ", checked.roles()),
                        Map.of("name", name, "tenant", tenant, "roles", checked.roles(), "new", isNew));
        return ExitCodes.OK;
    }

    private static char[] firstLine() throws IOException {
        String line = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
        return checked((line == null ? "" : line).toCharArray());
    }

    private static char[] asked() {
        Console terminal = System.console();
        if (terminal == null) {
            throw CommandFailure.usage("there is no terminal to ask for the password on; use --password-stdin");
        }
        char[] first = checked(terminal.readPassword("Password: "));
        char[] second = terminal.readPassword("Again: ");
        if (!Arrays.equals(first, second)) {
            throw CommandFailure.usage("the two passwords differ");
        }
        return first;
    }

    private static char[] checked(char[] password) {
        int bytes = new String(password).getBytes(StandardCharsets.UTF_8).length;
        if (password.length < SHORTEST || bytes > LONGEST_BYTES) {
            throw CommandFailure.usage("the password has " + password.length + " characters and " + bytes
                    + " bytes, allowed are at least " + SHORTEST + " characters and at most " + LONGEST_BYTES
                    + " bytes");
        }
        return password;
    }
}
