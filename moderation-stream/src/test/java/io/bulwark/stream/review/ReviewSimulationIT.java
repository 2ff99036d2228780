package io.bulwark.stream.review;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.stream.testing.Interleaving;
import io.bulwark.stream.testing.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Two instances take in, claim, decide, undo and publish on a real PostgreSQL, interleaved statement by statement. They die
 * anywhere, also between Kafka's commit and PostgreSQL's, and the database's clock steps. A seed that fails is named; {@code
 * -Dbulwark.simulation.first=N -Dbulwark.simulation.seeds=1} runs it again, {@code -Dbulwark.simulation.seeds=20000} more.
 */
class ReviewSimulationIT {

    private static final int SEEDS = Integer.getInteger("bulwark.simulation.seeds", 50);
    private static final int SEEDS_OF_PROOF = 300;
    private static final int FIRST = Integer.getInteger("bulwark.simulation.first", 1);
    private static final int MORTALITY = 60;

    /** Seeds after which rows of earlier ones, and plans that were made for empty tables, would cost more than the work. */
    private static final int VACUUM_AFTER = 20;

    private static TestDatabase database;
    private static Interleaving processes;
    private static ReviewWorld.Clock clock;
    private static Connection watcher;
    private static Interleaving.Process first;
    private static Interleaving.Process second;

    @BeforeAll
    static void open() throws SQLException {
        database = TestDatabase.open();
        database.asSuperuser().useHandle(handle -> {
            handle.execute("CREATE SCHEMA simulated");
            handle.execute("CREATE TABLE simulated.clock (ahead interval NOT NULL)");
            handle.execute("INSERT INTO simulated.clock VALUES ('0 seconds')");
            // Not LANGUAGE sql, which is parsed and planned again in each statement that calls it.
            handle.execute(
                    "CREATE FUNCTION simulated.clock_timestamp() RETURNS timestamptz LANGUAGE plpgsql VOLATILE AS"
                            + " 'BEGIN RETURN pg_catalog.clock_timestamp() + (SELECT ahead FROM simulated.clock); END'");
            handle.execute("GRANT USAGE ON SCHEMA simulated TO bulwark");
            handle.execute("GRANT SELECT ON simulated.clock TO bulwark");
            handle.execute("ALTER ROLE bulwark SET deadlock_timeout = '50ms'");
        });
        watcher = connect("postgres", "bulwark");
        clock = new ReviewWorld.Clock(watcher);
        processes = new Interleaving(connect("postgres", "bulwark"));
        first = processes.process(connect("bulwark", "simulated,bulwark,pg_catalog"));
        second = processes.process(connect("bulwark", "simulated,bulwark,pg_catalog"));
    }

    @AfterAll
    static void close() throws SQLException {
        processes.close();
        watcher.close();
        database.close();
    }

    @Test
    void noDecisionIsLostOrDoubledAndEveryAuditAndReportIsOffered() throws Exception {
        run(FIRST, SEEDS);
    }

    @Tag("proof")
    @Test
    void norInMoreSchedules() throws Exception {
        run(FIRST + SEEDS, SEEDS_OF_PROOF - SEEDS);
    }

    private static void run(int from, int seeds) throws Exception {
        long checks = 0;
        for (int seed = from; seed < from + seeds; seed++) {
            try {
                checks += run(seed);
            } catch (AssertionError | RuntimeException failed) {
                throw new AssertionError("Seed " + seed + ": " + failed.getMessage(), failed);
            }
            if ((seed - from) % VACUUM_AFTER == 0) {
                database.asSuperuser().useHandle(handle -> handle.execute("VACUUM ANALYZE"));
            }
        }
        assertThat(checks).isPositive();
    }

    private static long run(int seed) throws Exception {
        var chance = new Random(seed);
        processes.seed(chance, MORTALITY);
        try (var world = new ReviewWorld("s" + seed, seed, chance, watcher, clock, processes, first, second)) {
            for (int work = 0; work < ReviewWorld.WORKS; ) {
                work += world.begin();
                processes.step();
                world.check();
            }
            processes.seed(chance, 0);
            while (processes.step()) {
                world.check();
            }
            world.calm();
            while (world.drain()) {
                while (processes.step()) {
                    world.check();
                }
            }
            world.checkEnd();
            return world.checks();
        }
    }

    private static Connection connect(String role, String path) throws SQLException {
        return DriverManager.getConnection(database.address().url() + "?currentSchema=" + path, role, "");
    }
}
