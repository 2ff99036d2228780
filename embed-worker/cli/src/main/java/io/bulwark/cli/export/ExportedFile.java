package io.bulwark.cli.export;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.ModerationDecision;
import io.bulwark.events.Review;
import io.bulwark.schemas.topic.Topics;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.avro.specific.SpecificRecord;

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
        return source.folder() + "/" + FOLDERS.format(hour) + "/" + partition + "-" + from + "-" + until + ".parquet";
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
