package io.bulwark.cli.users;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputCommand;
import io.bulwark.cli.users.UsersCommand.UsersFile.PasswordHash;
import io.bulwark.cli.users.UsersCommand.UsersFile.UserLine;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.wildfly.security.password.PasswordFactory;
import org.wildfly.security.password.WildFlyElytronPasswordProvider;
import org.wildfly.security.password.interfaces.BCryptPassword;
import org.wildfly.security.password.spec.EncryptablePasswordSpec;
import org.wildfly.security.password.spec.IteratedSaltedPasswordAlgorithmSpec;
import org.wildfly.security.password.util.ModularCrypt;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bulwark users}. */
@Command(
        name = "users",
        description = "Keeps the file of moderation-stream's built-in users.",
        subcommands = {
            UsersCommand.UsersAddCommand.class,
            UsersCommand.UsersRemoveCommand.class,
            UsersCommand.UsersListCommand.class
        })
public final class UsersCommand {

    /** {@code bulwark users add}. */
    @Command(
            name = "add",
            description =
                    "Adds a user, or gives one that there is another password, tenant and roles. The password is asked "
                            + "for twice on the terminal.")
    static final class UsersAddCommand extends OutputCommand implements Callable<Integer> {

        private static final int SHORTEST = 12;
        private static final int LONGEST_BYTES = 72; // bcrypt looks at no more

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
                description =
                        "What the user may: viewer, reviewer, senior, curator or admin, several with commas between "
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
            output().print(
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

    /** {@code bulwark users remove}. */
    @Command(name = "remove", description = "Removes a user, whose sessions end with their next request.")
    static final class UsersRemoveCommand extends OutputCommand implements Callable<Integer> {

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
            output().print("removed " + name, Map.of("name", name));
            return ExitCodes.OK;
        }
    }

    /** {@code bulwark users list}. */
    @Command(name = "list", description = "Lists the users with their tenants and roles.")
    static final class UsersListCommand extends OutputCommand implements Callable<Integer> {

        @Mixin
        private FileOption file;

        @Override
        public Integer call() {
            Output output = output();
            file.users()
                    .read()
                    .values()
                    .forEach(user -> output.print(
                            user.name() + "  tenant " + user.tenant() + "  " + String.join(", ", user.roles()),
                            Map.of("name", user.name(), "tenant", user.tenant(), "roles", user.roles())));
            return ExitCodes.OK;
        }
    }

    /** Which file: {@code @Mixin FileOption file}. */
    static final class FileOption {

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

    /** The file of users. Replaced as a whole, so that no reader sees half of it; readable by its owner alone. */
    static final class UsersFile {

        private final Path file;

        UsersFile(Path file) {
            this.file = file.toAbsolutePath();
        }

        /** By name; empty where there is no file yet. */
        Map<String, UserLine> read() {
            Map<String, UserLine> users = new TreeMap<>();
            if (!Files.exists(file)) {
                return users;
            }
            try {
                for (String line : Files.readAllLines(file)) {
                    if (!line.isBlank() && !line.startsWith("#")) {
                        UserLine user = UserLine.parse(line.strip());
                        users.put(user.name(), user);
                    }
                }
                return users;
            } catch (IOException unreadable) {
                throw CommandFailure.failed(file + " cannot be read: " + unreadable, unreadable);
            }
        }

        void write(Collection<UserLine> users) {
            List<String> lines = new ArrayList<>();
            users.forEach(user -> lines.add(user.text()));
            try {
                Files.createDirectories(file.getParent());
                Path next = Files.createTempFile(
                        file.getParent(),
                        "users",
                        ".new",
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
                Files.write(next, lines);
                Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } catch (IOException unwritable) {
                throw CommandFailure.failed(file + " cannot be written: " + unwritable, unwritable);
            }
        }

        /**
         * One user.
         *
         * @param hash of the password, by bcrypt in the modular crypt format
         * @param tenant whose records they see; {@code *} for everyone's
         */
        record UserLine(String name, String hash, String tenant, List<String> roles) {

            static final List<String> ROLES =
                    List.of("viewer", "reviewer", "senior", "curator", "admin", "child-safety");

            private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9._@-]{1,64}");
            private static final Pattern TENANT = Pattern.compile("\\*|[^\\s:*]{1,128}");

            /** @throws CommandFailure for a name, a tenant or a role that is not allowed */
            UserLine {
                if (!NAME.matcher(name).matches()) {
                    throw CommandFailure.usage(
                            "the name is '" + name + "', allowed are 1 to 64 of letters, digits and . _ @ -");
                }
                if (!TENANT.matcher(tenant).matches()) {
                    throw CommandFailure.usage("the tenant is '" + tenant
                            + "', allowed are 1 to 128 characters without space, colon and asterisk, or *"
                            + " for every tenant");
                }
                if (roles.isEmpty() || !ROLES.containsAll(roles)) {
                    throw CommandFailure.usage("the roles are " + roles + ", allowed are " + String.join(", ", ROLES));
                }
                roles = List.copyOf(new TreeSet<>(roles));
            }

            static UserLine parse(String line) {
                String[] fields = line.split(":", -1);
                if (fields.length != 4) {
                    throw CommandFailure.failed("a line of the file has " + fields.length
                            + " fields, and not name:hash:tenant:roles; mend or remove it");
                }
                return new UserLine(fields[0], fields[1], fields[2], List.of(fields[3].split(",")));
            }

            String text() {
                return String.join(":", name, hash, tenant, String.join(",", roles));
            }
        }

        /** Hashes of passwords by bcrypt (Provos and Mazières, USENIX 1999). */
        static final class PasswordHash {

            private static final int COST = 12; // 2^12 rounds: about a quarter of a second

            private PasswordHash() {}

            /** In the modular crypt format: {@code $2a$12$}, salt and hash. */
            static String of(char[] password) {
                byte[] salt = new byte[BCryptPassword.BCRYPT_SALT_SIZE];
                new SecureRandom().nextBytes(salt);
                try {
                    var factory = PasswordFactory.getInstance(
                            BCryptPassword.ALGORITHM_BCRYPT, new WildFlyElytronPasswordProvider());
                    var spec =
                            new EncryptablePasswordSpec(password, new IteratedSaltedPasswordAlgorithmSpec(COST, salt));
                    return ModularCrypt.encodeAsString(factory.generatePassword(spec));
                } catch (GeneralSecurityException impossible) {
                    throw new IllegalStateException("bcrypt comes with the library", impossible);
                }
            }
        }
    }
}
