package io.bulwark.cli.users;

import io.bulwark.cli.terminal.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.wildfly.security.password.PasswordFactory;
import org.wildfly.security.password.WildFlyElytronPasswordProvider;
import org.wildfly.security.password.interfaces.BCryptPassword;
import org.wildfly.security.password.spec.EncryptablePasswordSpec;
import org.wildfly.security.password.spec.IteratedSaltedPasswordAlgorithmSpec;
import org.wildfly.security.password.util.ModularCrypt;

/** The file of users. Replaced as a whole, so that no reader sees half of it; readable by its owner alone. */
final class UsersFile {

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

        static final List<String> ROLES = List.of("viewer", "reviewer", "senior", "curator", "admin", "child-safety");

        private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9._@-]{1,64}");
        private static final Pattern TENANT = Pattern.compile("\\*|[^\\s:*]{1,128}");

        /** @throws CommandFailure for a name, a tenant or a role that is not allowed */
        UserLine {
            if (!NAME.matcher(name).matches()) {
                throw CommandFailure.usage(
                        "the name is '" + name + "', allowed are 1 to 64 of letters, digits and . _ @ -");
            }
            if (!TENANT.matcher(tenant).matches()) {
                throw CommandFailure.usage(
                        "the tenant is '" + tenant
                                + "', allowed are 1 to 128 characters without space, colon and asterisk, or * for every tenant");
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
                var spec = new EncryptablePasswordSpec(password, new IteratedSaltedPasswordAlgorithmSpec(COST, salt));
                return ModularCrypt.encodeAsString(factory.generatePassword(spec));
            } catch (GeneralSecurityException impossible) {
                throw new IllegalStateException("bcrypt comes with the library", impossible);
            }
        }
    }
}
