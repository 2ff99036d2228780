package io.bulwark.stream.review.intake;

import io.bulwark.events.ModerationPolicy;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.serde.DecodedEvent;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.policy.PolicyRows;
import io.bulwark.stream.policy.ShadowCounts;
import io.bulwark.stream.review.Storable;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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

    /**
     * {@code moderation.verdicts}, from now on: what a proposal would have decided. Where none runs, or it was not the
     * worker's, a verdict is left out without a query. Those of a transaction are counted together at its end.
     */
    static final class ShadowIntake extends IntakeTopic<Verdict> {

        private final List<Verdict> taken = new ArrayList<>(); // since the transaction began; the loop's

        ShadowIntake(EventDecoder<Verdict> decoder) {
            super(Topics.VERDICTS, decoder);
        }

        @Override
        Optional<Duration> before() {
            return Optional.of(Duration.ZERO);
        }

        /** Counts are of no image. */
        @Override
        Optional<String> image(ConsumerRecord<byte[], byte[]> record) {
            return Optional.empty();
        }

        @Override
        boolean wants(ConsumerRecord<byte[], byte[]> record) {
            return record.value() != null
                    && decode(record) instanceof DecodedEvent.Event<Verdict> event
                    && ShadowCounts.isCounted(event.value())
                    && Storable.is(event.value().getTenant(), event.value().getShadowPolicyVersion());
        }

        @Override
        void take(Handle handle, ConsumerRecord<byte[], byte[]> record) {
            read(record).ifPresent(taken::add);
        }

        @Override
        void prepare(List<ConsumerRecord<byte[], byte[]>> records) {
            taken.clear(); // of a transaction that was undone
            super.prepare(records);
        }

        @Override
        void end(Handle handle) {
            ShadowCounts.count(handle, taken);
            taken.clear();
        }
    }
}
