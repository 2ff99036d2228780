package io.bulwark.stream.review;

import io.bulwark.events.Verdict;
import io.bulwark.schemas.serde.DecodedEvent;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.policy.ShadowCounts;
import io.bulwark.stream.review.DeadLetters.Storable;
import io.bulwark.stream.state.Restriction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/**
 * {@code moderation.verdicts}: what a proposed policy would have decided, and the cases of restricted images. All other
 * verdicts are left out without a query. Those with a shadow decision are counted together at the end of a transaction.
 */
public final class VerdictIntake extends IntakeTopic<Verdict> {

    /** A case must not be missed where a partition is read for the first time. */
    private static final Duration BEFORE = Duration.ofHours(1);

    private static final Logger LOG = Logger.getLogger(VerdictIntake.class);

    private final Restriction restriction;
    private final Cases cases;
    private final List<Verdict> shadows = new ArrayList<>(); // since the transaction began; the loop's

    VerdictIntake(EventDecoder<Verdict> decoder, Restriction restriction, Cases cases) {
        super(Topics.VERDICTS, decoder);
        this.restriction = restriction;
        this.cases = cases;
    }

    /** What opens cases for designated staff. */
    @FunctionalInterface
    public interface Cases {

        /** Opens the case of a restricted verdict, in the caller's transaction; the same again changes nothing. */
        void open(Handle handle, Verdict verdict);
    }

    @Override
    Optional<Duration> before() {
        return Optional.of(BEFORE);
    }

    /** Counts are of no image. */
    @Override
    Optional<String> image(ConsumerRecord<byte[], byte[]> record) {
        return event(record).filter(restriction::covers).flatMap(verdict -> super.image(record));
    }

    @Override
    boolean wants(ConsumerRecord<byte[], byte[]> record) {
        return event(record)
                .filter(verdict -> restriction.covers(verdict) || isShadow(verdict))
                .isPresent();
    }

    private Optional<Verdict> event(ConsumerRecord<byte[], byte[]> record) {
        return record.value() != null && decode(record) instanceof DecodedEvent.Event<Verdict> event
                ? Optional.of(event.value())
                : Optional.empty();
    }

    private static boolean isShadow(Verdict verdict) {
        return ShadowCounts.isCounted(verdict) && Storable.is(verdict.getTenant(), verdict.getShadowPolicyVersion());
    }

    @Override
    void take(Handle handle, ConsumerRecord<byte[], byte[]> record) {
        read(record).ifPresent(verdict -> {
            if (!restriction.covers(verdict)) {
                shadows.add(verdict);
            } else if (Storable.is(verdict.getTenant(), verdict.getImageId(), verdict.getUploaderId())) {
                cases.open(handle, verdict);
            } else {
                LOG.errorf(
                        "The restricted verdict at %s-%d offset %d has ids that no database holds, so it has no case; it is"
                                + " no dead letter, which would have its hash",
                        record.topic(), record.partition(), record.offset());
            }
        });
    }

    @Override
    void prepare(List<ConsumerRecord<byte[], byte[]>> records) {
        shadows.clear(); // of a transaction that was undone
        super.prepare(records);
    }

    @Override
    void end(Handle handle) {
        ShadowCounts.count(handle, shadows);
        shadows.clear();
    }
}
