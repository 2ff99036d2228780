package io.bulwark.stream.review;

import io.bulwark.events.ModerationPolicy;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.policy.PolicyRows;
import io.bulwark.stream.review.DeadLetters.Storable;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jdbi.v3.core.Handle;

/** {@code moderation.policies}: what is in force and proposed, by whatever program. */
final class PolicyIntake extends IntakeTopic<ModerationPolicy> {

    PolicyIntake(EventDecoder<ModerationPolicy> decoder) {
        super(Topics.POLICIES, decoder);
    }

    /** Each tenant's lock is held alone. */
    @Override
    int together() {
        return 1;
    }

    /** The key is a tenant. */
    @Override
    Optional<String> image(ConsumerRecord<byte[], byte[]> record) {
        return Optional.empty();
    }

    @Override
    void take(Handle handle, ConsumerRecord<byte[], byte[]> record) {
        Optional<String> key = Optional.ofNullable(record.key())
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .filter(tenant -> Storable.is(tenant));
        if (record.value() == null) {
            key.ifPresent(tenant -> PolicyRows.forgotten(handle, tenant));
        } else {
            read(record)
                    .filter(policy -> key.filter(policy.getTenant()::equals).isPresent())
                    .ifPresent(policy -> PolicyRows.follow(handle, policy));
        }
    }
}
