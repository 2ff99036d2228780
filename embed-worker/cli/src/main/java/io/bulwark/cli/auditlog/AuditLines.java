package io.bulwark.cli.auditlog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.traffic.Broker;
import io.bulwark.cli.traffic.LatestRecords;
import io.bulwark.schemas.auditlog.AuditRow;
import io.bulwark.schemas.auditlog.AuditRow.Digest;
import io.bulwark.schemas.auditlog.Checkpoint;
import io.bulwark.schemas.auditlog.Checkpoint.Anchor;
import io.bulwark.schemas.topic.Topics;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** Rows and anchors in files, a JSON object a line, and anchors on their topic, a JSON object a record. */
final class AuditLines {

    private static final ObjectMapper JSON = new ObjectMapper();

    private AuditLines() {}

    /**
     * Reads rows in their order.
     *
     * @throws CommandFailure naming file and line where one is no row
     */
    static void rows(Path file, Consumer<AuditRow> taker) {
        read(file, AuditLines::row, taker);
    }

    /** Reads anchors; the same rules. */
    static List<Anchor> anchors(Path file) {
        var anchors = new ArrayList<Anchor>();
        read(file, AuditLines::anchor, anchors::add);
        return anchors;
    }

    /** Reads checkpoints; the same rules. */
    static List<Checkpoint> checkpoints(Path file) {
        var checkpoints = new ArrayList<Checkpoint>();
        read(
                file,
                line -> new Checkpoint(
                        text(line, "tenant"),
                        number(line, "position"),
                        Digest.parse(text(line, "hash")),
                        Instant.parse(text(line, "signedAt")),
                        text(line, "signature")),
                checkpoints::add);
        return checkpoints;
    }

    /** Reads the anchors of moderation.audit-anchors, all of them; the same rules. */
    static List<Anchor> anchors(Broker broker) {
        var anchors = new ArrayList<Anchor>();
        LatestRecords.each(broker, Topics.AUDIT_ANCHORS, record -> {
            if (record.value() != null) {
                anchors.add(parsed(
                        record.topic() + " offset " + record.offset(),
                        new String(record.value(), StandardCharsets.UTF_8),
                        AuditLines::anchor));
            }
        });
        return anchors;
    }

    private static Anchor anchor(JsonNode line) {
        return new Anchor(text(line, "tenant"), number(line, "position"), Digest.parse(text(line, "hash")));
    }

    private static AuditRow row(JsonNode line) {
        return new AuditRow(
                text(line, "tenant"),
                number(line, "position"),
                Instant.parse(text(line, "at")),
                text(line, "actor"),
                text(line, "action"),
                text(line, "subject"),
                text(line, "details"),
                Digest.parse(text(line, "previous")),
                Digest.parse(text(line, "hash")));
    }

    private static <T> void read(Path file, Function<JsonNode, T> parse, Consumer<T> taker) {
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            int number = 0;
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                number++;
                if (!line.isBlank()) {
                    taker.accept(parsed(file + ", line " + number, line, parse));
                }
            }
        } catch (IOException unreadable) {
            throw CommandFailure.failed(file + " cannot be read: " + unreadable, unreadable);
        }
    }

    private static <T> T parsed(String place, String line, Function<JsonNode, T> parse) {
        try {
            return parse.apply(JSON.readTree(line));
        } catch (JsonProcessingException | IllegalArgumentException | DateTimeException unfit) {
            throw CommandFailure.failed(place + ", is not what an audit log exports: " + unfit.getMessage(), unfit);
        }
    }

    private static String text(JsonNode line, String field) {
        JsonNode value = line.get(field);
        if (value == null || !value.isTextual()) {
            throw new IllegalArgumentException("the text " + field + " is missing");
        }
        return value.textValue();
    }

    private static long number(JsonNode line, String field) {
        JsonNode value = line.get(field);
        if (value == null || !value.canConvertToLong()) {
            throw new IllegalArgumentException("the number " + field + " is missing");
        }
        return value.longValue();
    }
}
