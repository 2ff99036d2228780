package io.bulwark.schemas.serde;

import io.bulwark.schemas.topic.Topics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    private static final BundledSchemas INSTANCE = new BundledSchemas();

    private final Map<Long, Schema> byFingerprint;

    private BundledSchemas() {
        var schemas = new HashMap<Long, Schema>();
        records().forEach(record -> {
            Schema current = SpecificData.get().getSchema(record);
            schemas.put(SchemaNormalization.parsingFingerprint64(current), current);
        });
        this.byFingerprint = Map.copyOf(schemas);
    }

    /** The one store. */
    public static BundledSchemas get() {
        return INSTANCE;
    }

    /** The records that the topics of the catalogue hold. */
    static List<Class<? extends SpecificRecord>> records() {
        return java.util.Arrays.stream(Topics.values())
                .flatMap(topic -> topic.valueClass().stream())
                .toList();
    }

    /** The schema of that fingerprint, or null as Avro's contract has it. */
    @Override
    public Schema findByFingerprint(long fingerprint) {
        return byFingerprint.get(fingerprint);
    }

    /** The schema of that fingerprint, where it is bundled. */
    Optional<Schema> find(long fingerprint) {
        return Optional.ofNullable(byFingerprint.get(fingerprint));
    }
}
