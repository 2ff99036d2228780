package io.bulwark.stream.flagged;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.AttackKind;
import io.bulwark.events.DeciderKind;
import io.bulwark.events.Decision;
import io.bulwark.events.ImageEmbedding;
import io.bulwark.events.ModerationDecision;
import io.bulwark.events.ReplacedDecision;
import io.bulwark.stream.decision.StoredDecision;
import io.bulwark.stream.state.AgeIndex;
import io.bulwark.stream.state.StoreKey;
import io.bulwark.stream.state.StoreNames;
import io.bulwark.stream.state.TaskClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.WindowStore;
import org.apache.kafka.streams.state.WindowStoreIterator;

/**
 * Brings together what holds for an image and how a worker saw it, whichever comes first, and tells the index of its
 * tenant. All that is said of one image comes to the same task. One stream thread calls.
 */
public final class FlaggedSightings extends ContextualProcessor<byte[], Sighting, String, FlaggedChange> {

    /** What the evidence of an audit {@code NEAR_FLAGGED} calls the entry. */
    static final String ENTRY = "entry";

    /** Release 2 of the schemas, which workers may write, has no word for the first two. */
    private static final List<AttackKind> NEAR_FLAGGED =
            List.of(AttackKind.NEAR_FLAGGED, AttackKind.HASH_TWIN, AttackKind.OTHER);

    /** Entries that one SAFE removes at most, besides those that the image is part of: an upload has an audit or two. */
    private static final int MOST_HELD = 8;

    private static final Duration SWEEP_EVERY = Duration.ofSeconds(1);
    private static final long LEAST_A_SWEEP = 1_000;
    private static final Instant LAST = Instant.ofEpochMilli(Long.MAX_VALUE);

    private final FlaggedSettings settings;
    private final TaskClock.Source clocks;
    private TaskClock clock;
    private KeyValueStore<String, ImageEmbedding> seen;
    private KeyValueStore<String, StoredDecision> decisions;
    private WindowStore<String, AttackAudit> audits;
    private AgeIndex ages;
    private long keptSinceSweep;

    public FlaggedSightings(FlaggedSettings settings, TaskClock.Source clocks) {
        this.settings = settings;
        this.clocks = clocks;
    }

    @Override
    public void init(ProcessorContext<String, FlaggedChange> context) {
        super.init(context);
        seen = context.getStateStore(StoreNames.SEEN);
        decisions = context.getStateStore(StoreNames.DECISIONS);
        audits = context.getStateStore(StoreNames.AUDITS);
        ages = new AgeIndex(context.getStateStore(StoreNames.SEEN_AGES));
        clock = clocks.clock(context.taskId() + " flagged-sightings", context.currentSystemTimeMs());
        context.schedule(
                SWEEP_EVERY,
                PunctuationType.WALL_CLOCK_TIME,
                wall -> clock.look(wall).ifPresent(this::sweep));
    }

    @Override
    public void close() {
        clock.close();
    }

    @Override
    public void process(Record<byte[], Sighting> record) {
        clock.saw(record.timestamp());
        Sighting sighting = record.value();
        if (sighting instanceof Sighting.Decided decided) {
            decided(
                    decided.inForce().tenant(),
                    decided.inForce().imageId(),
                    decided.inForce().decision());
        } else if (sighting instanceof Sighting.Embedded embedded) {
            embedded(embedded.embedding(), embedded.recorded());
        } else if (sighting instanceof Sighting.EmbeddingErased erased) {
            keysOf(StoreKey.prefix(erased.imageId())).forEach(this::drop);
        }
    }

    private void decided(String tenant, String imageId, ModerationDecision decision) {
        if (decision == null) {
            keysOf(StoreKey.prefix(imageId, tenant)).forEach(this::drop);
            send(new FlaggedChange.Forget(tenant, imageId));
        } else if (decision.getContentSha256() != null && decision.getDecision() == Decision.NSFW) {
            kept(decision).ifPresent(embedding -> flag(decision, embedding));
        } else if (decision.getContentSha256() != null) {
            notFlagged(tenant, imageId, decision);
        }
    }

    private void notFlagged(String tenant, String imageId, ModerationDecision decision) {
        String sha256 = decision.getContentSha256();
        ReplacedDecision before = decision.getReplaced();
        boolean sameContent = before != null && sha256.equals(before.getContentSha256());
        if (decision.getDecision() == Decision.SAFE && decision.getDecidedBy().getKind() == DeciderKind.REVIEWER) {
            send(safe(decision));
        } else if (sameContent && before.getDecision() == Decision.NSFW) {
            send(new FlaggedChange.Unflag(tenant, imageId, sha256));
        } else if (sameContent
                && before.getDecision() == Decision.SAFE
                && before.getDecidedBy().getKind() == DeciderKind.REVIEWER) {
            send(new FlaggedChange.Lift(tenant, sha256));
        }
    }

    private void embedded(ImageEmbedding embedding, Instant recorded) {
        Instant now = clock.newest();
        if (embedding.getViews().isEmpty()
                || embedding.getContentSha256() == null
                || recorded.isBefore(now.minus(settings.embeddings()))) {
            return;
        }
        String key = StoreKey.seen(embedding.getImageId(), embedding.getTenant(), embedding.getContentSha256());
        drop(key);
        ImageEmbedding kept = ContentViews.kept(embedding, recorded);
        seen.put(key, kept);
        ages.add(recorded, key);
        keptSinceSweep++;
        StoredDecision stored = decisions.get(StoreKey.image(embedding.getTenant(), embedding.getImageId()));
        Optional.ofNullable(stored)
                .flatMap(known -> known.standing().inForce())
                .filter(decision -> decision.getDecision() == Decision.NSFW)
                .filter(decision -> kept.getContentSha256().equals(decision.getContentSha256()))
                .ifPresent(decision -> flag(decision, kept));
    }

    private Optional<ImageEmbedding> kept(ModerationDecision decision) {
        return Optional.ofNullable(
                seen.get(StoreKey.seen(decision.getImageId(), decision.getTenant(), decision.getContentSha256())));
    }

    private void flag(ModerationDecision decision, ImageEmbedding kept) {
        ContentViews.flagged(decision, kept).forEach(member -> send(new FlaggedChange.Flag(member)));
    }

    /** Only audits of that upload count: other content under the id may have been held back by another entry. */
    private FlaggedChange.Safe safe(ModerationDecision decision) {
        var entries = new TreeSet<String>();
        double bound = 0;
        for (AttackAudit audit : audits(decision.getTenant(), decision.getImageId())) {
            String entry = audit.getEvidence().get(ENTRY);
            if (entry != null && audit.getUpload() != null && audit.getUpload().equals(decision.getUpload())) {
                entries.add(entry);
                bound = Math.max(bound, bound(audit));
            }
        }
        Optional<ImageEmbedding> kept = kept(decision);
        // A worker flags the file again whenever it comes under another id.
        boolean needed = !entries.isEmpty()
                || kept.map(seen -> seen.getDecision() == Decision.NSFW).orElse(true);
        return new FlaggedChange.Safe(
                new Exemption(
                        decision.getTenant(),
                        decision.getImageId(),
                        decision.getContentSha256(),
                        decision.getSince(),
                        needed),
                entries.stream().limit(MOST_HELD).toList(),
                kept.map(ImageEmbedding::getModelFingerprint).orElse(""),
                kept.map(ContentViews::deciding).orElse(new byte[0]),
                bound);
    }

    private static double bound(AttackAudit audit) {
        return audit.getSignals().stream()
                .mapToDouble(signal -> Math.acos(Math.max(-1, Math.min(1, signal.getThreshold()))))
                .max()
                .orElse(0);
    }

    private List<AttackAudit> audits(String tenant, String imageId) {
        var found = new ArrayList<AttackAudit>();
        for (AttackKind kind : NEAR_FLAGGED) {
            String key = StoreKey.imageAudit(tenant, imageId, kind.name());
            try (WindowStoreIterator<AttackAudit> stored = audits.fetch(key, Instant.EPOCH, LAST)) {
                stored.forEachRemaining(each -> found.add(each.value));
            }
        }
        return found;
    }

    private List<String> keysOf(String prefix) {
        var keys = new ArrayList<String>();
        try (KeyValueIterator<String, ImageEmbedding> entries = seen.prefixScan(prefix, new StringSerializer())) {
            entries.forEachRemaining(entry -> keys.add(entry.key));
        }
        return keys;
    }

    private void drop(String key) {
        ImageEmbedding kept = seen.delete(key);
        if (kept != null) {
            ages.remove(kept.getDecidedAt(), key);
        }
    }

    private void sweep(Instant now) {
        long quota = LEAST_A_SWEEP + 2 * keptSinceSweep;
        keptSinceSweep = 0;
        ages.due(now.minus(settings.embeddings()), quota).forEach(due -> {
            seen.delete(due.key());
            ages.remove(due.at(), due.key());
        });
    }

    private void send(FlaggedChange change) {
        context().forward(new Record<>(change.tenant(), change, clock.stamp()));
    }
}
