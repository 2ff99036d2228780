package io.bulwark.cli.export;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.cli.export.TopicExport.ExportedFile;
import io.bulwark.cli.export.TopicExport.ExportedFile.Source;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.traffic.Broker;
import io.bulwark.cli.traffic.LatestRecords;
import io.bulwark.events.Erasure;
import io.bulwark.events.Hold;
import io.bulwark.events.Subject;
import io.bulwark.schemas.serde.DecodedEvent;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.topic.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.specific.SpecificRecord;

/**
 * Carries out the orders of {@code moderation.erasures} on the files of the export. An order takes the rows from before it: of
 * an image, or of an uploader and all images of theirs. As in moderation-stream an order on what was on legal hold is
 * refused for good; a later hold makes the order wait until it is released.
 *
 * <p>A review names no uploader, so all files of decisions and audits are read for the images first, and the ones of reviews
 * are written again before the others: a run that is killed finds the images once more. How far it got is in {@value
 * #PROGRESS}. New files are also held to the orders of the last {@value #LATE_DAYS} days, because an answer to an earlier
 * upload may come after the order. One thread.
 */
final class ExportErasure {

    /** The file with the next offset of each partition of the orders' topic, and the orders that wait for a hold's end. */
    static final String PROGRESS = "erasures.json";

    /** For how long the broker keeps every order, less what a run may take to begin. */
    private static final Duration KEPT_WHOLE =
            Topics.ERASURES.cleanup().keptWhole().orElseThrow().minusHours(2);

    /** As long as uploads are kept, and a day. */
    private static final int LATE_DAYS = 8;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Broker broker;
    private final ExportTarget target;
    private final Path scratch;
    private final Instant until;

    private final Map<Key, Instant> orders = new HashMap<>();
    private final Map<Key, Instant> lately = new HashMap<>();
    private final Map<Key, Hold> holds = new HashMap<>();

    /** Whose an image is, by decisions and audits. */
    private final Map<Key, Key> uploaders = new HashMap<>();

    private final Map<Key, Instant> waiting = new HashMap<>();
    private long rows;

    /** @param until orders from then on are left to a later run, which has the rows before them */
    ExportErasure(Broker broker, ExportTarget target, Path scratch, Instant until) {
        this.broker = broker;
        this.target = target;
        this.scratch = scratch;
        this.until = until;
    }

    private record Key(String tenant, Subject subject, String id) {}

    /**
     * How far the orders are carried out.
     *
     * @param next offset by partition
     * @param waiting orders that a hold keeps from being carried out
     * @param until orders from before it are carried out, in milliseconds; null where an earlier version wrote it
     */
    record Progress(Map<Integer, Long> next, List<Waiting> waiting, Long until) {

        record Waiting(String tenant, String subject, String id, long at) {}
    }

    /**
     * What a run erased.
     *
     * @param orders that were new, or had waited
     * @param rows that went
     * @param missed whether orders may have gone that the last run did not see, on rows that it left: the broker keeps
     *     each for two weeks, and then the last one on an id alone. A later run does not say so
     */
    record Erased(int orders, long rows, boolean missed) {}

    /**
     * Carries out what was ordered since the last run.
     *
     * @param files all of the export
     * @param written by this run
     * @throws CommandFailure if an order or a hold cannot be read; nothing is erased then
     */
    Erased run(List<ExportedFile> files, Set<ExportedFile> written) throws IOException {
        Optional<Progress> known = progress();
        boolean missed = mayHaveMissed(known, until, files, written);
        Progress before = known.orElse(new Progress(Map.of(), List.of(), null));
        Map<Integer, Long> next = new TreeMap<>(before.next());
        before.waiting()
                .forEach(each -> orders.put(
                        new Key(each.tenant(), Subject.valueOf(each.subject()), each.id()),
                        Instant.ofEpochMilli(each.at())));
        readOrders(next);
        if (orders.isEmpty() && (lately.isEmpty() || written.isEmpty())) {
            save(new Progress(next, List.of(), until.toEpochMilli()));
            return new Erased(0, 0, missed);
        }
        readHolds();
        List<ExportedFile> asked = files.stream()
                .filter(file -> !orders.isEmpty() || written.contains(file))
                .toList();
        for (ExportedFile file : asked) {
            if (file.source() != Source.REVIEWS) {
                ParquetRows.each(fetched(file), this::note);
            }
        }
        for (ExportedFile file : reviewsFirst(asked)) {
            erase(file, written.contains(file) ? lately : orders);
        }
        save(new Progress(
                next,
                waiting.entrySet().stream()
                        .map(each -> new Progress.Waiting(
                                each.getKey().tenant(),
                                each.getKey().subject().name(),
                                each.getKey().id(),
                                each.getValue().toEpochMilli()))
                        .toList(),
                until.toEpochMilli()));
        return new Erased(orders.size(), rows, missed);
    }

    static boolean mayHaveMissed(
            Optional<Progress> known, Instant until, List<ExportedFile> files, Set<ExportedFile> written) {
        Instant whole = until.minus(KEPT_WHOLE);
        boolean late = known.isEmpty()
                || known.get().until() != null
                        && Instant.ofEpochMilli(known.get().until()).isBefore(whole);
        return late
                && files.stream()
                        .anyMatch(file -> !written.contains(file) && file.hour().isBefore(whole));
    }

    private static List<ExportedFile> reviewsFirst(List<ExportedFile> files) {
        return Stream.concat(
                        files.stream().filter(file -> file.source() == Source.REVIEWS),
                        files.stream().filter(file -> file.source() != Source.REVIEWS))
                .toList();
    }

    private Optional<Progress> progress() throws IOException {
        Path file = scratch.resolve(PROGRESS);
        return target.get(PROGRESS, file)
                ? Optional.of(JSON.readValue(file.toFile(), Progress.class))
                : Optional.empty();
    }

    private void save(Progress progress) throws IOException {
        Path file = scratch.resolve(PROGRESS);
        JSON.writeValue(file.toFile(), progress);
        target.put(file, PROGRESS);
    }

    /** Reads the orders that were not carried out, and the ones of the last days; {@code next} moves behind them. */
    private void readOrders(Map<Integer, Long> next) {
        Set<Integer> left = new HashSet<>();
        Instant late = until.minus(Duration.ofDays(LATE_DAYS));
        try (EventDecoder<Erasure> decoder = new EventDecoder<>(Erasure.class, broker.clientSettings(Map.of()))) {
            LatestRecords.each(broker, Topics.ERASURES, record -> {
                Instant at = Instant.ofEpochMilli(record.timestamp());
                boolean isNew = record.offset() >= next.getOrDefault(record.partition(), 0L);
                if (left.contains(record.partition()) || record.value() == null || !isNew && at.isBefore(late)) {
                    return;
                }
                if (!at.isBefore(until)) {
                    left.add(record.partition());
                    return;
                }
                Erasure order = required(decoder, Topics.ERASURES, record.value());
                Key key = new Key(order.getTenant(), order.getSubject(), order.getId());
                if (isNew) {
                    next.put(record.partition(), record.offset() + 1);
                    orders.merge(key, at, ExportErasure::later);
                }
                lately.merge(key, at, ExportErasure::later);
            });
        }
        orders.forEach((key, at) -> lately.merge(key, at, ExportErasure::later));
    }

    private void readHolds() {
        try (EventDecoder<Hold> decoder = new EventDecoder<>(Hold.class, broker.clientSettings(Map.of()))) {
            LatestRecords.of(broker, Topics.HOLDS).values().forEach(value -> {
                Hold hold = required(decoder, Topics.HOLDS, value);
                holds.put(new Key(hold.getTenant(), hold.getSubject(), hold.getId()), hold);
            });
        }
    }

    private <T extends SpecificRecord> T required(EventDecoder<T> decoder, Topics topic, byte[] value) {
        DecodedEvent<T> decoded = decoder.decode(broker.topic(topic), value);
        if (decoded instanceof DecodedEvent.Event<T> event) {
            return event.value();
        }
        throw CommandFailure.failed("a record of " + broker.topic(topic) + " cannot be read, so nothing was erased: "
                + ((DecodedEvent.Undecodable<T>) decoded).detail());
    }

    private void note(GenericRecord row) {
        uploaders.put(key(row, Subject.IMAGE, "imageId"), key(row, Subject.UPLOADER, "uploaderId"));
    }

    /** The file stays, without rows if need be: its name says from where the export goes on. */
    private void erase(ExportedFile file, Map<Key, Instant> by) throws IOException {
        Path before = fetched(file);
        long erased = ParquetRows.count(before, row -> isErased(row, by));
        if (erased == 0) {
            return;
        }
        Path after = scratch.resolve("written.parquet");
        Files.deleteIfExists(after);
        ParquetRows.copy(before, after, file.source().type(), row -> !isErased(row, by));
        target.put(after, file.path());
        Files.delete(after);
        rows += erased;
    }

    private boolean isErased(GenericRecord row, Map<Key, Instant> by) {
        Key image = key(row, Subject.IMAGE, "imageId");
        Key uploader = row.hasField("uploaderId") ? key(row, Subject.UPLOADER, "uploaderId") : uploaders.get(image);
        Instant at = time(row);
        return isErased(image, image, uploader, at, by)
                || uploader != null && isErased(uploader, image, uploader, at, by);
    }

    private boolean isErased(Key ordered, Key image, Key uploader, Instant at, Map<Key, Instant> by) {
        Instant order = by.get(ordered);
        if (order == null || !at.isBefore(order)) {
            return false;
        }
        List<Hold> about = Stream.of(image, uploader)
                .flatMap(key -> Optional.ofNullable(holds.get(key)).stream())
                .toList();
        boolean refused = about.stream()
                .anyMatch(hold -> !hold.getAt().isAfter(order)
                        && (hold.getReleasedAt() == null || hold.getReleasedAt().isAfter(order)));
        boolean held = about.stream().anyMatch(hold -> hold.getReleasedAt() == null);
        if (held && !refused) {
            waiting.put(ordered, order);
        }
        return !refused && !held;
    }

    /** Of the upload where the row has it, as moderation-stream does; else when the broker took the record in. */
    private static Instant time(GenericRecord row) {
        Object uploaded = row.hasField("uploadedAt") ? row.get("uploadedAt") : null;
        return Instant.ofEpochMilli((Long) (uploaded == null ? row.get(ParquetRows.TIME) : uploaded));
    }

    private static Key key(GenericRecord row, Subject subject, String field) {
        return new Key(String.valueOf(row.get("tenant")), subject, String.valueOf(row.get(field)));
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    private Path fetched(ExportedFile file) {
        Path copy = scratch.resolve("read.parquet");
        if (!target.get(file.path(), copy)) {
            throw CommandFailure.failed(file.path() + " is gone: another program is at work here");
        }
        return copy;
    }
}
