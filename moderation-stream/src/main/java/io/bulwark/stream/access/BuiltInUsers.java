package io.bulwark.stream.access;

import io.bulwark.stream.StreamConfig;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.util.Optional;

/** The users of {@code bulwark.access.users-file}; nobody where people log in otherwise. */
@Singleton
class BuiltInUsers {

    private final Optional<Users> users;

    BuiltInUsers(StreamConfig config) {
        users = Login.of(config.access()) == Login.USERS
                ? config.access().usersFile().map(file -> new Users(Path.of(file)))
                : Optional.empty();
    }

    /** Reads from disk where the file has changed. */
    Optional<User> find(String name) {
        return users.flatMap(all -> all.find(name));
    }
}
