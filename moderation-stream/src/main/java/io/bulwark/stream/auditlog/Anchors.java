package io.bulwark.stream.auditlog;

import io.bulwark.schemas.auditlog.Checkpoint.Anchor;
import io.bulwark.schemas.connection.ConnectionFaults;
import io.bulwark.schemas.topic.TenantKey;
import io.bulwark.stream.RecordWriter;
import io.bulwark.stream.database.Database;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.JdbiException;

/**
 * Writes the ends of all audit logs where the database's owner cannot change them, at a fixed pace: to the topic of
 * anchors, a record for each end that is new, and to a file, a line for each end. Each instance does, for an anchor
 * twice is one anchor. One thread does so.
 */
public final class Anchors {

    private static final Logger LOG = Logger.getLogger(Anchors.class);
    private static final Duration SEND = Duration.ofSeconds(10);

    private final Database database;
    private final String topic;
    private final Optional<Supplier<Producer<byte[], byte[]>>> producers;
    private final Optional<Path> file;
    private final Map<String, Anchor> sent = new HashMap<>(); // of the thread alone

    /**
     * @param topic the anchors' name on the broker
     * @param producers makes one for each time that there is something to write; empty where there is no topic
     * @param file empty for none
     */
    public Anchors(
            Database database,
            String topic,
            Optional<Supplier<Producer<byte[], byte[]>>> producers,
            Optional<Path> file) {
        this.database = database;
        this.topic = topic;
        this.producers = producers;
        this.file = file;
    }

    /** Writes once. */
    public void tick() {
        List<Anchor> ends;
        try {
            ends = database.acrossTenants(AuditLog::ends);
        } catch (Database.UnavailableException | JdbiException trouble) {
            LOG.warnf("The anchors of the audit log wait for the database: %s", trouble.getMessage());
            return;
        }
        try {
            producers.ifPresent(made -> send(made, ends));
        } catch (KafkaException unsent) {
            LOG.errorf(
                    "The anchors of the audit log cannot be written to %s: %s. Check that the topic is there and may be"
                            + " written; bulwark.review.audit-log.anchor-topic=false does without.",
                    topic, ConnectionFaults.explain(unsent).orElseGet(unsent::getMessage));
        }
        try {
            if (file.isPresent()) {
                append(file.get(), ends);
            }
        } catch (IOException unwritable) {
            LOG.errorf("The anchors of the audit log cannot be written to a file: %s", unwritable);
        }
    }

    private void send(Supplier<Producer<byte[], byte[]>> made, List<Anchor> ends) {
        List<Anchor> news =
                ends.stream().filter(end -> !end.equals(sent.get(end.tenant()))).toList();
        if (news.isEmpty()) {
            return;
        }
        try (Producer<byte[], byte[]> producer = made.get()) {
            RecordWriter.write(
                    producer,
                    news.stream()
                            .map(end -> new ProducerRecord<>(
                                    topic,
                                    utf8(new TenantKey(end.tenant(), Long.toString(end.position())).toString()),
                                    utf8(AuditLog.line(end).strip())))
                            .toList(),
                    SEND);
        }
        news.forEach(end -> sent.put(end.tenant(), end));
    }

    private void append(Path to, List<Anchor> ends) throws IOException {
        var lines = new StringBuilder();
        ends.forEach(end -> lines.append(AuditLog.line(end)));
        Files.writeString(to, lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
