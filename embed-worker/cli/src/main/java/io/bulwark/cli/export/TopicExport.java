package io.bulwark.cli.export;

import io.bulwark.cli.export.TopicExport.ExportedFile.Source;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.traffic.Broker;
import io.bulwark.events.AttackAudit;
import io.bulwark.events.ModerationDecision;
import io.bulwark.events.Review;
import io.bulwark.schemas.serde.DecodedEvent;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.topic.RestrictedDecisions;
import io.bulwark.schemas.topic.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Writes what a topic holds behind the last file of each partition, up to an hour. One thread.
 *
 * @param <T> the topic's record
 */
final class TopicExport<T extends SpecificRecord> {

    private static final Duration POLL = Duration.ofMillis(200);

    /** A newer version of this program, or other settings of it, may read these. */
    private static final Set<DecodedEvent.Reason> LATER =
            EnumSet.of(DecodedEvent.Reason.UNKNOWN_SCHEMA, DecodedEvent.Reason.REGISTRY_NOT_CONFIGURED);

    private final Broker broker;
    private final ExportTarget target;
    private final Source source;
    private final Class<T> type;
    private final Path scratch;
    private final Instant from;
    private final Instant until;

    private long rows;
    private long unreadable;
    private long missing;
    private final List<String> blocked = new ArrayList<>();
    private final Set<ExportedFile> put = new HashSet<>();

    /**
     * @param scratch a folder for the file that is being written
     * @param from records that the broker took in before are left out
     * @param until the begin of an hour: records from it on are left to a later run
     */
    TopicExport(
            Broker broker,
            ExportTarget target,
            Source source,
            Class<T> type,
            Path scratch,
            Instant from,
            Instant until) {
        this.broker = broker;
        this.target = target;
        this.source = source;
        this.type = type;
        this.scratch = scratch;
        this.from = from;
        this.until = until;
    }

    /**
     * What a run wrote.
     *
     * @param unreadable records that are none of the topic's
     * @param missing offsets behind the last file that the broker has forgotten before they were exported
     * @param blocked partitions that were not read to their end, each with the reason
     */
    record Written(
            Source source, Set<ExportedFile> files, long rows, long unreadable, long missing, List<String> blocked) {

        Written {
            files = Set.copyOf(files);
            blocked = List.copyOf(blocked);
        }

        /** Whether all that the hours hold is in the files. */
        boolean isWhole() {
            return unreadable == 0 && missing == 0 && blocked.isEmpty();
        }
    }

    /**
     * Reads each partition and puts the files.
     *
     * @param present what the target has
     * @throws CommandFailure if the broker has no such topic
     */
    Written run(List<ExportedFile> present) throws IOException {
        Map<Integer, Long> next = new HashMap<>();
        present.stream()
                .filter(file -> file.source() == source)
                .forEach(file -> next.merge(file.partition(), file.until(), Math::max));
        String topic = broker.topic(source.topic());
        try (KafkaConsumer<byte[], byte[]> consumer = broker.consumer(Map.of());
                EventDecoder<T> decoder = new EventDecoder<>(type, broker.clientSettings(Map.of()))) {
            List<TopicPartition> partitions = Broker.partitions(consumer, topic);
            Map<TopicPartition, Long> oldest = consumer.beginningOffsets(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            for (TopicPartition partition : partitions) {
                long begin = oldest.get(partition);
                long wanted = next.getOrDefault(partition.partition(), begin);
                missing += Math.max(0, begin - wanted);
                consumer.assign(List.of(partition));
                consumer.seek(partition, Math.max(begin, wanted));
                read(consumer, decoder, partition, ends.get(partition));
            }
        }
        return new Written(source, put, rows, unreadable, missing, blocked);
    }

    private void read(
            KafkaConsumer<byte[], byte[]> consumer, EventDecoder<T> decoder, TopicPartition partition, long end)
            throws IOException {
        Part part = null;
        boolean within = true;
        while (within && consumer.position(partition) < end) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                Instant at = Instant.ofEpochMilli(record.timestamp());
                within = at.isBefore(until);
                if (!within) {
                    break;
                }
                if (at.isBefore(from) || record.value() == null) {
                    continue;
                }
                DecodedEvent<T> decoded = decoder.decode(record.topic(), record.value());
                if (decoded instanceof DecodedEvent.Undecodable<T> undecodable) {
                    if (mayBeReadableLater(undecodable.reason())) {
                        blocked.add(partition + " from offset " + record.offset() + " on: " + undecodable.detail());
                        within = false;
                        break;
                    }
                    unreadable++;
                } else if (decoded instanceof DecodedEvent.Event<T> event && !isRestricted(event.value())) {
                    Instant hour = at.truncatedTo(ChronoUnit.HOURS);
                    if (part == null || !part.hour.equals(hour)) {
                        put(part);
                        part = new Part(hour, record);
                    }
                    part.write(record, event.value());
                }
            }
        }
        put(part);
    }

    /** Of a restricted image nothing is handed on. */
    private static boolean isRestricted(SpecificRecord record) {
        return record instanceof ModerationDecision decision && RestrictedDecisions.isOne(decision);
    }

    /** Then the record, and what follows it in its partition, is left to a later run. */
    private static boolean mayBeReadableLater(DecodedEvent.Reason reason) {
        return reason.retriable() || LATER.contains(reason);
    }

    private void put(Part part) throws IOException {
        if (part != null) {
            part.rows.close();
            target.put(part.path, part.file().path());
            Files.delete(part.path);
            put.add(part.file());
        }
    }

    /** The file that is being written. */
    private final class Part {

        private final Instant hour;
        private final int partition;
        private final long first;
        private final Path path = scratch.resolve("part.parquet");
        private final ParquetRows.Writer rows;
        private long last;

        Part(Instant hour, ConsumerRecord<?, ?> record) throws IOException {
            this.hour = hour;
            this.partition = record.partition();
            this.first = record.offset();
            Files.deleteIfExists(path);
            this.rows = new ParquetRows.Writer(path, type);
        }

        void write(ConsumerRecord<byte[], byte[]> record, T value) throws IOException {
            rows.write(record.partition(), record.offset(), Instant.ofEpochMilli(record.timestamp()), value);
            last = record.offset();
            TopicExport.this.rows++;
        }

        ExportedFile file() {
            return new ExportedFile(source, hour, partition, first, last + 1);
        }
    }

    /**
     * A file of the export: the records of a partition that the broker took in within one hour.
     *
     * @param source what it holds
     * @param hour its begin
     * @param partition of the topic
     * @param from offset of its first record
     * @param until the offset behind its last
     */
    record ExportedFile(Source source, Instant hour, int partition, long from, long until) {

        private static final DateTimeFormatter FOLDERS = DateTimeFormatter.ofPattern(
                        "'day='uuuu-MM-dd'/hour='HH", Locale.ROOT)
                .withZone(ZoneOffset.UTC);
        private static final Pattern PATH =
                Pattern.compile("(\\w+)/day=(\\d{4}-\\d\\d-\\d\\d)/hour=(\\d\\d)/(\\d+)-(\\d+)-(\\d+)\\.parquet");

        /** What is exported. */
        enum Source {
            DECISIONS(Topics.DECISIONS, ModerationDecision.class),
            REVIEWS(Topics.REVIEWS, Review.class),
            AUDITS(Topics.ATTACK_AUDIT, AttackAudit.class);

            private final Topics topic;
            private final Class<? extends SpecificRecord> type;

            Source(Topics topic, Class<? extends SpecificRecord> type) {
                this.topic = topic;
                this.type = type;
            }

            Topics topic() {
                return topic;
            }

            Class<? extends SpecificRecord> type() {
                return type;
            }

            /** The first folder of its files. */
            String folder() {
                return name().toLowerCase(Locale.ROOT);
            }

            private static Optional<Source> of(String folder) {
                return Arrays.stream(values())
                        .filter(source -> source.folder().equals(folder))
                        .findFirst();
            }
        }

        /** Where it lies in the export, with slashes. */
        String path() {
            return source.folder() + "/" + FOLDERS.format(hour) + "/" + partition + "-" + from + "-" + until
                    + ".parquet";
        }

        /** The file at such a path; empty where it is none of the export's. */
        static Optional<ExportedFile> at(String path) {
            Matcher parts = PATH.matcher(path);
            if (!parts.matches()) {
                return Optional.empty();
            }
            try {
                Instant hour = Instant.parse(parts.group(2) + "T" + parts.group(3) + ":00:00Z");
                int partition = Integer.parseInt(parts.group(4));
                long from = Long.parseLong(parts.group(5));
                long until = Long.parseLong(parts.group(6));
                return Source.of(parts.group(1)).map(source -> new ExportedFile(source, hour, partition, from, until));
            } catch (DateTimeException | NumberFormatException foreign) {
                return Optional.empty();
            }
        }
    }
}
