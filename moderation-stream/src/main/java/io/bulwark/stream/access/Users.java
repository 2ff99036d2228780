package io.bulwark.stream.access;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * The built-in users, from a file that is read again when it changes: who is taken out of it is out at the next request.
 * A file that cannot be read any more leaves the users that were there. Any thread may ask.
 */
final class Users {

    private static final Logger LOG = Logger.getLogger(Users.class);

    private final Path file;
    private final Object lock = new Object();
    private Map<String, User> users; // guarded by lock
    private FileTime readAt; // guarded by lock

    /**
     * @throws IllegalArgumentException where a line is wrong
     * @throws UncheckedIOException where the file cannot be read
     */
    Users(Path file) {
        this.file = file;
        try {
            readAt = Files.getLastModifiedTime(file);
            users = read(file);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(
                    "bulwark.access.users-file is " + file + ", which cannot be read; bulwark users add makes it",
                    unreadable);
        }
    }

    Optional<User> find(String name) {
        synchronized (lock) {
            refresh();
            return Optional.ofNullable(users.get(name));
        }
    }

    private void refresh() {
        try {
            FileTime changed = Files.getLastModifiedTime(file);
            if (!changed.equals(readAt)) {
                readAt = changed;
                users = read(file);
                LOG.infof("%d users from %s", users.size(), file);
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
}
