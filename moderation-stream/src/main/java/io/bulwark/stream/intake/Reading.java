package io.bulwark.stream.intake;

import io.bulwark.events.RecordCoordinates;
import io.bulwark.schemas.topic.DeadLetterHeaders;
import java.time.Instant;

/** What came of reading one record. */
public sealed interface Reading<T> {

    /**
     * A record that could be read.
     *
     * @param key the record's key, as text
     * @param value null for a tombstone
     * @param coordinates where it stands
     * @param timestamp that of the record
     */
    record Readable<T>(String key, T value, RecordCoordinates coordinates, Instant timestamp) implements Reading<T> {}

    /**
     * A record that goes to the dead letters as it came.
     *
     * @param value the record's bytes; null where it had none
     * @param story why
     */
    record Unreadable<T>(byte[] value, DeadLetterHeaders story) implements Reading<T> {}
}
