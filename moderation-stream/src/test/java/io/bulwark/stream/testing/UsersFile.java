package io.bulwark.stream.testing;

import io.quarkus.elytron.security.common.BcryptUtil;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** A file of built-in users whose passwords are known. */
public final class UsersFile {

    public static final String PASSWORD = "correct horse battery";

    private static final int COST = 8; // the least that is allowed: many logins are tested

    private final Path file;
    private final List<String> lines = new ArrayList<>();

    public UsersFile(Path file) {
        this.file = file;
    }

    public UsersFile with(String name, String tenant, String roles) {
        String salted = BcryptUtil.bcryptHash(PASSWORD, COST);
        lines.add(String.join(":", name, salted, tenant, roles));
        write();
        return this;
    }

    public UsersFile without(String name) {
        lines.removeIf(line -> line.startsWith(name + ":"));
        write();
        return this;
    }

    /** Gives a user other roles, and the password that they have. */
    public UsersFile withRoles(String name, String roles) {
        lines.replaceAll(
                line -> line.startsWith(name + ":") ? line.substring(0, line.lastIndexOf(':') + 1) + roles : line);
        write();
        return this;
    }

    public Path path() {
        return file;
    }

    /** The value of an {@code Authorization} header. */
    public static String basic(String name, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((name + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    private void write() {
        try {
            Files.write(file, lines);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
