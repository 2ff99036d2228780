package io.bulwark.stream.review.intake;

import io.bulwark.events.DeciderKind;
import io.bulwark.events.Decision;
import io.bulwark.events.ModerationDecision;
import io.bulwark.events.Subject;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.topic.RestrictedDecisions;
import io.bulwark.schemas.topic.TenantKey;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.promise.PromiseDraws;
import io.bulwark.stream.review.Casebook;
import io.bulwark.stream.review.Casebook.Case;
import io.bulwark.stream.review.ItemRow.Origin;
import io.bulwark.stream.review.PersonalRows;
import io.bulwark.stream.review.QueueIntake;
import io.bulwark.stream.review.ReviewCandidate;
import io.bulwark.stream.review.Statements;
import io.bulwark.stream.review.Storable;
import io.bulwark.stream.state.Restriction;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jdbi.v3.core.Handle;

/** {@code moderation.decisions}: into the casebook, and what people have to look at into the queue. */
public final class DecisionIntake extends IntakeTopic<ModerationDecision> {

    private final QueueIntake queue;
    private final PromiseDraws draws;
    private final Restriction restriction;

    /**
     * @param draws which outcomes people see whatever a worker decided
     * @param restriction of which contents nothing is listed
     */
    public DecisionIntake(
            EventDecoder<ModerationDecision> decoder, QueueIntake queue, PromiseDraws draws, Restriction restriction) {
        super(Topics.DECISIONS, decoder);
        this.queue = queue;
        this.draws = draws;
        this.restriction = restriction;
    }

    @Override
    Optional<String> image(ConsumerRecord<byte[], byte[]> record) {
        return key(record).map(TenantKey::id);
    }

    @Override
    public void take(Handle handle, ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            key(record).ifPresent(key -> {
                Casebook.forget(handle, key.tenant(), key.id());
                queue.forgotten(handle, key.tenant(), key.id());
                ReportIntake.EarlyReports.forget(handle, key.tenant(), key.id());
                if (PersonalRows.ErasedRows.isKnown(handle, key.tenant(), key.id())) {
                    // Records between the erasure's order and this.
                    PersonalRows.erase(handle, key.tenant(), Subject.IMAGE, key.id());
                }
            });
        } else {
            decision(record).ifPresent(decision -> take(handle, decision));
        }
    }

    @Override
    void takeAgain(Handle handle, ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            key(record).ifPresent(key -> Casebook.forget(handle, key.tenant(), key.id()));
        } else {
            decision(record)
                    .filter(decision -> !isErased(handle, decision) && !leftOut(handle, decision))
                    .ifPresent(decision -> {
                        handle.execute(
                                "SELECT set_config('bulwark.rebuilding', 'yes', true)"); // strikes stay as they are
                        list(handle, decision);
                        handle.execute("SELECT set_config('bulwark.rebuilding', '', true)");
                        ReportIntake.EarlyReports.takeUp(handle, queue, ReviewCandidate.of(decision));
                    });
        }
    }

    private static Optional<TenantKey> key(ConsumerRecord<byte[], byte[]> record) {
        return TenantKey.parse(record.key() == null ? null : new String(record.key(), StandardCharsets.UTF_8))
                .filter(key -> Storable.is(key.tenant(), key.id()));
    }

    private Optional<ModerationDecision> decision(ConsumerRecord<byte[], byte[]> record) {
        Optional<ModerationDecision> decision = read(record);
        requireStorable(record, decision.flatMap(DecisionIntake::fault));
        return decision;
    }

    private static Optional<String> fault(ModerationDecision decision) {
        return Storable.first(
                Storable.fault(
                        decision.getTenant(),
                        decision.getImageId(),
                        decision.getUploaderId(),
                        decision.getDecidedBy().getId()),
                Storable.fault(decision.getLabels()));
    }

    /** Whether it is from before the erasure of its image; the tombstone follows. */
    private static boolean isErased(Handle handle, ModerationDecision decision) {
        return PersonalRows.ErasedRows.covers(
                handle, decision.getTenant(), decision.getImageId(), uploadedAt(decision));
    }

    /** Nothing of a restricted image is in any list, and nothing of it waits for people here. */
    private boolean leftOut(Handle handle, ModerationDecision decision) {
        if (!RestrictedDecisions.isOne(decision)
                && !restriction.covers(decision.getTenant(), decision.getContentSha256())) {
            return false;
        }
        Casebook.forget(handle, decision.getTenant(), decision.getImageId());
        queue.forgotten(handle, decision.getTenant(), decision.getImageId());
        ReportIntake.EarlyReports.forget(handle, decision.getTenant(), decision.getImageId());
        return true;
    }

    /** Enters a decision into the casebook; whether an attack on its image is suspected. */
    private boolean list(Handle handle, ModerationDecision decision) {
        ReviewCandidate image = ReviewCandidate.of(decision);
        boolean audited = Casebook.isAudited(handle, image.tenant(), image.imageId(), image.contentSha256());
        Casebook.enter(
                handle,
                new Case(image, decision.getDecidedBy().getId(), isByPerson(decision), decision.getSince(), audited));
        if (isByPerson(decision)) {
            decisionId(decision)
                    .ifPresent(id -> Casebook.nameVersions(
                            handle, image.tenant(), image.imageId(), QueueIntake.itemId(image), id));
        }
        return audited;
    }

    private static boolean isByPerson(ModerationDecision decision) {
        return decision.getDecidedBy().getKind() == DeciderKind.REVIEWER;
    }

    private void take(Handle handle, ModerationDecision decision) {
        ReviewCandidate image = ReviewCandidate.of(decision);
        if (isErased(handle, decision) || leftOut(handle, decision)) {
            return;
        }
        boolean person = isByPerson(decision);
        boolean audited = list(handle, decision);
        if (image.contentSha256().isEmpty()) {
            return; // nothing was fetched, so there is nothing to look at
        }
        if (person) {
            byPerson(handle, decision, image);
        } else if (decision.getDecision() == Decision.REVIEW) {
            queue.offer(handle, image, Origin.REVIEW);
        } else {
            queue.settled(handle, image);
        }
        if (!person && audited) {
            queue.offer(handle, image, Origin.AUDIT);
        }
        if (!person
                && draws.isChosen(handle, image.tenant(), image.contentSha256(), decision.getDecision())
                && !queue.isDecided(handle, image)
                && draws.take(
                        handle,
                        image.tenant(),
                        image.contentSha256(),
                        QueueIntake.itemId(image),
                        decision.getSince(),
                        decision.getDecision())) {
            queue.offer(handle, image, Origin.SAMPLE);
        }
        ReportIntake.EarlyReports.takeUp(handle, queue, image);
        Statements.keep(handle, decision);
    }

    /** Our own decisions come back here, and an undone one may do so after its undo: they settle nothing. */
    private void byPerson(Handle handle, ModerationDecision decision, ReviewCandidate image) {
        Optional<UUID> id = decisionId(decision);
        boolean own = id.isPresent()
                && handle.select("""
                        SELECT EXISTS (SELECT FROM decision WHERE tenant = ?
                        AND item_id = ? AND decision_id = ?)""", image.tenant(), QueueIntake.itemId(image), id.get())
                        .mapTo(Boolean.class)
                        .one();
        if (own) {
            queue.cameBack(handle, image);
        } else {
            queue.decidedElsewhere(handle, image);
        }
    }

    private static Instant uploadedAt(ModerationDecision decision) {
        return decision.getUploadedAt() == null ? decision.getSince() : decision.getUploadedAt();
    }

    private static Optional<UUID> decisionId(ModerationDecision decision) {
        return Optional.ofNullable(decision.getDecisionId()).flatMap(DecisionIntake::uuid);
    }

    private static Optional<UUID> uuid(String text) {
        try {
            return Optional.of(UUID.fromString(text));
        } catch (IllegalArgumentException foreign) {
            return Optional.empty();
        }
    }
}
