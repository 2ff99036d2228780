package io.bulwark.stream.review;

import io.bulwark.events.Hold;
import io.bulwark.events.Subject;
import io.bulwark.stream.StreamConfig;
import io.bulwark.stream.database.Database;
import io.bulwark.stream.query.Answer;
import io.bulwark.stream.query.HoldQueries;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.JdbiException;

/** Checks the settings at the start and sweeps once a day, on a thread of its own. */
@Singleton
class RetentionBeans {

    private static final Logger LOG = Logger.getLogger(RetentionBeans.class);
    private static final long FIRST_MINUTES = 10;
    private static final long EVERY_MINUTES = 24 * 60;

    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "review-retention");
        thread.setDaemon(true);
        return thread;
    });

    void start(@Observes StartupEvent event, StreamConfig config, Database database, HoldQueries holds) {
        var ages = Retention.Ages.of(config.review().retention());
        if (database.isConfigured()) {
            var retention = new Retention(
                    database,
                    ages,
                    (tenant, image, uploader) -> holds(holds.hold(tenant, Subject.IMAGE, image))
                            || !uploader.isEmpty() && holds(holds.hold(tenant, Subject.UPLOADER, uploader)),
                    Clock.systemUTC());
            clock.scheduleWithFixedDelay(() -> sweep(retention), FIRST_MINUTES, EVERY_MINUTES, TimeUnit.MINUTES);
        }
    }

    void stop(@Observes ShutdownEvent event) {
        clock.shutdownNow();
    }

    private static void sweep(Retention retention) {
        try {
            Map<String, Long> gone = retention.sweep();
            if (gone.values().stream().anyMatch(rows -> rows > 0)) {
                LOG.infof("The time of people's work was over, rows by table: %s", gone);
            }
        } catch (Database.UnavailableException | JdbiException trouble) {
            LOG.warnf("The retention of people's work waits for the database: %s", trouble.getMessage());
        } catch (RuntimeException defect) {
            LOG.error("The retention of people's work is tried again later", defect);
        }
    }

    /** Where the holds cannot be asked, everything is held. */
    private static boolean holds(Answer<Hold> answer) {
        if (answer instanceof Answer.Found<Hold> found) {
            return found.value().getReleasedAt() == null;
        }
        return !(answer instanceof Answer.Absent<Hold>);
    }
}
