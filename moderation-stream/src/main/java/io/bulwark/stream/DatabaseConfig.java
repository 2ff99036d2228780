package io.bulwark.stream;

import io.bulwark.stream.SettingsCheck.Allowed;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/** Where people's work is kept. */
public interface DatabaseConfig {
    /**
     * PostgreSQL 14 or later that keeps people's work, as {@code jdbc:postgresql://host:port/database}. Without it
     * decisions are served by key and everything that needs a person's work answers 503.
     */
    Optional<String> url();

    /** Who reads and writes there. It may not own the tables: row-level security and the audit log rest on that. */
    @WithDefault("bulwark")
    String username();

    /** That user's password; rather use the file. */
    Optional<String> password();

    /** A file that holds that user's password, such as a mounted secret. */
    Optional<String> passwordFile();

    /** Connections of this instance. Intake and outbox keep one each. */
    @WithDefault("10")
    @Allowed("4 to 1000")
    int connections();

    Lists lists();

    Owner owner();

    /** Lists, tables and sums over many rows. */
    interface Lists {
        /**
         * Connections that lists alone use, besides the others; further lists wait for a second and are answered 503.
         */
        @WithDefault("2")
        @Allowed("1 to 100")
        int connections();

        /** How long one statement of a list may take, 100 ms to 5 s; a longer one is ended and answered 503. */
        @WithDefault("4s")
        @Allowed("PT0.1S to PT5S")
        Duration timeout();
    }

    /** Who owns the tables. */
    interface Owner {
        /** Who makes and migrates the tables at the start. Without it they must be there already. */
        Optional<String> username();

        /** The owner's password; rather use the file. */
        Optional<String> password();

        /** A file that holds the owner's password. */
        Optional<String> passwordFile();
    }
}
