package io.bulwark.stream.database;

import io.bulwark.stream.StreamConfig;
import io.bulwark.stream.trace.Tracing;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Makes the database and ties its life to the application's: first to open, last to close. */
@Singleton
class DatabaseBeans {

    private static final int FIRST = 1;
    private static final int LAST = 10_000;

    @Produces
    @Singleton
    Database database(StreamConfig config, Tracing tracing) {
        return new Database(DatabaseAddress.of(config.database()), tracing.statements());
    }

    void start(@Observes @Priority(FIRST) StartupEvent event, Database database) {
        database.start();
    }

    void stop(@Observes @Priority(LAST) ShutdownEvent event, Database database) {
        database.close();
    }

    /** Says what is the matter with the database. It is never down for it: decisions by key are served without one. */
    @Readiness
    @Singleton
    static class DatabaseHealth implements HealthCheck {

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
}
