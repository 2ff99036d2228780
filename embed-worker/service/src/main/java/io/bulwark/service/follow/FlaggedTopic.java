package io.bulwark.service.follow;

import io.bulwark.events.FlaggedContent;
import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.perception.bank.LabelledEmbedding.InvalidReferenceException;
import io.bulwark.perception.flagged.FlaggedContents;
import io.bulwark.perception.flagged.FlaggedContents.FlaggedEntry;
import io.bulwark.perception.flagged.FlaggedIndex;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.topic.TenantKey;
import io.bulwark.service.follow.TopicFollower.Followed;
import io.bulwark.service.lifecycle.Readiness;
import io.bulwark.service.telemetry.WorkerLog;
import io.bulwark.service.telemetry.WorkerMetrics;
import io.bulwark.service.telemetry.WorkerMetrics.Event;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The topic of flagged content: each new state becomes a snapshot of the flagged index. */
public final class FlaggedTopic extends Followed.Topic<FlaggedContent, FlaggedTopic.FlaggedSnapshot> {

    private final String modelFingerprint;
    private final int dimension;
    private final Clock wallClock;
    private final Map<String, Long> offsets = new TreeMap<>();
    private final Map<TenantKey, Instant> newest = new HashMap<>();
    private final List<Instant> arrived = new ArrayList<>();
    private FlaggedContents contents;
    private boolean stale;
    private boolean published;
    private boolean readOnce;

    /**
     * Follows from the next {@link #begin} on.
     *
     * @param topic as the broker calls it
     * @param modelFingerprint of the encoder that decides; entries of others are left out
     * @param dimension of its embeddings
     * @param wallClock for the time from a decision until it is in use here
     */
    public FlaggedTopic(
            String topic,
            EventDecoder<FlaggedContent> decoder,
            String modelFingerprint,
            int dimension,
            SnapshotHolder<FlaggedSnapshot> holder,
            Clock wallClock,
            WorkerMetrics metrics) {
        super(topic, decoder, holder, metrics);
        this.modelFingerprint = modelFingerprint;
        this.dimension = dimension;
        this.wallClock = wallClock;
        this.contents = new FlaggedContents(dimension);
    }

    /** A holder of nothing yet. */
    public static SnapshotHolder<FlaggedSnapshot> holder() {
        return new SnapshotHolder<>(
                "What is flagged is being read", snapshot -> snapshot.index().close());
    }

    @Override
    public void begin() {
        contents.close();
        contents = new FlaggedContents(dimension);
        offsets.clear();
        newest.clear();
        arrived.clear();
        stale = false;
        readOnce = false;
        metrics.flaggedMissing(false);
    }

    /** A bad record is logged, counted and left out; the entry under its key stays. */
    @Override
    public void apply(ConsumerRecord<byte[], byte[]> record) {
        Optional<TenantKey> key = Optional.ofNullable(record.key())
                .flatMap(bytes -> TenantKey.parse(new String(bytes, StandardCharsets.UTF_8)));
        if (key.isEmpty()) {
            reject(record, "its key is not <tenant>/<entryId>");
        } else if (record.value() == null) {
            remove(key.get());
        } else {
            decode(record, "A flagged content", problem -> reject(record, problem))
                    .ifPresent(content -> put(record, key.get(), content));
        }
        offsets.put(Integer.toString(record.partition()), record.offset());
        stale = true;
    }

    private void remove(TenantKey key) {
        contents.remove(key.tenant(), key.id());
        newest.remove(key);
    }

    private void put(ConsumerRecord<byte[], byte[]> record, TenantKey key, FlaggedContent content) {
        if (!content.getTenant().equals(key.tenant()) || !content.getEntryId().equals(key.id())) {
            reject(record, "it names another tenant or entry than its key");
        } else if (content.getExemptSha256() != null) {
            contents.exempt(key.tenant(), key.id(), content.getExemptSha256());
        } else if (content.getModelFingerprint().equals(modelFingerprint)) {
            putEntry(record, key, content);
        } else {
            remove(key);
        }
    }

    private void putEntry(ConsumerRecord<byte[], byte[]> record, TenantKey key, FlaggedContent content) {
        try {
            float[] centre = LabelledEmbedding.ofHalf(key.id(), "flagged", Followed.bytes(content.getEmbedding()))
                    .embedding();
            if (centre.length != dimension) {
                reject(record, "its embedding has " + centre.length + " dimensions, the encoder's have " + dimension);
                return;
            }
            contents.put(
                    key.tenant(),
                    new FlaggedEntry(key.id(), Optional.ofNullable(content.getLabel()), centre, content.getRadius()));
            Instant decided = content.getNewest() == null ? content.getSince() : content.getNewest();
            Instant before = newest.put(key, decided);
            if (before == null || decided.isAfter(before)) { // not if it is only published again
                arrived.add(decided);
            }
        } catch (InvalidReferenceException invalid) {
            reject(record, invalid.problem().name());
        } catch (IllegalArgumentException invalid) {
            reject(record, invalid.getMessage());
        }
    }

    private void reject(ConsumerRecord<byte[], byte[]> record, String problem) {
        metrics.count(Event.BAD_FLAGGED);
        WorkerLog.badFlagged(record.partition(), record.offset(), problem);
    }

    @Override
    public boolean isStale() {
        return stale;
    }

    @Override
    public void publish() {
        put(offsets + " of " + topic);
        if (readOnce) { // else read from the beginning, not when it came
            arrived.forEach(decided -> metrics.flaggedVisible(Duration.between(decided, wallClock.instant())));
        }
        arrived.clear();
        readOnce = true;
    }

    private void put(String readTo) {
        stale = false;
        published = true;
        FlaggedIndex index = contents.snapshot();
        int size = index.size();
        holder.put(
                new FlaggedSnapshot(index, Map.copyOf(offsets)), new Readiness.Usable(size + " entries are flagged"));
        metrics.flagged(size);
        WorkerLog.flaggedChanged(size, readTo);
    }

    /** A snapshot in use stays in use. */
    @Override
    public void missing() {
        metrics.flaggedMissing(true);
        if (!published) {
            put("the topic is missing");
        }
        holder.remark(topic + " is missing: nothing new is flagged, and what a person calls SAFE stays held back");
    }

    @Override
    public void unreadable(String why) {
        holder.explainAbsence("What is flagged cannot be read. " + why);
    }

    @Override
    public void close() {
        contents.close();
    }

    /**
     * The flagged index of one moment.
     *
     * @param offsets how far the topic was read for it: the offset of the last record, by partition
     */
    public record FlaggedSnapshot(FlaggedIndex index, Map<String, Long> offsets) {}
}
