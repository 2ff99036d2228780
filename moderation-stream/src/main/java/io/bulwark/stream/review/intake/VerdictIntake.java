package io.bulwark.stream.review.intake;

import io.bulwark.events.ModerationPolicy;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.serde.DecodedEvent;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.policy.PolicyRows;
import io.bulwark.stream.policy.ShadowCounts;
import io.bulwark.stream.review.Storable;
import io.bulwark.stream.state.Restriction;
import io.bulwark.stream.state.Restriction.Content;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jdbi.v3.core.Handle;

/**
 * {@code moderation.verdicts}: what a proposal would have decided, and what is kept of an upload for its item. Where
 * neither is there, a verdict is left out. Counts and what is kept are written at the end of a transaction. Of a
 * restricted image nothing is kept here, see {@link RestrictedIntake}.
 */
public final class VerdictIntake extends IntakeTopic<Verdict> {

    /** As far back as the topology reads them. */
    private static final Duration BEFORE = Duration.ofHours(1);

    private final Restriction restriction;
    private final RestrictedIntake.Cases cases;
    private final List<Verdict> counted = new ArrayList<>(); // since the transaction began; the loop's
    private final List<UploadTraits> noted = new ArrayList<>();
    private Set<Content> standing = Set.of(); // of the transaction; the loop's

    public VerdictIntake(EventDecoder<Verdict> decoder, Restriction restriction, RestrictedIntake.Cases cases) {
        super(Topics.VERDICTS, decoder);
        this.restriction = restriction;
        this.cases = cases;
    }

    @Override
    Optional<Duration> before() {
        return Optional.of(BEFORE);
    }

    @Override
    void begin(Handle handle, List<ConsumerRecord<byte[], byte[]>> records) {
        standing = RestrictedIntake.standing(handle, cases, records, this::verdict);
    }

    /** Counts are of no image. */
    @Override
    Optional<String> image(ConsumerRecord<byte[], byte[]> record) {
        return verdict(record).flatMap(UploadTraits::of).map(UploadTraits::imageId);
    }

    @Override
    boolean wants(ConsumerRecord<byte[], byte[]> record) {
        return verdict(record)
                .filter(verdict ->
                        isCounted(verdict) || UploadTraits.of(verdict).isPresent())
                .isPresent();
    }

    private static boolean isCounted(Verdict verdict) {
        return ShadowCounts.isCounted(verdict) && Storable.is(verdict.getTenant(), verdict.getShadowPolicyVersion());
    }

    private Optional<Verdict> verdict(ConsumerRecord<byte[], byte[]> record) {
        return record.value() != null
                        && decode(record) instanceof DecodedEvent.Event<Verdict> event
                        && !RestrictedIntake.isRestricted(event.value(), restriction, standing)
                ? Optional.of(event.value())
                : Optional.empty();
    }

    @Override
    void take(Handle handle, ConsumerRecord<byte[], byte[]> record) {
        verdict(record).ifPresent(verdict -> {
            if (isCounted(verdict)) {
                counted.add(verdict);
            }
            UploadTraits.of(verdict)
                    .filter(traits -> !traits.isErased(handle, uploadedAt(verdict)))
                    .ifPresent(noted::add);
        });
    }

    /** A worker may answer after an erasure; of older workers, which did not write it, when they decided. */
    private static Instant uploadedAt(Verdict verdict) {
        return verdict.getUploadedAt() == null ? verdict.getDecidedAt() : verdict.getUploadedAt();
    }

    @Override
    void prepare(List<ConsumerRecord<byte[], byte[]>> records) {
        clear(); // of a transaction that was undone
        standing = Set.of();
        super.prepare(records);
    }

    @Override
    void end(Handle handle) {
        ShadowCounts.count(handle, counted);
        UploadTraits.note(handle, noted);
        clear();
    }

    private void clear() {
        counted.clear();
        noted.clear();
    }

    /** {@code moderation.policies}: what is in force and proposed, by whatever program. */
    static final class PolicyIntake extends IntakeTopic<ModerationPolicy> {

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
}
