package io.bulwark.stream.auditlog;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.schemas.auditlog.Anchor;
import io.bulwark.stream.ReviewConfig;
import io.bulwark.stream.StreamConfig;
import io.bulwark.stream.database.Database;
import io.bulwark.stream.database.DatabaseUnavailableException;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.JdbiException;

/** Appends the ends of all audit logs to a file, a JSON object a line, at a fixed pace. */
@Singleton
final class AnchorFile {

    private static final Logger LOG = Logger.getLogger(AnchorFile.class);

    private final Database database;
    private final AuditLog log;
    private final ObjectMapper json;
    private final Optional<Path> file;
    private final long everySeconds;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "audit-anchors");
        thread.setDaemon(true);
        return thread;
    });

    AnchorFile(Database database, AuditLog log, ObjectMapper json, StreamConfig config) {
        ReviewConfig.AuditLog settings = config.review().auditLog();
        this.database = database;
        this.log = log;
        this.json = json;
        this.file = settings.anchors().map(Path::of);
        this.everySeconds = Math.max(1, settings.anchorEvery().toSeconds());
    }

    void start(@Observes StartupEvent event) {
        if (file.isPresent() && database.isConfigured()) {
            clock.scheduleWithFixedDelay(this::tick, Math.min(60, everySeconds), everySeconds, TimeUnit.SECONDS);
        }
    }

    void stop(@Observes ShutdownEvent event) {
        clock.shutdownNow();
    }

    private void tick() {
        try {
            write(file.orElseThrow());
        } catch (IOException unwritable) {
            LOG.errorf("The anchors of the audit log cannot be written: %s", unwritable);
        } catch (DatabaseUnavailableException | JdbiException trouble) {
            LOG.warnf("The anchors of the audit log wait for the database: %s", trouble.getMessage());
        }
    }

    private void write(Path to) throws IOException {
        List<Anchor> ends = database.acrossTenants(log::ends);
        var lines = new StringBuilder();
        for (Anchor end : ends) {
            lines.append(json.writeValueAsString(AuditDocuments.of(end))).append('\n');
        }
        Files.writeString(to, lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
