package io.bulwark.stream.database;

import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Says what is the matter with the database. It is never down for it: decisions by key are served without one. */
@Readiness
@Singleton
class DatabaseHealth implements HealthCheck {

    private final Database database;

    DatabaseHealth(Database database) {
        this.database = database;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("database")
                .up()
                .withData("open", database.fault().isEmpty())
                .withData("message", database.fault().orElse("The database is open."))
                .build();
    }
}
