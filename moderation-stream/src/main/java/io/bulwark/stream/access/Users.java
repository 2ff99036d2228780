package io.bulwark.stream.access;

import io.bulwark.stream.StreamConfig;
import io.bulwark.stream.state.StoreKey;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;

/**
 * The built-in users, from a file that is read again when it changes: who is taken out of it is out at the next
 * request. A file that cannot be read any more leaves the users that were there. Any thread may ask.
 */
@Singleton
public final class Users {

    /** Of no user's password, by the cost of the hashes that {@code bulwark users add} makes. */
    static final String HASH_WITHOUT_USERS = "$2a$12$" + ".".repeat(53);

    private static final Logger LOG = Logger.getLogger(Users.class);

    private final Optional<Path> file;
    private final Object lock = new Object();
    private Map<String, User> users = Map.of(); // guarded by lock
    private FileTime readAt; // guarded by lock

    @Inject
    Users(StreamConfig config) {
        this(
                LoginMechanism.Login.of(config.access()) == LoginMechanism.Login.USERS
                        ? config.access().usersFile().map(Path::of)
                        : Optional.empty());
    }

    /**
     * @param file empty where people log in otherwise
     * @throws IllegalArgumentException where a line is wrong
     * @throws UncheckedIOException where the file cannot be read
     */
    Users(Optional<Path> file) {
        this.file = file;
        if (file.isPresent()) {
            try {
                readAt = Files.getLastModifiedTime(file.get());
                users = read(file.get());
            } catch (IOException unreadable) {
                throw new UncheckedIOException(
                        "bulwark.access.users-file is " + file.get()
                                + ", which cannot be read; bulwark users add makes it",
                        unreadable);
            }
        }
    }

    Optional<User> find(String name) {
        synchronized (lock) {
            file.ifPresent(this::refresh);
            return Optional.ofNullable(users.get(name));
        }
    }

    /**
     * A hash to compare the password of an unknown name with: the dearest of the file, so that an answer takes no less
     * time than for a name that is known.
     */
    String hashForUnknownNames() {
        synchronized (lock) {
            return users.values().stream()
                    .map(User::hash)
                    .max(Comparator.comparing(User::cost))
                    .orElse(HASH_WITHOUT_USERS);
        }
    }

    /**
     * Names of those who have a role in a tenant, by it or by all tenants, in their order; empty where there are no
     * built-in users.
     */
    public Optional<List<String>> having(String role, String tenant) {
        synchronized (lock) {
            file.ifPresent(this::refresh);
            return file.map(read -> users.values().stream()
                    .map(User::visitor)
                    .filter(visitor -> visitor.roles().contains(role)
                            && visitor.tenant().map(tenant::equals).orElse(true))
                    .map(Visitor::name)
                    .sorted()
                    .toList());
        }
    }

    private void refresh(Path changing) {
        try {
            FileTime changed = Files.getLastModifiedTime(changing);
            if (!changed.equals(readAt)) {
                readAt = changed;
                users = read(changing);
                LOG.infof("%d users from %s", users.size(), changing);
            }
        } catch (IOException | IllegalArgumentException unusable) {
            LOG.errorf("The users stay as they were: %s", unusable.getMessage());
        }
    }

    private static Map<String, User> read(Path file) throws IOException {
        Map<String, User> found = new HashMap<>();
        List<String> lines = Files.readAllLines(file);
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            try {
                User user = User.parse(line);
                if (found.put(user.name(), user) != null) {
                    throw new IllegalArgumentException(user.name() + " stands there twice");
                }
            } catch (IllegalArgumentException wrong) {
                throw new IllegalArgumentException(
                        "Line " + (i + 1) + " of " + file + " is no user: " + wrong.getMessage() + ".");
            }
        }
        return Map.copyOf(found);
    }

    /**
     * A built-in user, one line of the file: {@code name:bcrypt hash:tenant:role,role}.
     *
     * @param hash of the password, in the modular crypt format of bcrypt
     * @param tenant or {@link Visitor#EVERY_TENANT}
     */
    record User(String name, String hash, String tenant, Set<String> roles) {

        private static final char SEPARATOR = ':'; // stands in no name
        private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9._@-]{1,64}");
        private static final Pattern HASH = Pattern.compile("\\$2[aby]\\$(0[89]|1[0-5])\\$[./A-Za-z0-9]{53}");
        private static final Pattern TENANT = Pattern.compile("\\*|[^\\s:*]{1,128}");

        /**
         * Reads a line.
         *
         * @throws IllegalArgumentException saying what is wrong with it, without the hash
         */
        static User parse(String line) {
            String[] parts = line.split(":", -1);
            if (parts.length != 4) {
                throw new IllegalArgumentException(
                        "it has " + parts.length + " fields, and not name:hash:tenant:roles");
            }
            Set<String> roles = Set.of(parts[3].split(","));
            require(isName(parts[0]), "a name is 1 to 64 of letters, digits and . _ @ -");
            require(HASH.matcher(parts[1]).matches(), "the hash is none of bcrypt with a cost of 8 to 15");
            require(
                    TENANT.matcher(parts[2]).matches(),
                    "a tenant is 1 to 128 characters without space and colon, or *");
            require(Roles.ALL.containsAll(roles), "roles are of " + Roles.ALL);
            // 2b and 2y name one function; Elytron knows 2y alone.
            return new User(parts[0], parts[1].replace("$2b$", "$2y$"), parts[2], roles);
        }

        /** Whether a user can have that name. */
        static boolean isName(String name) {
            return NAME.matcher(name).matches();
        }

        private static String cost(String hash) {
            return hash.substring("$2a$".length(), "$2a$12".length());
        }

        Visitor visitor() {
            return Visitor.of(name, tenant, roles);
        }

        /**
         * The identity that stands for them in Quarkus, whose name is {@link #session}: that is what a cookie keeps.
         */
        SecurityIdentity identity() {
            return visitor().identity(session());
        }

        /**
         * Names them and what they log in with, as {@code name:digest}: it is another one as soon as password, tenant
         * or roles are.
         */
        String session() {
            String all = hash + ":" + tenant + ":" + String.join(",", new TreeSet<>(roles));
            return name + SEPARATOR + HexFormat.of().formatHex(StoreKey.sha256(all));
        }

        /** The name of whom a session is; no user has it where it is none of ours. */
        static String nameIn(String session) {
            int end = session.indexOf(SEPARATOR);
            return end < 0 ? "" : session.substring(0, end);
        }

        private static void require(boolean holds, String otherwise) {
            if (!holds) {
                throw new IllegalArgumentException(otherwise);
            }
        }
    }
}
