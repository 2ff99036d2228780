package io.bulwark.stream.flagged;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.AttackKind;
import io.bulwark.events.Decision;
import io.bulwark.events.ImageEmbedding;
import io.bulwark.events.ModerationDecision;
import io.bulwark.events.ReplacedDecision;
import io.bulwark.events.ViewEmbedding;
import io.bulwark.stream.decision.DecisionProcessor.Consequence;
import io.bulwark.stream.decision.Precedence;
import io.bulwark.stream.decision.StoredDecision;
import io.bulwark.stream.flagged.FlaggedChange.Exemption;
import io.bulwark.stream.flagged.FlaggedChange.FlaggedMember;
import io.bulwark.stream.state.AgeIndex;
import io.bulwark.stream.state.ClockedProcessor;
import io.bulwark.stream.state.ClockedProcessor.TaskClock;
import io.bulwark.stream.state.SourceReader.Reading;
import io.bulwark.stream.state.StoreKey;
import io.bulwark.stream.state.StoreNames;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.WindowStore;

/**
 * Joins the decision on an image with its embedding, whichever is read first, and forwards changes to the index of its
 * tenant. All records of one image go to the same task. One stream thread calls.
 */
public final class FlaggedSightings extends ClockedProcessor<byte[], FlaggedSightings.Sighting, String, FlaggedChange> {

    /** The key of the entry in the evidence of an audit {@code NEAR_FLAGGED}. */
    static final String ENTRY = "entry";

    /** Release 2 of the schemas, which workers may write, lacks the first two. */
    private static final List<AttackKind> NEAR_FLAGGED =
            List.of(AttackKind.NEAR_FLAGGED, AttackKind.HASH_TWIN, AttackKind.OTHER);

    /** Entries that one SAFE removes at most, besides the image's own: an upload has an audit or two. */
    private static final int MOST_HELD = 8;

    private static final Duration SWEEP_EVERY = Duration.ofSeconds(1);
    private static final Instant LAST = Instant.ofEpochMilli(Long.MAX_VALUE);

    private final FlaggedProcessor.Settings settings;
    private KeyValueStore<String, ImageEmbedding> seen;
    private KeyValueStore<String, StoredDecision> decisions;
    private WindowStore<String, AttackAudit> audits;
    private AgeIndex ages;

    public FlaggedSightings(FlaggedProcessor.Settings settings, TaskClock.Source clocks) {
        super("flagged-sightings", clocks);
        this.settings = settings;
    }

    @Override
    public void init(ProcessorContext<String, FlaggedChange> context) {
        super.init(context);
        seen = context.getStateStore(StoreNames.SEEN);
        decisions = context.getStateStore(StoreNames.DECISIONS);
        audits = context.getStateStore(StoreNames.AUDITS);
        ages = new AgeIndex(context.getStateStore(StoreNames.SEEN_AGES));
        every(SWEEP_EVERY, now -> ages.sweep(now.minus(settings.embeddings())).forEach(due -> seen.delete(due.key())));
    }

    @Override
    protected void take(Sighting sighting) {
        if (sighting instanceof Sighting.Decided decided) {
            decided(
                    decided.inForce().tenant(),
                    decided.inForce().imageId(),
                    decided.inForce().decision());
        } else if (sighting instanceof Sighting.Embedded embedded) {
            embedded(embedded.embedding(), embedded.recorded());
        } else if (sighting instanceof Sighting.EmbeddingErased erased) {
            dropAll(StoreKey.prefix(erased.imageId()));
        }
    }

    private void decided(String tenant, String imageId, ModerationDecision decision) {
        if (decision == null) {
            dropAll(StoreKey.prefix(imageId, tenant));
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
        if (decision.getDecision() == Decision.SAFE && Precedence.isPerson(decision.getDecidedBy())) {
            send(safe(decision));
        } else if (before != null && !sameContent || sameContent && before.getDecision() == Decision.NSFW) {
            // Of content that was here before what it replaces it is not known what it was.
            send(new FlaggedChange.Unflag(tenant, imageId, sha256));
        } else if (sameContent && before.getDecision() == Decision.SAFE && Precedence.isPerson(before.getDecidedBy())) {
            send(new FlaggedChange.Lift(tenant, sha256));
        }
    }

    private void embedded(ImageEmbedding embedding, Instant recorded) {
        if (embedding.getViews().isEmpty()
                || embedding.getContentSha256() == null
                || recorded.isBefore(newest().minus(settings.embeddings()))) {
            return;
        }
        StoredDecision stored = decisions.get(StoreKey.image(embedding.getTenant(), embedding.getImageId()));
        if (stored != null && stored.isRestricted()) {
            return;
        }
        String key = StoreKey.seen(embedding.getImageId(), embedding.getTenant(), embedding.getContentSha256());
        drop(key);
        ImageEmbedding kept = ContentViews.kept(embedding, recorded);
        seen.put(key, kept);
        ages.add(recorded, key);
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
        return NEAR_FLAGGED.stream()
                .map(kind -> StoreKey.ofImage(tenant, imageId, kind.name()))
                .flatMap(key -> all(audits.fetch(key, Instant.EPOCH, LAST)).stream())
                .map(entry -> entry.value)
                .toList();
    }

    private void dropAll(String prefix) {
        all(seen.prefixScan(prefix, new StringSerializer())).forEach(entry -> drop(entry.key));
    }

    private void drop(String key) {
        ImageEmbedding kept = seen.delete(key);
        if (kept != null) {
            ages.remove(kept.getDecidedAt(), key);
        }
    }

    private void send(FlaggedChange change) {
        send(change.tenant(), change);
    }

    /** What the index needs to know of an image. */
    public sealed interface Sighting {

        /** What holds for it changed. */
        record Decided(Consequence.InForce inForce) implements Sighting {}

        /**
         * A worker saw it.
         *
         * @param recorded when the broker took that in
         */
        record Embedded(ImageEmbedding embedding, Instant recorded) implements Sighting {}

        /** How workers saw images of that id is to be forgotten, whatever their tenant. */
        record EmbeddingErased(String imageId) implements Sighting {}

        /** What a record of {@code moderation.embeddings} says. */
        static Sighting of(Reading.Readable<ImageEmbedding> readable) {
            return readable.value() == null
                    ? new EmbeddingErased(readable.key())
                    : new Embedded(readable.value(), readable.timestamp());
        }
    }

    /** The views of an image that represent its content in the index. */
    static final class ContentViews {

        /** Views of one content that are kept, where it is not known which of them matters. */
        static final int MOST = 8;

        private ContentViews() {}

        /**
         * The embedding to keep: of content that a worker did not call SAFE the view that decided; otherwise that view
         * first, and others up to {@link #MOST}.
         *
         * @param embedding with at least one view
         * @param recorded when the broker took it in; stands as its {@code decidedAt} from here on
         */
        static ImageEmbedding kept(ImageEmbedding embedding, Instant recorded) {
            var views = new ArrayList<ViewEmbedding>();
            for (ViewEmbedding view : embedding.getViews()) {
                views.add(view.getView().equals(embedding.getDecidingView()) ? 0 : views.size(), view);
            }
            boolean known = views.get(0).getView().equals(embedding.getDecidingView());
            int most = known && embedding.getDecision() != Decision.SAFE ? 1 : Math.min(MOST, views.size());
            return ImageEmbedding.newBuilder(embedding)
                    .setViews(List.copyOf(views.subList(0, most)))
                    .setDecidedAt(recorded)
                    .build();
        }

        /**
         * The members for a decision NSFW. Where it is not known which of several views is meant, a worker's decision
         * adds none, and a person's adds each unconfirmed: one of them may be a harmless picture beside the flagged
         * one.
         *
         * @param kept of that very content
         */
        static List<FlaggedMember> flagged(ModerationDecision decision, ImageEmbedding kept) {
            boolean person = Precedence.isPerson(decision.getDecidedBy());
            boolean known = kept.getViews().size() == 1;
            if (!known && !person) {
                return List.of();
            }
            return kept.getViews().stream()
                    .map(view -> new FlaggedMember(
                            decision.getTenant(),
                            decision.getImageId(),
                            decision.getContentSha256(),
                            view.getView(),
                            decision.getUploaderId(),
                            decision.getLabels().isEmpty()
                                    ? ""
                                    : decision.getLabels().get(0),
                            kept.getModelFingerprint(),
                            person,
                            person && known,
                            decision.getSince(),
                            bytes(view.getEmbedding())))
                    .toList();
        }

        /** The row that decided, where it is known. */
        static byte[] deciding(ImageEmbedding kept) {
            return bytes(kept.getViews().get(0).getEmbedding());
        }

        private static byte[] bytes(ByteBuffer content) {
            byte[] bytes = new byte[content.remaining()];
            content.duplicate().get(bytes);
            return bytes;
        }
    }
}
