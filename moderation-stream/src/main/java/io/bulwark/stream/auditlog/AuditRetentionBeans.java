package io.bulwark.stream.auditlog;

import io.bulwark.schemas.auditlog.Checkpoint;
import io.bulwark.stream.ReviewConfig;
import io.bulwark.stream.StreamConfig;
import io.bulwark.stream.database.Database;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.time.Clock;
import java.time.Period;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.JdbiException;

/** Checks the settings of the audit log's retention at the start, and sweeps once a day on a thread of its own. */
@Singleton
class AuditRetentionBeans {

    private static final Logger LOG = Logger.getLogger(AuditRetentionBeans.class);
    private static final long FIRST_MINUTES = 15;
    private static final long EVERY_MINUTES = 24 * 60;

    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "audit-retention");
        thread.setDaemon(true);
        return thread;
    });

    void start(@Observes StartupEvent event, StreamConfig config, Database database, AuditLog log) {
        ReviewConfig.AuditLog settings = config.review().auditLog();
        if (settings.retentionMonths().isEmpty()) {
            return;
        }
        int months = settings.retentionMonths().getAsInt();
        if (months < 1 || months > 1200) {
            throw new IllegalArgumentException(
                    "bulwark.review.audit-log.retention-months is " + months + ", allowed is 1 to 1200.");
        }
        PrivateKey key = key(settings);
        if (database.isConfigured()) {
            var retention = new AuditRetention(database, log, key, Period.ofMonths(months), Clock.systemUTC());
            clock.scheduleWithFixedDelay(() -> sweep(retention), FIRST_MINUTES, EVERY_MINUTES, TimeUnit.MINUTES);
        }
    }

    void stop(@Observes ShutdownEvent event) {
        clock.shutdownNow();
    }

    private static PrivateKey key(ReviewConfig.AuditLog settings) {
        String file = settings.checkpointKeyFile()
                .orElseThrow(
                        () -> new IllegalArgumentException(
                                "bulwark.review.audit-log.retention-months is set, so"
                                        + " bulwark.review.audit-log.checkpoint-key-file must name the key that signs what is dropped."));
        try {
            return Checkpoint.privateKey(Files.readString(Path.of(file)));
        } catch (IOException | IllegalArgumentException unfit) {
            throw new IllegalArgumentException(
                    "bulwark.review.audit-log.checkpoint-key-file, " + file + ": " + unfit.getMessage(), unfit);
        }
    }

    private static void sweep(AuditRetention retention) {
        try {
            int months = retention.sweep();
            if (months > 0) {
                LOG.infof("%d months of the audit log were signed and dropped", months);
            }
        } catch (Database.UnavailableException | JdbiException trouble) {
            LOG.warnf("The retention of the audit log is tried again tomorrow: %s", trouble.getMessage());
        } catch (RuntimeException refused) {
            LOG.errorf("No month of the audit log goes: %s", refused.getMessage());
        }
    }
}
