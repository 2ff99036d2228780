package io.bulwark.stream.review.intake;

import io.bulwark.events.Verdict;
import io.bulwark.schemas.serde.DecodedEvent;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.policy.ShadowCounts;
import io.bulwark.stream.review.Storable;
import io.bulwark.stream.state.Restriction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/**
 * {@code moderation.verdicts}: what a proposal would have decided, what is kept of an upload for its item, and the cases of
 * restricted images. Where none of these is there, a verdict is left out without a query. Counts and what is kept are
 * written at the end of a transaction. Of a restricted image nothing but its case is kept.
 */
public final class VerdictIntake extends IntakeTopic<Verdict> {

    /** As far back as the topology reads them; a case must not be missed where a partition is read for the first time. */
    private static final Duration BEFORE = Duration.ofHours(1);

    private static final Logger LOG = Logger.getLogger(VerdictIntake.class);

    private final Restriction restriction;
    private final Cases cases;
    private final List<Verdict> counted = new ArrayList<>(); // since the transaction began; the loop's
    private final List<UploadTraits> noted = new ArrayList<>();

    public VerdictIntake(EventDecoder<Verdict> decoder, Restriction restriction, Cases cases) {
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
        return verdict(record)
                .flatMap(verdict -> restriction.covers(verdict)
                        ? super.image(record)
                        : UploadTraits.of(verdict).map(UploadTraits::imageId));
    }

    @Override
    boolean wants(ConsumerRecord<byte[], byte[]> record) {
        return verdict(record)
                .filter(verdict -> restriction.covers(verdict)
                        || isCounted(verdict)
                        || UploadTraits.of(verdict).isPresent())
                .isPresent();
    }

    private static boolean isCounted(Verdict verdict) {
        return ShadowCounts.isCounted(verdict) && Storable.is(verdict.getTenant(), verdict.getShadowPolicyVersion());
    }

    private Optional<Verdict> verdict(ConsumerRecord<byte[], byte[]> record) {
        return record.value() != null && decode(record) instanceof DecodedEvent.Event<Verdict> event
                ? Optional.of(event.value())
                : Optional.empty();
    }

    @Override
    void take(Handle handle, ConsumerRecord<byte[], byte[]> record) {
        verdict(record).ifPresent(verdict -> {
            if (restriction.covers(verdict)) {
                open(handle, record, verdict);
                return;
            }
            if (isCounted(verdict)) {
                counted.add(verdict);
            }
            UploadTraits.of(verdict)
                    .filter(traits -> !traits.isErased(handle, verdict.getDecidedAt()))
                    .ifPresent(noted::add);
        });
    }

    private void open(Handle handle, ConsumerRecord<byte[], byte[]> record, Verdict verdict) {
        if (Storable.is(verdict.getTenant(), verdict.getImageId(), verdict.getUploaderId())) {
            cases.open(handle, verdict);
        } else {
            LOG.errorf(
                    "The restricted verdict at %s-%d offset %d has ids that no database holds, so it has no case; it is"
                            + " no dead letter, which would have its hash",
                    record.topic(), record.partition(), record.offset());
        }
    }

    @Override
    void prepare(List<ConsumerRecord<byte[], byte[]>> records) {
        clear(); // of a transaction that was undone
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
}
