package io.bulwark.stream.review.intake;

import io.bulwark.events.Verdict;
import io.bulwark.schemas.serde.DecodedEvent;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.review.Storable;
import io.bulwark.stream.state.Restriction;
import io.bulwark.stream.state.Restriction.Content;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/**
 * {@code moderation.verdicts}: the cases of restricted images. It has a loop with a group and offsets apart from the other
 * intake: an instance of a version that opens no cases never moves them on. Whether a case stands is asked in the
 * transaction, because what this instance remembers of that may be seconds old.
 */
public final class RestrictedIntake extends IntakeTopic<Verdict> {

    /** As far back as the topology reads them; a case must not be missed where a partition is read for the first time. */
    private static final Duration BEFORE = Duration.ofHours(1);

    private static final Logger LOG = Logger.getLogger(RestrictedIntake.class);

    private final Restriction restriction;
    private final Cases cases;
    private final Runnable withoutCase;
    private Set<Content> standing = Set.of(); // of the transaction; the loop's

    /** @param withoutCase told of each restricted verdict that no case can be opened of */
    public RestrictedIntake(EventDecoder<Verdict> decoder, Restriction restriction, Cases cases, Runnable withoutCase) {
        super(Topics.VERDICTS, decoder);
        this.restriction = restriction;
        this.cases = cases;
        this.withoutCase = withoutCase;
    }

    /** What opens cases for designated staff. */
    public interface Cases {

        /** Opens the case of a restricted verdict, in the caller's transaction; the same again changes nothing. */
        void open(Handle handle, Verdict verdict);

        /** Which of these contents a case stands of, in the caller's transaction. */
        Set<Content> standing(Handle handle, Set<Content> among);
    }

    @Override
    Optional<Duration> before() {
        return Optional.of(BEFORE);
    }

    @Override
    TopicPartition offsets(TopicPartition partition) {
        return new TopicPartition("restricted/" + partition.topic(), partition.partition());
    }

    @Override
    void begin(Handle handle, List<ConsumerRecord<byte[], byte[]>> records) {
        standing = standing(handle, cases, records, this::verdict);
    }

    /** The contents of verdicts of which a case stands. */
    static Set<Content> standing(
            Handle handle,
            Cases cases,
            List<ConsumerRecord<byte[], byte[]>> records,
            Function<ConsumerRecord<byte[], byte[]>, Optional<Verdict>> read) {
        Set<Content> asked = records.stream()
                .flatMap(record -> read.apply(record).stream())
                .filter(verdict -> verdict.getContentSha256() != null)
                .filter(verdict -> Storable.is(verdict.getTenant(), verdict.getContentSha256()))
                .map(verdict -> new Content(verdict.getTenant(), verdict.getContentSha256()))
                .collect(Collectors.toSet());
        return asked.isEmpty() ? Set.of() : cases.standing(handle, asked);
    }

    /** Whether a verdict is restricted, by itself, as this instance remembers, or as the transaction found. */
    static boolean isRestricted(Verdict verdict, Restriction restriction, Set<Content> standing) {
        return restriction.covers(verdict)
                || (verdict.getContentSha256() != null
                        && standing.contains(new Content(verdict.getTenant(), verdict.getContentSha256())));
    }

    @Override
    Optional<String> image(ConsumerRecord<byte[], byte[]> record) {
        return wants(record) ? super.image(record) : Optional.empty();
    }

    @Override
    boolean wants(ConsumerRecord<byte[], byte[]> record) {
        return verdict(record)
                .filter(verdict -> isRestricted(verdict, restriction, standing))
                .isPresent();
    }

    private Optional<Verdict> verdict(ConsumerRecord<byte[], byte[]> record) {
        return record.value() != null && decode(record) instanceof DecodedEvent.Event<Verdict> event
                ? Optional.of(event.value())
                : Optional.empty();
    }

    @Override
    void take(Handle handle, ConsumerRecord<byte[], byte[]> record) {
        verdict(record).ifPresent(verdict -> open(handle, record, verdict));
    }

    private void open(Handle handle, ConsumerRecord<byte[], byte[]> record, Verdict verdict) {
        if (Storable.is(verdict.getTenant(), verdict.getImageId(), verdict.getUploaderId())) {
            cases.open(handle, verdict);
        } else {
            withoutCase.run();
            LOG.errorf(
                    "The restricted verdict at %s-%d offset %d has ids that no database holds, so it has no case; it is"
                            + " no dead letter, which would have its hash",
                    record.topic(), record.partition(), record.offset());
        }
    }
}
