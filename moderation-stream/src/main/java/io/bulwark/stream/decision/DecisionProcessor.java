package io.bulwark.stream.decision;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.AttackKind;
import io.bulwark.events.Decision;
import io.bulwark.events.Erasure;
import io.bulwark.events.Hold;
import io.bulwark.events.ModerationDecision;
import io.bulwark.events.ReplacedDecision;
import io.bulwark.events.Review;
import io.bulwark.events.Subject;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.topic.SampledAudits;
import io.bulwark.stream.decision.AwaitedUploads.AwaitedUpload;
import io.bulwark.stream.decision.Precedence.Standing;
import io.bulwark.stream.decision.StoredDecision.StoredVerdict;
import io.bulwark.stream.state.AgeIndex;
import io.bulwark.stream.state.ClockedProcessor;
import io.bulwark.stream.state.ClockedProcessor.TaskClock;
import io.bulwark.stream.state.Restriction;
import io.bulwark.stream.state.StoreKey;
import io.bulwark.stream.state.StoreNames;
import io.bulwark.stream.state.TopologyEvents;
import io.bulwark.stream.state.TopologyEvents.Count;
import io.bulwark.stream.state.TopologyEvents.Level;
import io.bulwark.stream.uploader.UploaderChange;
import io.bulwark.stream.uploader.UploaderProcessor.Strikes.StrikeWeights;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.WindowStore;

/**
 * Keeps what holds for each image (see {@link Precedence}) and sends on what follows from every change. All facts of
 * one image come to the same task. One stream thread calls.
 */
public final class DecisionProcessor extends ClockedProcessor<byte[], Fact, byte[], DecisionProcessor.Consequence> {

    private static final Duration SWEEP_EVERY = Duration.ofSeconds(1);
    private static final Duration HELD_FOR = Duration.ofDays(1);
    private static final Instant LAST = Instant.ofEpochMilli(Long.MAX_VALUE);
    private static final byte[] NO_KEY = {};

    private final Settings settings;
    private final StrikeWeights weights;
    private final EventDecoder<Hold> holdDecoder;
    private final TopologyEvents events;
    private KeyValueStore<String, StoredDecision> decisions;
    private KeyValueStore<String, StoredVerdict> evidence;
    private WindowStore<String, AttackAudit> audits;
    private AgeIndex ages;
    private AwaitedUploads awaited;
    private ErasedImages erased;
    private HoldLookup holds;

    public DecisionProcessor(
            Settings settings,
            StrikeWeights weights,
            EventDecoder<Hold> holdDecoder,
            TopologyEvents events,
            TaskClock.Source clocks) {
        super("decisions", clocks);
        this.settings = settings;
        this.weights = weights;
        this.holdDecoder = holdDecoder;
        this.events = events;
    }

    /**
     * How long an image is remembered.
     *
     * @param retention how long after it was made a decision is kept
     * @param answerDeadline how long an upload may wait for its verdict before it is missing
     * @param uploadRetention how long an upload without a verdict is listed: as long as its record can be repeated
     * @param restriction which verdicts only designated staff may see
     */
    public record Settings(
            Duration retention, Duration answerDeadline, Duration uploadRetention, Restriction restriction) {}

    @Override
    public void init(ProcessorContext<byte[], Consequence> context) {
        super.init(context);
        decisions = context.getStateStore(StoreNames.DECISIONS);
        evidence = context.getStateStore(StoreNames.EVIDENCE);
        audits = context.getStateStore(StoreNames.AUDITS);
        ages = new AgeIndex(context.getStateStore(StoreNames.DECISION_AGES));
        awaited = new AwaitedUploads(
                context.getStateStore(StoreNames.AWAITED),
                new AgeIndex(context.getStateStore(StoreNames.AWAITED_AGES)),
                settings.answerDeadline(),
                settings.uploadRetention());
        erased = new ErasedImages(context, settings.uploadRetention());
        holds = new HoldLookup(context.getStateStore(StoreNames.HOLDS), holdDecoder);
        every(SWEEP_EVERY, this::sweep);
    }

    @Override
    protected void take(Fact fact) {
        if (fact instanceof Fact.Decided decided) {
            decided(decided);
        } else if (fact instanceof Fact.Reviewed reviewed) {
            reviewed(reviewed.review());
        } else if (fact instanceof Fact.Uploaded uploaded) {
            uploaded(uploaded.upload());
        } else if (fact instanceof Fact.ToErase erase) {
            erase(erase.order(), erase.recorded());
        }
    }

    @Override
    public void close() {
        super.close();
        if (holds != null) {
            holds.close();
        }
        events.level(Level.MISSING_UPLOADS, partition(), 0);
    }

    private void decided(Fact.Decided fact) {
        Verdict verdict = fact.verdict();
        if (Precedence.isPerson(verdict.getDecidedBy())) {
            reviewed(fact.review().review());
            return;
        }
        String key = StoreKey.image(verdict.getTenant(), verdict.getImageId());
        awaited.answered(verdict.getTenant(), verdict.getImageId(), verdict.getUpload());
        ModerationDecision decided = fact.decision();
        Instant uploadedAt = Precedence.uploadedAt(decided);
        if (erased.covers(verdict.getTenant(), verdict.getImageId(), uploadedAt)) {
            erased.addUpload(verdict.getTenant(), verdict.getImageId(), verdict.getUpload(), fact.recorded());
            eraseElsewhere(verdict.getTenant(), verdict.getImageId());
            return;
        }
        StoredDecision before = decisions.get(key);
        ModerationDecision earlier = standing(before).byWorker();
        boolean stays = earlier != null // also while it is not known here that the case stands
                && earlier.getRestricted()
                && verdict.getUpload() != null
                && verdict.getUpload().equals(earlier.getUpload());
        if (stays || settings.restriction().covers(verdict)) {
            restricted(key, before, Restriction.neutral(decided), verdict.getContentSha256());
            return;
        }
        Standing after = Precedence.after(standing(before), decided);
        if (!after.equals(standing(before))) {
            evidence.put(key, new StoredVerdict(verdict, fact.at()));
        }
        keep(key, before, after);
    }

    /** Nothing of the content stays here: neither its evidence, nor its audits, nor its hash from before. */
    private void restricted(String key, StoredDecision stored, ModerationDecision neutral, String sha256) {
        StoredDecision before = stored == null ? null : stored.without(sha256, neutral.getUpload());
        ModerationDecision decided = standing(stored).byWorker();
        boolean isSame = decided != null && sha256 != null && sha256.equals(decided.getContentSha256());
        Standing from = isSame
                ? new Standing(Restriction.neutral(decided), before.standing().reviews())
                : standing(before);
        Standing after = Precedence.after(from, neutral);
        if (after.equals(standing(before))) {
            if (stored != null && !stored.equals(before)) {
                decisions.put(key, before);
            }
            events.count(Count.OUTRANKED, 1);
            return;
        }
        evidence.delete(key);
        eraseAudits(neutral.getTenant(), neutral.getImageId());
        keep(key, before, after);
    }

    /** The order to restrict what was decided on an upload before its content was restricted. */
    private void restrict(String key, Review order) {
        StoredDecision stored = decisions.get(key);
        ModerationDecision decided = standing(stored).byWorker();
        boolean isOf = decided != null
                && !decided.getRestricted()
                && (order.getUpload().equals(decided.getUpload())
                        || settings.restriction().covers(decided.getTenant(), decided.getContentSha256()));
        if (!isOf) {
            events.count(Count.OUTRANKED, 1);
            return;
        }
        restricted(key, stored, Restriction.neutral(decided), decided.getContentSha256());
    }

    private void reviewed(Review review) {
        if (erased.covers(review.getTenant(), review.getImageId(), review.getAt())) {
            return;
        }
        if (settings.restriction().covers(review.getTenant(), review.getContentSha256())) {
            events.count(Count.OUTRANKED, 1);
            return;
        }
        String key = StoreKey.image(review.getTenant(), review.getImageId());
        StoredDecision before = decisions.get(key);
        ModerationDecision byWorker = standing(before).byWorker();
        boolean isOrder = settings.restriction().isOrder(review);
        if (isOrder && review.getDecision() != Decision.SAFE) {
            restrict(key, review);
            return;
        }
        boolean isBarred = Restriction.isByStaff(review) ? !isOrder : byWorker != null && byWorker.getRestricted();
        if (isBarred) {
            events.count(Count.OUTRANKED, 1);
            return;
        }
        keep(key, before, Precedence.after(standing(before), review));
    }

    private void uploaded(AwaitedUpload upload) {
        if (erased.covers(upload.tenant(), upload.imageId(), upload.uploadedAt())) {
            return;
        }
        StoredDecision known = decisions.get(StoreKey.image(upload.tenant(), upload.imageId()));
        ModerationDecision byWorker = standing(known).byWorker();
        if (byWorker == null || !AwaitedUploads.covers(byWorker.getUpload(), upload.upload())) {
            awaited.add(upload);
        }
    }

    private void keep(String key, StoredDecision before, Standing after) {
        if (after.equals(standing(before))) {
            events.count(Count.OUTRANKED, 1);
            return;
        }
        ModerationDecision held = standing(before).inForce().orElse(null);
        ModerationDecision holds = after.inForce().orElse(null);
        ReplacedDecision replaced = replaced(before, held, holds);
        ContentCounts counts = ContentCounts.after(before, after, weights);
        counts.changes().forEach(change -> send(new Consequence.Counted(change)));
        Instant expiresFrom = expiresFrom(after, holds);
        if (before != null) {
            ages.remove(before.expiresFrom(), key);
        }
        ages.add(expiresFrom, key);
        decisions.put(key, new StoredDecision(after, replaced, counts.latest(), counts.earlier(), expiresFrom));
        if (Objects.equals(held, holds)) {
            events.count(Count.OUTRANKED, 1);
        } else {
            events.decided(holds.getDecision());
            sendTraced(new Consequence.InForce(
                    holds.getTenant(),
                    holds.getImageId(),
                    ModerationDecision.newBuilder(holds).setReplaced(replaced).build()));
        }
    }

    /** A person's decision on content that is uploaded again is needed as long as the new upload. */
    private static Instant expiresFrom(Standing after, ModerationDecision holds) {
        if (holds == null) {
            return after.reviews().get(0).getAt();
        }
        Instant byWorker = after.byWorker().getSince();
        return holds.getSince().isAfter(byWorker) ? holds.getSince() : byWorker;
    }

    private static ReplacedDecision replaced(StoredDecision before, ModerationDecision held, ModerationDecision holds) {
        if (held == null || held.equals(holds)) {
            return before == null ? null : before.replaced();
        }
        return new ReplacedDecision(held.getDecision(), held.getDecidedBy(), held.getSince(), held.getContentSha256());
    }

    private void sweep(Instant now) {
        long expired = 0;
        Instant until = now.minus(settings.retention());
        for (AgeIndex.Due due : ages.sweep(until)) {
            StoredDecision stored = decisions.get(due.key());
            if (stored == null) {
                continue;
            }
            if (isHeld(stored)) {
                Instant later = until.plus(HELD_FOR);
                ages.postpone(later, due.key());
                decisions.put(due.key(), stored.expiringFrom(later));
                continue;
            }
            ModerationDecision byWorker = stored.standing().byWorker();
            forget(due.key());
            if (byWorker != null) {
                send(new Consequence.InForce(byWorker.getTenant(), byWorker.getImageId(), null));
            }
            expired++;
        }
        events.count(Count.EXPIRED, expired);
        erased.sweep(now);
        events.level(Level.MISSING_UPLOADS, partition(), awaited.overdue(now));
    }

    private void forget(String key) {
        decisions.delete(key);
        evidence.delete(key);
    }

    private void erase(Erasure order, Instant recorded) {
        boolean image = order.getSubject() == Subject.IMAGE;
        String key = StoreKey.image(order.getTenant(), order.getId());
        StoredDecision stored = image ? decisions.get(key) : null;
        if (holds.isHeld(order.getTenant(), order.getSubject(), order.getId()) || (stored != null && isHeld(stored))) {
            events.count(Count.ERASURE_REFUSED, 1);
            return;
        }
        if (image) {
            eraseImage(order, recorded, key, stored);
        } else if (order.getSubject() == Subject.UPLOADER) {
            send(new Consequence.Counted(UploaderChange.forgotten(order.getTenant(), order.getId(), order.getAt())));
        }
        events.count(Count.ERASED, 1);
    }

    private void eraseImage(Erasure order, Instant recorded, String key, StoredDecision stored) {
        if (stored != null) {
            ages.remove(stored.expiresFrom(), key);
            forget(key);
            if (stored.counted() != null) {
                send(new Consequence.Counted(UploaderChange.minus(stored.counted())));
            }
            stored.earlier().forEach(content -> send(new Consequence.Counted(UploaderChange.minus(content.counted()))));
        }
        sendTraced(new Consequence.InForce(order.getTenant(), order.getId(), null));
        awaited.answered(order.getTenant(), order.getId(), null);
        erased.add(order.getTenant(), order.getId(), recorded);
        eraseElsewhere(order.getTenant(), order.getId());
    }

    /** The image's audits, and its records on the other topics. */
    private void eraseElsewhere(String tenant, String imageId) {
        eraseAudits(tenant, imageId);
        send(new Consequence.Erased(imageId));
    }

    private void eraseAudits(String tenant, String imageId) {
        for (AttackKind kind : AttackKind.values()) {
            String key = StoreKey.ofImage(tenant, imageId, kind.name());
            all(audits.fetch(key, Instant.EPOCH, LAST)).forEach(found -> {
                audits.put(key, null, found.key);
                if (!SampledAudits.isOne(found.value)) {
                    send(new Consequence.AuditErased(found.value));
                }
            });
        }
    }

    private boolean isHeld(StoredDecision stored) {
        ModerationDecision byWorker = stored.standing().byWorker();
        return byWorker != null
                && (holds.isHeld(byWorker.getTenant(), Subject.IMAGE, byWorker.getImageId())
                        || holds.isHeld(byWorker.getTenant(), Subject.UPLOADER, byWorker.getUploaderId()));
    }

    private void send(Consequence consequence) {
        send(NO_KEY, consequence);
    }

    private void sendTraced(Consequence.InForce consequence) {
        sendTraced(NO_KEY, consequence);
    }

    private static Standing standing(StoredDecision stored) {
        return stored == null ? Standing.NONE : stored.standing();
    }

    /** What follows from a {@link Fact}, for other topics. */
    public sealed interface Consequence {

        /**
         * What holds now for an image.
         *
         * @param decision null: forgotten
         */
        record InForce(String tenant, String imageId, ModerationDecision decision) implements Consequence {

            /** Whether only designated staff may know more than that the image has to be taken down. */
            public boolean isRestricted() {
                return decision != null && decision.getRestricted();
            }

            /** As parts see it that may know nothing of a restricted image: forgotten. */
            public InForce open() {
                return isRestricted() ? new InForce(tenant, imageId, null) : this;
            }
        }

        /** What changes in the uploader's statistics. */
        record Counted(UploaderChange change) implements Consequence {}

        /** The image's records on the other topics are to go. */
        record Erased(String imageId) implements Consequence {}

        /** An audit of the image, which is no sample, is to go from its uploader's. */
        record AuditErased(AttackAudit audit) implements Consequence {}
    }
}
