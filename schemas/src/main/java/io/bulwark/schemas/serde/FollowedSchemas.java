package io.bulwark.schemas.serde;

import org.apache.avro.Schema;
import org.apache.avro.message.SchemaStore;

/**
 * Schemas beyond the bundled ones that become known while a reader runs. A reader is given them under {@value
 * SerdeSettings#FOLLOWED}; {@code io.bulwark.schemas.follow} makes them of the topic {@code moderation.schemas}.
 *
 * <p>Implementations are thread-safe.
 */
public interface FollowedSchemas extends SchemaStore {

    /** The schema of that fingerprint, or null where it is not known yet. */
    @Override
    Schema findByFingerprint(long fingerprint);

    /**
     * Whether an unknown schema may still come, so that a record should be tried again rather than be set aside. The
     * first question about a fingerprint starts its time.
     */
    boolean isAwaited(long fingerprint);

    /**
     * Blocks until the schema is known or no longer awaited, whichever comes first.
     *
     * @throws org.apache.kafka.common.errors.InterruptException where the thread is interrupted meanwhile
     * @throws org.apache.kafka.common.KafkaException where it is unknown, because following has ended or could not
     *     begin within a minute: the record must come again
     */
    void await(long fingerprint);
}
