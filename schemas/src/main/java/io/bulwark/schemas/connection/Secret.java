package io.bulwark.schemas.connection;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.kafka.common.config.types.Password;

/**
 * A password that is given by itself or by the file that holds it. Its text shows neither.
 *
 * @param name of the setting, {@code password}; the file's is {@code password-file}
 * @param value given by itself
 * @param file given by a file
 */
record Secret(String name, Optional<String> value, Optional<Path> file) {

    boolean isSet() {
        return value.isPresent() || file.isPresent();
    }

    /** The name of the setting that was used. */
    String usedName() {
        return KafkaSecurity.PREFIX + (file.isPresent() ? name + "-file" : name);
    }

    /** What is wrong with it; empty where nothing is, or it is not set. */
    Optional<String> complaint() {
        if (value.isPresent() && file.isPresent()) {
            return Optional.of(KafkaSecurity.PREFIX + name + " and " + usedName() + " are both set, allowed is one");
        }
        try {
            return read().filter(password -> password.value().isEmpty())
                    .map(empty -> usedName() + " is empty, allowed is a password");
        } catch (UnreadableFileException unreadable) {
            return Optional.of(unreadable.getMessage());
        }
    }

    /**
     * The password, without the newline that ends most files.
     *
     * @throws UnreadableFileException if the file cannot be read
     */
    Optional<Password> read() {
        return value.or(() -> file.map(this::line)).map(Password::new);
    }

    private String line(Path path) {
        try {
            return Files.readString(path).replaceFirst("\\R\\z", "");
        } catch (IOException unreadable) {
            throw new UnreadableFileException(
                    usedName() + " is " + path + ", which cannot be read: "
                            + unreadable.getClass().getSimpleName(),
                    unreadable);
        }
    }

    @Override
    public String toString() {
        return "Secret[" + name + "]";
    }
}
