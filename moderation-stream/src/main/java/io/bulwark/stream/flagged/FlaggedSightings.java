package io.bulwark.stream.flagged;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.AttackKind;
import io.bulwark.events.DeciderKind;
import io.bulwark.events.Decision;
import io.bulwark.events.ImageEmbedding;
import io.bulwark.events.ModerationDecision;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.events.ReplacedDecision;
import io.bulwark.stream.decision.StoredDecision;
import io.bulwark.stream.state.AgeIndex;
import io.bulwark.stream.state.StoreKey;
import io.bulwark.stream.state.StoreNames;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

    private static final Duration SWEEP_EVERY = Duration.ofSeconds(1);
    private static final long LEAST_A_SWEEP = 1_000;
    private static final Instant LAST = Instant.ofEpochMilli(Long.MAX_VALUE);

    private final FlaggedSettings settings;
    private KeyValueStore<String, ImageEmbedding> seen;
    private KeyValueStore<String, StoredDecision> decisions;
    private WindowStore<String, AttackAudit> audits;
    private AgeIndex ages;
    private long keptSinceSweep;

    public FlaggedSightings(FlaggedSettings settings) {
        this.settings = settings;
    }

    @Override
    public void init(ProcessorContext<String, FlaggedChange> context) {
        super.init(context);
        seen = context.getStateStore(StoreNames.SEEN);
        decisions = context.getStateStore(StoreNames.DECISIONS);
        audits = context.getStateStore(StoreNames.AUDITS);
        ages = new AgeIndex(context.getStateStore(StoreNames.SEEN_AGES));
        context.schedule(SWEEP_EVERY, PunctuationType.WALL_CLOCK_TIME, now -> sweep(Instant.ofEpochMilli(now)));
    }

    @Override
    public void process(Record<byte[], Sighting> record) {
        Sighting sighting = record.value();
        if (sighting instanceof Sighting.Decided decided) {
            decided(
                    decided.inForce().tenant(),
                    decided.inForce().imageId(),
                    decided.inForce().decision());
        } else if (sighting instanceof Sighting.Embedded embedded) {
            embedded(embedded.embedding(), embedded.recorded());
        } else if (sighting instanceof Sighting.EmbeddingErased erased) {
            keysOf(erased.imageId()).forEach(this::drop);
        }
    }

    private void decided(String tenant, String imageId, ModerationDecision decision) {
        if (decision == null) {
            drop(StoreKey.seen(imageId, tenant));
            send(new FlaggedChange.Forget(tenant, imageId));
        } else if (decision.getDecision() == Decision.NSFW) {
            Optional.ofNullable(seen.get(StoreKey.seen(imageId, tenant)))
                    .ifPresent(embedding -> flag(decision, embedding));
        } else if (decision.getContentSha256() != null) {
            notFlagged(tenant, imageId, decision);
        }
    }

    private void notFlagged(String tenant, String imageId, ModerationDecision decision) {
        String sha256 = decision.getContentSha256();
        ReplacedDecision before = decision.getReplaced();
        boolean sameContent = before != null && sha256.equals(before.getContentSha256());
        if (decision.getDecision() == Decision.SAFE && decision.getDecidedBy().getKind() == DeciderKind.REVIEWER) {
            send(new FlaggedChange.Safe(
                    new Exemption(tenant, imageId, sha256, decision.getSince()),
                    heldBackBy(tenant, imageId, decision.getUpload())));
        } else if (sameContent && before.getDecision() == Decision.NSFW) {
            send(new FlaggedChange.Unflag(tenant, imageId, sha256));
        } else if (sameContent
                && before.getDecision() == Decision.SAFE
                && before.getDecidedBy().getKind() == DeciderKind.REVIEWER) {
            send(new FlaggedChange.Lift(tenant, sha256));
        }
    }

    private void embedded(ImageEmbedding embedding, Instant recorded) {
        if (embedding.getViews().isEmpty() || embedding.getContentSha256() == null) {
            return;
        }
        String key = StoreKey.seen(embedding.getImageId(), embedding.getTenant());
        drop(key);
        ImageEmbedding kept = ImageEmbedding.newBuilder(embedding)
                .setViews(embedding.getViews().subList(0, 1))
                .setDecidedAt(recorded)
                .build();
        seen.put(key, kept);
        ages.add(recorded, key);
        keptSinceSweep++;
        StoredDecision stored = decisions.get(StoreKey.image(embedding.getTenant(), embedding.getImageId()));
        Optional.ofNullable(stored)
                .flatMap(known -> known.standing().inForce())
                .filter(decision -> decision.getDecision() == Decision.NSFW)
                .ifPresent(decision -> flag(decision, kept));
    }

    private void flag(ModerationDecision decision, ImageEmbedding embedding) {
        if (!embedding.getContentSha256().equals(decision.getContentSha256())) {
            return;
        }
        send(new FlaggedChange.Flag(new FlaggedMember(
                decision.getTenant(),
                decision.getImageId(),
                decision.getContentSha256(),
                decision.getUploaderId(),
                decision.getLabels().isEmpty() ? "" : decision.getLabels().get(0),
                decision.getDecidedBy().getKind() == DeciderKind.REVIEWER,
                decision.getSince(),
                embedding.getModelFingerprint(),
                bytes(embedding.getViews().get(0).getEmbedding()))));
    }

    /** Only by audits of that upload: other content under the id may have been held back by another entry. */
    private List<String> heldBackBy(String tenant, String imageId, RecordCoordinates upload) {
        var entries = new ArrayList<String>();
        for (AttackKind kind : NEAR_FLAGGED) {
            String key = StoreKey.imageAudit(tenant, imageId, kind.name());
            try (WindowStoreIterator<AttackAudit> found = audits.fetch(key, Instant.EPOCH, LAST)) {
                while (found.hasNext()) {
                    AttackAudit audit = found.next().value;
                    if (upload != null && upload.equals(audit.getUpload())) {
                        Optional.ofNullable(audit.getEvidence().get(ENTRY)).ifPresent(entries::add);
                    }
                }
            }
        }
        return entries;
    }

    private List<String> keysOf(String imageId) {
        var keys = new ArrayList<String>();
        try (KeyValueIterator<String, ImageEmbedding> entries =
                seen.prefixScan(StoreKey.prefix(imageId), new StringSerializer())) {
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

    private static byte[] bytes(ByteBuffer content) {
        byte[] bytes = new byte[content.remaining()];
        content.duplicate().get(bytes);
        return bytes;
    }

    private void send(FlaggedChange change) {
        context().forward(new Record<>(change.tenant(), change, context().currentSystemTimeMs()));
    }
}
