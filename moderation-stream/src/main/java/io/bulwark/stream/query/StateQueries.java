package io.bulwark.stream.query;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.AttackCampaign;
import io.bulwark.events.AttackKind;
import io.bulwark.events.Decision;
import io.bulwark.events.Hold;
import io.bulwark.events.ModerationDecision;
import io.bulwark.events.Subject;
import io.bulwark.events.UploaderStats;
import io.bulwark.schemas.follow.SchemaFollower;
import io.bulwark.schemas.serde.DecodedEvent;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.topic.TenantKey;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.StreamConfig;
import io.bulwark.stream.StreamSettings;
import io.bulwark.stream.audit.AuditTally;
import io.bulwark.stream.audit.AuditTally.ProbeTally;
import io.bulwark.stream.decision.AwaitedUploads.AwaitedUpload;
import io.bulwark.stream.decision.StoredDecision;
import io.bulwark.stream.decision.StoredDecision.StoredVerdict;
import io.bulwark.stream.query.Answer.Freshness;
import io.bulwark.stream.query.Answer.Page;
import io.bulwark.stream.runtime.InstanceAddress;
import io.bulwark.stream.state.ClockedProcessor;
import io.bulwark.stream.state.StoreKey;
import io.bulwark.stream.state.StoreNames;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.function.Function;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.QueryableStoreType;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyWindowStore;

/**
 * Reads the stores of this instance. The tenant is part of every question, and an answer holds nothing of another. Any
 * thread; a question reads from disk and may take milliseconds.
 */
@Singleton
public class StateQueries {

    /** Audits, or images without an answer, in one answer. */
    public static final int MOST_LISTED = 500;

    /** Decisions of one partition that are looked at for one page. */
    static final int MOST_LOOKED_AT = 10_000;

    /** The repartition topic that the audits of uploaders are kept from, behind the application's id. */
    private static final String AUDITS_OF_UPLOADER = "-audits-of-uploader-repartition";

    private static final Instant LAST = Instant.ofEpochMilli(Long.MAX_VALUE);

    private final LocalStores stores;

    StateQueries(LocalStores stores) {
        this.stores = stores;
    }

    /** The instances that are up, this one among them: together they hold everything. */
    public List<InstanceAddress> instances() {
        return stores.instances();
    }

    /** What holds for an image; absent where nothing does, or it is forgotten. */
    public Answer<ModerationDecision> decision(String tenant, String imageId, Freshness freshness) {
        String key = StoreKey.image(tenant, imageId);
        return stores.ask(StoreNames.DECISIONS, imageId, freshness, StateQueries.<StoredDecision>keyValues(), store -> {
            StoredDecision stored = store.get(key);
            return stored == null ? null : inForce(stored).orElse(null);
        });
    }

    /** What a worker saw in the content that the decision is about. */
    public Answer<StoredVerdict> evidence(String tenant, String imageId, Freshness freshness) {
        return get(StoreNames.EVIDENCE, imageId, freshness, StoreKey.image(tenant, imageId));
    }

    /** The windows of an uploader, in no order; absent where there is none. */
    public Answer<List<UploaderStats>> uploader(String tenant, String uploaderId, Freshness freshness) {
        return list(
                StoreNames.UPLOADERS, uploaderId, freshness, StoreKey.prefix(tenant, uploaderId), Integer.MAX_VALUE);
    }

    /** The threshold that an uploader's strikes reach; absent where they reach none. */
    public Answer<String> uploaderLevel(String tenant, String uploaderId, Freshness freshness) {
        return get(StoreNames.UPLOADER_LEVELS, uploaderId, freshness, StoreKey.image(tenant, uploaderId));
    }

    /** The audits of an image, in no order; absent where there are none. */
    public Answer<List<AttackAudit>> audits(String tenant, String imageId, Freshness freshness) {
        QueryableStoreType<ReadOnlyWindowStore<String, AttackAudit>> type = QueryableStoreTypes.windowStore();
        return stores.ask(StoreNames.AUDITS, imageId, freshness, type, store -> {
            List<AttackAudit> audits = new ArrayList<>();
            for (AttackKind kind : AttackKind.values()) {
                ClockedProcessor.all(store.fetch(StoreKey.ofImage(tenant, imageId, kind.name()), Instant.EPOCH, LAST))
                        .forEach(entry -> audits.add(entry.value));
            }
            return audits.isEmpty() ? null : audits;
        });
    }

    /**
     * The newest audits of an uploader's images, newest first, at most {@value #MOST_LISTED}; absent where there are
     * none.
     */
    public Answer<List<AttackAudit>> auditsOfUploader(String tenant, String uploaderId, Freshness freshness) {
        return list(
                StoreNames.UPLOADER_AUDITS, uploaderId, freshness, StoreKey.prefix(tenant, uploaderId), MOST_LISTED);
    }

    /**
     * The audits of a tenant among the partitions that this instance holds, counted by kind and time. All instances
     * together count all.
     *
     * @param since the first bucket begins with it
     */
    public Answer<AuditTally> auditsCountedHere(String tenant, Instant since, Duration bucket) {
        return stores.askEach(
                        StoreNames.UPLOADER_AUDIT_AGES,
                        topic -> topic.endsWith(AUDITS_OF_UPLOADER),
                        StateQueries.<byte[]>keyValues(),
                        ages -> List.of(AuditTally.of(ages, tenant, since, bucket)))
                .map(parts -> AuditTally.together(since, parts));
    }

    /** The results of probes that {@link #auditsCountedHere} found. */
    public Answer<ProbeTally> probesHere(List<AuditTally.Candidate> probes) {
        if (probes.isEmpty()) {
            return new Answer.Found<>(new ProbeTally()); // an instance without a partition has no store to ask
        }
        return stores.askAll(StoreNames.UPLOADER_AUDITS, StateQueries.<AttackAudit>keyValues(), audits -> {
            var tally = new ProbeTally();
            probes.forEach(probe ->
                    Optional.ofNullable(audits.get(probe.key())).ifPresent(audit -> tally.add(audit, probe.bucket())));
            return tally;
        });
    }

    /**
     * The uploads of a tenant without an answer among the partitions that this instance holds, oldest first, at most
     * {@value #MOST_LISTED}. All instances together list all.
     *
     * @param takenInBefore when the broker took in the youngest of them at the latest
     */
    public Answer<List<AwaitedUpload>> missingHere(String tenant, Instant takenInBefore) {
        String prefix = StoreKey.prefix(tenant);
        return stores.askAll(StoreNames.AWAITED, StateQueries.<AwaitedUpload>keyValues(), store -> {
            Queue<AwaitedUpload> oldest = new PriorityQueue<>(
                    Comparator.comparing(AwaitedUpload::uploadedAt).reversed());
            try (KeyValueIterator<String, AwaitedUpload> entries = store.prefixScan(prefix, new StringSerializer())) {
                while (entries.hasNext()) {
                    AwaitedUpload upload = entries.next().value;
                    if (!upload.uploadedAt().isAfter(takenInBefore)) {
                        oldest.add(upload);
                    }
                    if (oldest.size() > MOST_LISTED) {
                        oldest.remove();
                    }
                }
            }
            return oldest.stream()
                    .sorted(Comparator.comparing(AwaitedUpload::uploadedAt))
                    .toList();
        });
    }

    /**
     * Decisions of a tenant among the partitions that this instance holds, in the order of their image ids. Of each
     * partition {@value #MOST_LOOKED_AT} are looked at, so a filter that shows little makes short pages.
     *
     * @param afterImageId only those behind it; empty from the first
     */
    public Answer<Page<ModerationDecision>> decisionsHere(
            String tenant, String afterImageId, DecisionFilter filter, int limit) {
        return stores.askEach(
                        StoreNames.DECISIONS,
                        Topics.VERDICTS::isNamed,
                        StateQueries.<StoredDecision>keyValues(),
                        store -> List.of(page(store, tenant, afterImageId, filter, limit)))
                .map(parts -> Page.of(parts, ModerationDecision::getImageId, limit));
    }

    private static Page<ModerationDecision> page(
            ReadOnlyKeyValueStore<String, StoredDecision> store,
            String tenant,
            String afterImageId,
            DecisionFilter filter,
            int limit) {
        String prefix = StoreKey.prefix(tenant);
        String from = afterImageId.isEmpty() ? prefix : StoreKey.image(tenant, afterImageId);
        var found = new ArrayList<ModerationDecision>();
        String last = afterImageId;
        int lookedAt = 0;
        try (KeyValueIterator<String, StoredDecision> entries = store.range(from, null)) {
            while (entries.hasNext() && entries.peekNextKey().startsWith(prefix)) {
                if (found.size() == limit || lookedAt == MOST_LOOKED_AT) {
                    return new Page<>(found, Optional.of(last));
                }
                var entry = entries.next();
                if (!entry.key.equals(from)) {
                    inForce(entry.value).filter(filter::shows).ifPresent(found::add);
                    last = StoreKey.id(entry.key);
                    lookedAt++;
                }
            }
        }
        return new Page<>(found, Optional.empty());
    }

    /** A campaign; absent where there is none of that id. */
    public Answer<AttackCampaign> campaign(String tenant, String campaignId, Freshness freshness) {
        return get(StoreNames.CAMPAIGNS, tenant, freshness, StoreKey.image(tenant, campaignId));
    }

    /** The campaigns of a tenant, in no order; they lie together. Absent where there is none. */
    public Answer<List<AttackCampaign>> campaigns(String tenant, Freshness freshness) {
        return list(StoreNames.CAMPAIGNS, tenant, freshness, StoreKey.prefix(tenant), Integer.MAX_VALUE);
    }

    /** The campaigns of all tenants among the partitions that this instance holds, in no order; for its own jobs. */
    public Answer<List<AttackCampaign>> campaignsHere() {
        return stores.askAll(
                StoreNames.CAMPAIGNS,
                StateQueries.<AttackCampaign>keyValues(),
                store -> ClockedProcessor.all(store.all()).stream()
                        .map(entry -> entry.value)
                        .toList());
    }

    private <V> Answer<V> get(String store, String of, Freshness freshness, String key) {
        return stores.ask(store, of, freshness, StateQueries.<V>keyValues(), found -> found.get(key));
    }

    private <V> Answer<List<V>> list(String store, String key, Freshness freshness, String prefix, int limit) {
        return stores.ask(store, key, freshness, StateQueries.<V>keyValues(), found -> {
            List<V> values = new ArrayList<>();
            try (KeyValueIterator<String, V> entries = found.prefixScan(prefix, new StringSerializer())) {
                while (entries.hasNext() && values.size() < limit) {
                    values.add(entries.next().value);
                }
            }
            return values.isEmpty() ? null : values;
        });
    }

    private static Optional<ModerationDecision> inForce(StoredDecision stored) {
        return stored.standing()
                .inForce()
                .map(decision -> ModerationDecision.newBuilder(decision)
                        .setReplaced(stored.replaced())
                        .build());
    }

    private static <V> QueryableStoreType<ReadOnlyKeyValueStore<String, V>> keyValues() {
        return QueryableStoreTypes.keyValueStore();
    }

    /**
     * Which decisions are wanted.
     *
     * @param decisions by name, such as {@code NSFW}; empty for all
     * @param labels one of which a decision must have; empty for all
     */
    public record DecisionFilter(Set<String> decisions, Set<String> labels) {

        public DecisionFilter {
            decisions = Set.copyOf(decisions);
            labels = Set.copyOf(labels);
        }

        boolean shows(ModerationDecision decision) {
            Decision itself = decision.getDecision();
            return (decisions.isEmpty() || decisions.contains(itself.name()))
                    && (labels.isEmpty() || decision.getLabels().stream().anyMatch(labels::contains));
        }
    }

    /** Legal holds; every instance has all of them. Any thread. */
    @Singleton
    public static class HoldQueries {

        private final LocalStores stores;
        private final EventDecoder<Hold> decoder;

        HoldQueries(LocalStores stores, StreamConfig config, SchemaFollower schemas) {
            this.stores = stores;
            this.decoder = StreamSettings.decoder(config, schemas, Hold.class);
        }

        /** The holds of a tenant, released ones too, in the order of their keys. */
        public Answer<List<Hold>> holds(String tenant) {
            String prefix = new TenantKey(tenant, "").toString();
            return ask(store -> ClockedProcessor.all(store.prefixScan(prefix, new StringSerializer())).stream()
                    .flatMap(entry -> decoded(entry.value).stream())
                    .toList());
        }

        /** The hold on an image or uploader; absent where there never was one. */
        public Answer<Hold> hold(String tenant, Subject subject, String id) {
            return ask(store ->
                    value(store, tenant, subject, id).flatMap(this::decoded).orElse(null));
        }

        /** Whether an image or uploader is held. An unreadable hold counts as one. */
        public Answer<Boolean> isHeld(String tenant, Subject subject, String id) {
            return ask(store -> value(store, tenant, subject, id)
                    .filter(value -> decoded(value)
                            .map(hold -> hold.getReleasedAt() == null)
                            .orElse(true))
                    .isPresent());
        }

        private static Optional<byte[]> value(
                ReadOnlyKeyValueStore<String, byte[]> store, String tenant, Subject subject, String id) {
            return Optional.ofNullable(
                    store.get(TenantKey.ofHold(tenant, subject, id).toString()));
        }

        private <T> Answer<T> ask(Function<ReadOnlyKeyValueStore<String, byte[]>, T> read) {
            return stores.askAll(StoreNames.HOLDS, QueryableStoreTypes.<String, byte[]>keyValueStore(), read);
        }

        private Optional<Hold> decoded(byte[] value) {
            return decoder.decode(StoreNames.HOLDS, value) instanceof DecodedEvent.Event<Hold> event
                    ? Optional.of(event.value())
                    : Optional.empty();
        }
    }
}
