package io.bulwark.service.flagged;

import io.bulwark.events.FlaggedContent;
import io.bulwark.perception.bank.InvalidReferenceException;
import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.perception.flagged.FlaggedContents;
import io.bulwark.perception.flagged.FlaggedEntry;
import io.bulwark.perception.flagged.FlaggedIndex;
import io.bulwark.schemas.serde.DecodedEvent;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.topic.TenantKey;
import io.bulwark.service.telemetry.WorkerLog;
import io.bulwark.service.telemetry.WorkerMetrics;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;

/** What the topic says, record by record, and the snapshots made of it. Owned by one thread. */
final class FlaggedBook implements AutoCloseable {

    private final EventDecoder<FlaggedContent> decoder;
    private final String modelFingerprint;
    private final int dimension;
    private final WorkerMetrics metrics;
    private final FlaggedContents contents;
    private final Map<String, Long> offsets = new TreeMap<>();
    private final Map<TenantKey, Instant> newest = new HashMap<>();
    private final List<Instant> arrived = new ArrayList<>();
    private boolean stale;

    /**
     * Makes an empty book.
     *
     * @param modelFingerprint of the encoder; entries of others are left out
     * @param dimension of its embeddings
     */
    FlaggedBook(EventDecoder<FlaggedContent> decoder, String modelFingerprint, int dimension, WorkerMetrics metrics) {
        this.decoder = decoder;
        this.modelFingerprint = modelFingerprint;
        this.dimension = dimension;
        this.contents = new FlaggedContents(dimension);
        this.metrics = metrics;
    }

    /**
     * Takes one record. A bad one is logged, counted and left out; what its key had stays. Blocks while the record's schema is
     * awaited.
     *
     * @throws org.apache.kafka.common.KafkaException if its schema cannot be had now but may be later; nothing has changed then
     */
    void apply(ConsumerRecord<byte[], byte[]> record) {
        Optional<TenantKey> key = Optional.ofNullable(record.key())
                .flatMap(bytes -> TenantKey.parse(new String(bytes, StandardCharsets.UTF_8)));
        if (key.isEmpty()) {
            reject(record, "its key is not <tenant>/<entryId>");
        } else if (record.value() == null) {
            remove(key.get());
        } else {
            replace(record, key.get());
        }
        offsets.put(Integer.toString(record.partition()), record.offset());
        stale = true;
    }

    private void remove(TenantKey key) {
        contents.remove(key.tenant(), key.id());
        newest.remove(key);
    }

    /** Changes nothing before the record is read and usable. */
    private void replace(ConsumerRecord<byte[], byte[]> record, TenantKey key) {
        DecodedEvent<FlaggedContent> decoded = decoder.decodeWaiting(record.topic(), record.value());
        if (decoded instanceof DecodedEvent.Event<FlaggedContent> event) {
            put(record, key, event.value());
        } else if (decoded instanceof DecodedEvent.Undecodable<FlaggedContent> undecodable) {
            if (undecodable.reason().retriable()) {
                throw new SerializationException("A flagged content cannot be read yet: " + undecodable.detail());
            }
            reject(record, undecodable.detail());
        }
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
            float[] centre = LabelledEmbedding.ofHalf(key.id(), "flagged", bytes(content.getEmbedding()))
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
            if (before == null || decided.isAfter(before)) { // not where it is only published anew
                arrived.add(decided);
            }
        } catch (InvalidReferenceException invalid) {
            reject(record, invalid.problem().name());
        } catch (IllegalArgumentException invalid) {
            reject(record, invalid.getMessage());
        }
    }

    private void reject(ConsumerRecord<byte[], byte[]> record, String problem) {
        metrics.badFlagged();
        WorkerLog.badFlagged(record.partition(), record.offset(), problem);
    }

    private static byte[] bytes(ByteBuffer content) {
        byte[] bytes = new byte[content.remaining()];
        content.duplicate().get(bytes);
        return bytes;
    }

    boolean isStale() {
        return stale;
    }

    /** How far the topic was read, by partition. */
    Map<String, Long> offsets() {
        return Map.copyOf(offsets);
    }

    /** When what came since this was asked last was decided. */
    List<Instant> arrived() {
        List<Instant> since = List.copyOf(arrived);
        arrived.clear();
        return since;
    }

    /** The entries of now. The caller closes it, once there is a newer one. */
    FlaggedIndex snapshot() {
        stale = false;
        return contents.snapshot();
    }

    /** Lets the entries go; the snapshots keep theirs. */
    @Override
    public void close() {
        contents.close();
    }
}
