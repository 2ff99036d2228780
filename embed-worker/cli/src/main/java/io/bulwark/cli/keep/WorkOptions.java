package io.bulwark.cli.keep;

import java.util.Optional;
import picocli.CommandLine.Option;

/** Where people's work is: {@code @Mixin WorkOptions work}. */
public final class WorkOptions {

    @Option(
            names = "--database",
            paramLabel = "URL",
            description = "Also look at people's work in this database, such as "
                    + "jdbc:postgresql://localhost:15432/bulwark.")
    private String database;

    @Option(
            names = "--user",
            paramLabel = "NAME",
            defaultValue = "bulwark_owner",
            description = "Who reads the database: the owner of the tables or the application's role (default: "
                    + "${DEFAULT-VALUE}). The password is that of the environment variable BULWARK_DATABASE_PASSWORD.")
    private String user;

    /** The database; empty where none is named. */
    Optional<WorkDatabase> database() {
        return Optional.ofNullable(database)
                .map(url -> new WorkDatabase(url, user, System.getenv("BULWARK_DATABASE_PASSWORD")));
    }
}
