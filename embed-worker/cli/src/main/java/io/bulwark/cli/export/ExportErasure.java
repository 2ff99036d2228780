package io.bulwark.cli.export;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.cli.export.ExportedFile.Source;
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
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Carries out the orders of {@code moderation.erasures} on the files of the export. An order takes the rows that the broker
 * took in before it: of an image, or of an uploader and all images of theirs. What is on legal hold stays.
 *
 * <p>A review names no uploader, so all files of decisions and audits are read for the images first, and those of reviews are
 * written again before the others: a run that is killed finds the images once more. Which orders were carried out is in
 * {@value #PROGRESS}. One thread.
 */
final class ExportErasure {

    /** The file with the next offset of each partition of the orders' topic. */
    static final String PROGRESS = "erasures.json";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Broker broker;
    private final ExportTarget target;
    private final Path scratch;
    private final Instant until;

    private final Map<Key, Instant> orders = new HashMap<>();
    private final Set<Key> held = new HashSet<>();

    /** Images of erased uploaders, with the time of the order; and the images of uploaders that are on hold. */
    private final Map<Key, Instant> imagesOfErased = new HashMap<>();

    private final Set<Key> imagesOfHeld = new HashSet<>();
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
     * What a run erased.
     *
     * @param orders that were new
     * @param rows that went
     */
    record Erased(int orders, long rows) {}

    /**
     * Carries out what was ordered since the last run.
     *
     * @param files all of the export
     */
    Erased run(List<ExportedFile> files) throws IOException {
        Map<Integer, Long> progress = progress();
        if (!readOrders(progress)) {
            return new Erased(0, 0);
        }
        readHolds();
        Set<ExportedFile> hit = new HashSet<>();
        for (ExportedFile file : files) {
            if (file.source() != Source.REVIEWS) {
                find(file, hit);
            }
        }
        for (ExportedFile file : files) {
            if (file.source() == Source.REVIEWS) {
                find(file, hit);
            }
        }
        for (ExportedFile file : files) {
            if (file.source() == Source.REVIEWS && hit.contains(file)) {
                rewrite(file);
            }
        }
        for (ExportedFile file : files) {
            if (file.source() != Source.REVIEWS && hit.contains(file)) {
                rewrite(file);
            }
        }
        save(progress);
        return new Erased(orders.size(), rows);
    }

    private Map<Integer, Long> progress() throws IOException {
        Path file = scratch.resolve(PROGRESS);
        return target.get(PROGRESS, file)
                ? new TreeMap<>(JSON.readValue(file.toFile(), new TypeReference<Map<Integer, Long>>() {}))
                : new TreeMap<>();
    }

    private void save(Map<Integer, Long> progress) throws IOException {
        Path file = scratch.resolve(PROGRESS);
        JSON.writeValue(file.toFile(), progress);
        target.put(file, PROGRESS);
    }

    /** Whether there are orders that were not carried out; the progress moves behind them. */
    private boolean readOrders(Map<Integer, Long> progress) {
        Set<Integer> left = new HashSet<>();
        try (EventDecoder<Erasure> decoder = new EventDecoder<>(Erasure.class, broker.clientSettings(Map.of()))) {
            LatestRecords.each(broker, Topics.ERASURES, record -> {
                if (record.offset() < progress.getOrDefault(record.partition(), 0L)
                        || left.contains(record.partition())) {
                    return;
                }
                Instant at = Instant.ofEpochMilli(record.timestamp());
                if (!at.isBefore(until)) {
                    left.add(record.partition());
                    return;
                }
                progress.put(record.partition(), record.offset() + 1);
                take(decoder, record, at);
            });
        }
        return !orders.isEmpty();
    }

    private void take(EventDecoder<Erasure> decoder, ConsumerRecord<byte[], byte[]> record, Instant at) {
        if (record.value() != null
                && decoder.decode(record.topic(), record.value()) instanceof DecodedEvent.Event<Erasure> event) {
            Erasure order = event.value();
            orders.merge(new Key(order.getTenant(), order.getSubject(), order.getId()), at, ExportErasure::later);
        }
    }

    private void readHolds() {
        try (EventDecoder<Hold> decoder = new EventDecoder<>(Hold.class, broker.clientSettings(Map.of()))) {
            String topic = broker.topic(Topics.HOLDS);
            LatestRecords.of(broker, Topics.HOLDS).values().forEach(value -> {
                if (decoder.decode(topic, value) instanceof DecodedEvent.Event<Hold> event
                        && event.value().getReleasedAt() == null) {
                    Hold hold = event.value();
                    held.add(new Key(hold.getTenant(), hold.getSubject(), hold.getId()));
                }
            });
        }
    }

    private void find(ExportedFile file, Set<ExportedFile> hit) throws IOException {
        Path copy = fetched(file);
        ParquetRows.each(copy, row -> {
            note(row);
            if (isErased(row)) {
                hit.add(file);
            }
        });
    }

    /** Images of those whose all is erased or held, which rows of reviews do not name. */
    private void note(GenericRecord row) {
        if (row.hasField("uploaderId")) {
            Key uploader = key(row, Subject.UPLOADER, "uploaderId");
            Key image = key(row, Subject.IMAGE, "imageId");
            if (held.contains(uploader)) {
                imagesOfHeld.add(image);
            } else if (orders.containsKey(uploader)) {
                imagesOfErased.merge(image, orders.get(uploader), ExportErasure::later);
            }
        }
    }

    private boolean isErased(GenericRecord row) {
        Key image = key(row, Subject.IMAGE, "imageId");
        if (held.contains(image) || imagesOfHeld.contains(image)) {
            return false;
        }
        Instant at = Instant.ofEpochMilli((Long) row.get(ParquetRows.TIME));
        boolean erased = isBefore(at, orders.get(image)) || isBefore(at, imagesOfErased.get(image));
        if (row.hasField("uploaderId")) {
            Key uploader = key(row, Subject.UPLOADER, "uploaderId");
            return !held.contains(uploader) && (erased || isBefore(at, orders.get(uploader)));
        }
        return erased;
    }

    private static boolean isBefore(Instant at, Instant order) {
        return order != null && at.isBefore(order);
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
            throw new IllegalStateException(file.path() + " is gone: another run of the export is at work here");
        }
        return copy;
    }

    /** The file stays, without rows if need be: its name says from where the export goes on. */
    private void rewrite(ExportedFile file) throws IOException {
        Path before = fetched(file);
        Path after = scratch.resolve("written.parquet");
        Files.deleteIfExists(after);
        ParquetRows.copy(before, after, file.source().type(), row -> {
            boolean erased = isErased(row);
            rows += erased ? 1 : 0;
            return !erased;
        });
        target.put(after, file.path());
        Files.delete(after);
    }
}
