package io.bulwark.schemas.serde;

import io.bulwark.schemas.topic.Topics;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.message.SchemaStore;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;

/**
 * The schemas that this library carries, by their fingerprint (CRC-64-AVRO of the parsing canonical form): the current
 * one of each record, and every one that was ever released, so that what an older producer writes stays readable.
 *
 * <p>Thread-safe, immutable.
 */
public final class BundledSchemas implements SchemaStore {
    /** How many releases lie under {@code io/bulwark/schemas}, in the folders {@code v1} to {@code v<RELEASES>}. */
    public static final int RELEASES = 3;

    private static final BundledSchemas INSTANCE = new BundledSchemas();

    private final List<Map<String, Schema>> releases;
    private final Map<Long, Schema> byFingerprint;

    private BundledSchemas() {
        this.releases = IntStream.rangeClosed(1, RELEASES)
                .mapToObj(BundledSchemas::readAll)
                .toList();
        var schemas = new HashMap<Long, Schema>();
        records().forEach(record -> {
            Schema current = SpecificData.get().getSchema(record);
            schemas.put(SchemaNormalization.parsingFingerprint64(current), current);
        });
        releases.forEach(release -> release.values()
                .forEach(old -> schemas.putIfAbsent(SchemaNormalization.parsingFingerprint64(old), old)));
        this.byFingerprint = Map.copyOf(schemas);
    }

    /** The one store. */
    public static BundledSchemas get() {
        return INSTANCE;
    }

    /**
     * The schema that a record is written with under {@value SerdeSettings#WRITE}: that of the release, or of the
     * record's first release where it came later.
     *
     * @param release 1 to {@value #RELEASES}
     */
    public Schema written(int release, Class<? extends SpecificRecord> record) {
        return IntStream.rangeClosed(release, RELEASES)
                .mapToObj(from -> released(from, record.getSimpleName()))
                .flatMap(Optional::stream)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        record.getName() + " is in no release of the schemas; the catalogue's records are."));
    }

    /**
     * The schemas that all records of the catalogue are written with under {@value SerdeSettings#WRITE}.
     *
     * @param release 1 to {@value #RELEASES}
     */
    public List<Schema> written(int release) {
        return records().stream().map(record -> written(release, record)).toList();
    }

    /** The records that the topics of the catalogue hold, each once. */
    static List<Class<? extends SpecificRecord>> records() {
        return Arrays.stream(Topics.values())
                .flatMap(topic -> topic.valueClass().stream())
                .distinct()
                .toList();
    }

    /** The schemas of that record as they were released, oldest first. */
    List<Schema> released(String record) {
        return IntStream.rangeClosed(1, RELEASES)
                .mapToObj(release -> released(release, record))
                .flatMap(Optional::stream)
                .toList();
    }

    /** The schema of that record in that release; empty where the record came later. */
    Optional<Schema> released(int release, String record) {
        return Optional.ofNullable(releases.get(release - 1).get(record));
    }

    /** The schema of that fingerprint, or null as Avro's contract has it. */
    @Override
    public Schema findByFingerprint(long fingerprint) {
        return byFingerprint.get(fingerprint);
    }

    private static Map<String, Schema> readAll(int release) {
        var schemas = new HashMap<String, Schema>();
        records()
                .forEach(record -> read(release, record.getSimpleName())
                        .ifPresent(schema -> schemas.put(record.getSimpleName(), schema)));
        return Map.copyOf(schemas);
    }

    private static Optional<Schema> read(int release, String record) {
        String resource = "/io/bulwark/schemas/v" + release + "/" + record + ".avsc";
        try (InputStream file = BundledSchemas.class.getResourceAsStream(resource)) {
            return file == null ? Optional.empty() : Optional.of(new Schema.Parser().parse(file));
        } catch (IOException broken) {
            throw new UncheckedIOException("Cannot read " + resource + " of this library.", broken);
        }
    }
}
