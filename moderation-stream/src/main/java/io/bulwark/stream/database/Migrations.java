package io.bulwark.stream.database;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.flywaydb.core.Flyway;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

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

    /**
     * What of a migration takes minutes to hours on a database with years of rows. Each step is a call of an owner's
     * function in its own transaction, so it goes on where it stopped, and any number of instances may try: one works,
     * the others wait. After a step it rests as long as the step took, because people's work waits during one.
     *
     * <p>It works on its own thread.
     *
     * @param stopping counted down once the work is to stop after the present step
     * @param longestRest it rests no longer between two steps
     */
    record LongMigration(Jdbi jdbi, CountDownLatch stopping, Duration longestRest) implements Runnable {

        private static final Logger LOG = Logger.getLogger(LongMigration.class);

        /**
         * In this order; each returns what it did, {@code busy} where another instance works, and null once all is
         * done.
         */
        private static final List<String> FUNCTIONS = List.of("index_casebook", "move_decisions", "move_audit_log");

        private static final String BUSY = "busy";
        private static final String LOCK_NOT_AVAILABLE = "55P03";
        /** After a long step people's work has had its turn by then. */
        static final Duration LONGEST_REST = Duration.ofSeconds(5);

        private static final Duration RETRY = Duration.ofSeconds(1);
        private static final Duration RETRY_TROUBLE = Duration.ofSeconds(30);
        private static final int TOLD_EVERY = 50;

        @Override
        public void run() {
            for (String function : FUNCTIONS) {
                int steps = 0;
                String done = "";
                while (done != null && stopping.getCount() > 0) {
                    long begin = System.nanoTime();
                    Duration rest = RETRY;
                    try {
                        done = step(function);
                        if (done != null && !done.equals(BUSY)) {
                            rest = least(Duration.ofNanos(System.nanoTime() - begin), longestRest);
                            tell(function, done, ++steps);
                        }
                    } catch (JdbiException trouble) {
                        if (!isLocked(trouble)) {
                            LOG.warnf("%s is tried again: %s", function, trouble.getMessage());
                            rest = RETRY_TROUBLE;
                        }
                    }
                    if (done != null) {
                        rest(rest);
                    }
                }
            }
        }

        private String step(String function) {
            return jdbi.withHandle(handle -> handle.createQuery("SELECT " + function + "()")
                    .mapTo(String.class)
                    .findOne()
                    .orElse(null));
        }

        private static void tell(String function, String done, int steps) {
            if (steps == 1 || steps % TOLD_EVERY == 0) {
                LOG.infof(
                        "The tables are brought up to date beside the work: %s has done %d steps, last %s",
                        function, steps, done);
            }
        }

        /** People's work holds the table; the step gave up rather than have what comes after it wait. */
        private static boolean isLocked(JdbiException trouble) {
            return trouble.getCause() instanceof SQLException refused
                    && LOCK_NOT_AVAILABLE.equals(refused.getSQLState());
        }

        private static Duration least(Duration one, Duration other) {
            return one.compareTo(other) < 0 ? one : other;
        }

        private void rest(Duration time) {
            try {
                stopping.await(time.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                stopping.countDown();
            }
        }
    }
}
