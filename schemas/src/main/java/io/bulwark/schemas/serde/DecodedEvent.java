package io.bulwark.schemas.serde;

import java.util.Optional;

/**
 * What became of the bytes of a record: an event, or the reason why there is none. A value, never an exception, so that
 * one bad record cannot take its batch with it.
 *
 * @param <T> the record
 */
public sealed interface DecodedEvent<T> {

    /** The bytes were a record of the kind that was asked for. */
    record Event<T>(T value) implements DecodedEvent<T> {}

    /**
     * The bytes were no record that this reader can read.
     *
     * @param reason one word, for counting and for the dead letter
     * @param detail one sentence for people; holds nothing of the content
     * @param schemaFingerprint the fingerprint of the schema that the bytes claim, as 16 hexadecimal digits, where
     *     they claim one
     */
    record Undecodable<T>(Reason reason, String detail, Optional<String> schemaFingerprint)
            implements DecodedEvent<T> {}

    /** Why bytes could not be read. */
    enum Reason {
        /** There is no value: a tombstone, or a producer's mistake. */
        NULL_VALUE,
        /** The first bytes are neither those of single-object encoding nor those of the registry framing. */
        UNKNOWN_FRAMING,
        /** The message ends within its header. */
        TRUNCATED,
        /**
         * Single-object encoding under a schema that is neither bundled nor came within its time, or an id that the
         * registry lacks.
         */
        UNKNOWN_SCHEMA,
        /**
         * Single-object encoding under a schema that is not known yet but may still come, where schemas are followed.
         * Trying again later may help.
         */
        SCHEMA_AWAITED,
        /** The schema is known, but it is that of another record, or of one that cannot be read as this. */
        WRONG_SCHEMA,
        /** The schema is right, but the bytes that follow are not such a record. */
        MALFORMED,
        /** Registry framing, but what the registry has under that id is no Avro schema. */
        UNUSABLE_SCHEMA,
        /** Registry framing, but no registry is configured. */
        REGISTRY_NOT_CONFIGURED,
        /** Registry framing, but the registry did not answer. Trying again later may help. */
        REGISTRY_UNAVAILABLE;

        /** Whether the same bytes may be readable later: wait and try again rather than write a dead letter. */
        public boolean retriable() {
            return this == REGISTRY_UNAVAILABLE || this == SCHEMA_AWAITED;
        }
    }
}
