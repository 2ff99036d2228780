package io.bulwark.stream.database;

import io.bulwark.stream.DatabaseConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Where the database is and as whom it is opened.
 *
 * @param url {@code jdbc:postgresql://…}
 * @param application who reads and writes
 * @param owner who makes the tables; empty where they are there already
 * @param connections how many at most
 * @param lists what lists have besides
 */
public record DatabaseAddress(String url, Login application, Optional<Login> owner, int connections, Lists lists) {

    private static final String SCHEME = "jdbc:postgresql:";

    /** A role and its password, which is empty where the server asks for none. */
    public record Login(String username, Optional<String> password) {

        @Override
        public String toString() {
            return username;
        }
    }

    /**
     * The bounds of lists.
     *
     * @param connections how many lists run at once
     * @param timeout how long one statement may take
     */
    public record Lists(int connections, Duration timeout) {}

    /**
     * @return the address; empty where no database is configured
     * @throws IllegalArgumentException naming the setting that is wrong
     */
    public static Optional<DatabaseAddress> of(DatabaseConfig config) {
        if (config.url().isEmpty()) {
            return Optional.empty();
        }
        String url = config.url().get();
        require(url.startsWith(SCHEME), "url is '" + url + "', allowed is " + SCHEME + "//host:port/database.");
        Login application = new Login(config.username(), password("", config.password(), config.passwordFile()));
        Optional<Login> owner = config.owner()
                .username()
                .map(name -> new Login(
                        name,
                        password(
                                "owner.",
                                config.owner().password(),
                                config.owner().passwordFile())));
        require(
                owner.isEmpty() || !owner.get().username().equals(application.username()),
                "username and bulwark.database.owner.username are both '" + application.username()
                        + "'. They must be two roles: the owner of a table is not bound by its row-level security.");
        DatabaseConfig.Lists lists = config.lists();
        return Optional.of(new DatabaseAddress(
                url, application, owner, config.connections(), new Lists(lists.connections(), lists.timeout())));
    }

    private static Optional<String> password(String group, Optional<String> given, Optional<String> file) {
        require(given.isEmpty() || file.isEmpty(), group + "password and its file are both set; set one.");
        if (file.isEmpty()) {
            return given;
        }
        try {
            return Optional.of(Files.readString(Path.of(file.get())).strip());
        } catch (IOException unreadable) {
            throw new IllegalArgumentException(
                    "bulwark.database." + group + "password-file cannot be read: " + file.get(), unreadable);
        }
    }

    private static void require(boolean holds, String fault) {
        if (!holds) {
            throw new IllegalArgumentException("bulwark.database." + fault);
        }
    }
}
