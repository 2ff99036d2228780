package io.bulwark.stream.database;

import java.util.Map;
import org.flywaydb.core.Flyway;

/** Makes the tables and brings older ones up to date, as their owner. */
final class Migrations {

    /** Where all tables lie. */
    static final String SCHEMA = "bulwark";

    private Migrations() {}

    /**
     * @throws org.flywaydb.core.api.FlywayException where a step fails; the steps before it stay
     */
    static void run(DatabaseAddress address, DatabaseAddress.Login owner) {
        run(address, owner, "latest");
    }

    /** As far as one version. */
    static void run(DatabaseAddress address, DatabaseAddress.Login owner, String version) {
        Flyway.configure(Migrations.class.getClassLoader())
                .dataSource(address.url(), owner.username(), owner.password().orElse(null))
                .locations("classpath:io/bulwark/stream/database")
                .schemas(SCHEMA)
                .createSchemas(true)
                .placeholders(Map.of("application", address.application().username(), "schema", SCHEMA))
                .target(version)
                .load()
                .migrate();
    }
}
