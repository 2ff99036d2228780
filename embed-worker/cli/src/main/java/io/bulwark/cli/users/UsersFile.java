package io.bulwark.cli.users;

import io.bulwark.cli.terminal.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The file of users. It is replaced as a whole, so that nobody reads half of it, and belongs to its owner alone. */
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
}
