package io.bulwark.stream.database;

import org.jdbi.v3.core.Jdbi;

/** A {@link Database} on connections that a test makes. */
public final class OpenDatabase {

    private OpenDatabase() {}

    public static Database over(Jdbi connections) {
        return new Database(connections);
    }
}
