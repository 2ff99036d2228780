package io.bulwark.stream.query;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.AttackKind;
import io.bulwark.events.UploaderStats;
import io.bulwark.stream.document.AuditDocument;
import io.bulwark.stream.document.UploaderDocument;
import io.bulwark.stream.document.VerdictDocument;
import io.bulwark.stream.runtime.InstanceAddress;
import io.bulwark.stream.runtime.StreamsState;
import io.bulwark.stream.runtime.StreamsStatus;
import io.bulwark.stream.runtime.StreamsSupervisor;
import io.bulwark.stream.topology.AuditKeys;
import io.bulwark.stream.topology.StoreNames;
import io.bulwark.stream.topology.StoredVerdict;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.function.Function;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyQueryMetadata;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.QueryableStoreType;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyWindowStore;
import org.apache.kafka.streams.state.WindowStoreIterator;

/** Reads the stores of this instance. Any thread may ask; a question reads from disk and may take milliseconds. */
@Singleton
public class StateQueries {

    /** Audits in one answer. */
    public static final int MOST_AUDITS = 500;

    private static final Instant LAST = Instant.ofEpochMilli(Long.MAX_VALUE);
    private static final Serializer<String> KEYS = Serdes.String().serializer();

    private final StreamsSupervisor supervisor;
    private final InstanceAddress self;

    StateQueries(StreamsSupervisor supervisor, InstanceAddress self) {
        this.supervisor = supervisor;
        this.self = self;
    }

    /** The verdict in force for an image. */
    public Answer<VerdictDocument> verdict(String imageId) {
        QueryableStoreType<ReadOnlyKeyValueStore<String, StoredVerdict>> type = QueryableStoreTypes.keyValueStore();
        return ask(StoreNames.VERDICTS, imageId, type, store -> {
            StoredVerdict stored = store.get(imageId);
            return stored == null ? null : VerdictDocument.of(stored.verdict(), stored.coordinates());
        });
    }

    /** The windows of an uploader, newest first; absent where there is none. */
    public Answer<UploaderDocument> uploader(String uploaderId) {
        QueryableStoreType<ReadOnlyWindowStore<String, UploaderStats>> type = QueryableStoreTypes.windowStore();
        return ask(StoreNames.UPLOADERS, uploaderId, type, store -> {
            List<UploaderStats> windows = new ArrayList<>();
            try (WindowStoreIterator<UploaderStats> found = store.fetch(uploaderId, Instant.EPOCH, LAST)) {
                found.forEachRemaining(entry -> windows.add(entry.value));
            }
            return windows.isEmpty() ? null : UploaderDocument.of(uploaderId, windows);
        });
    }

    /** The audits of an image, newest first; absent where there are none. */
    public Answer<List<AuditDocument>> audits(String imageId) {
        return askAudits(StoreNames.AUDITS, imageId, store -> {
            List<AttackAudit> audits = new ArrayList<>();
            for (AttackKind kind : AttackKind.values()) {
                try (WindowStoreIterator<AttackAudit> found =
                        store.fetch(AuditKeys.ofImage(imageId, kind), Instant.EPOCH, LAST)) {
                    found.forEachRemaining(entry -> audits.add(entry.value));
                }
            }
            return audits;
        });
    }

    /** The newest audits of an uploader's images, newest first; absent where there are none. */
    public Answer<List<AuditDocument>> auditsOfUploader(String uploaderId) {
        return askAudits(StoreNames.UPLOADER_AUDITS, uploaderId, store -> {
            // Those of the uploader lie between others in each segment of time, so all are read, and the newest are
            // kept.
            Queue<AttackAudit> newest = new PriorityQueue<>(Comparator.comparing(AttackAudit::getDetectedAt));
            try (KeyValueIterator<Windowed<String>, AttackAudit> found = store.fetch(
                    AuditKeys.firstOfUploader(uploaderId),
                    AuditKeys.afterLastOfUploader(uploaderId),
                    Instant.EPOCH,
                    LAST)) {
                found.forEachRemaining(entry -> {
                    newest.add(entry.value);
                    if (newest.size() > MOST_AUDITS) {
                        newest.remove();
                    }
                });
            }
            return List.copyOf(newest);
        });
    }

    private Answer<List<AuditDocument>> askAudits(
            String store, String key, Function<ReadOnlyWindowStore<String, AttackAudit>, List<AttackAudit>> read) {
        QueryableStoreType<ReadOnlyWindowStore<String, AttackAudit>> type = QueryableStoreTypes.windowStore();
        return ask(store, key, type, found -> {
            List<AttackAudit> audits = read.apply(found);
            return audits.isEmpty() ? null : AuditDocument.newestFirst(audits);
        });
    }

    private <S, T> Answer<T> ask(String store, String key, QueryableStoreType<S> type, Function<S, T> read) {
        StreamsStatus status = supervisor.status();
        KafkaStreams streams = supervisor.streams().orElse(null);
        if (streams == null || status.state() == StreamsState.WAITING_FOR_TOPICS) {
            return new Answer.NotReady<>(status.message());
        }
        try {
            KeyQueryMetadata where = streams.queryMetadataForKey(store, key, KEYS);
            if (where.equals(KeyQueryMetadata.NOT_AVAILABLE)
                    || where.activeHost().port() < 0
                    || where.activeHost().host().equals("unavailable")) {
                return new Answer.NotReady<>("The instances are agreeing on who holds which key.");
            }
            if (!self.is(where.activeHost())) {
                return new Answer.Elsewhere<>(new InstanceAddress(
                        where.activeHost().host(), where.activeHost().port()));
            }
            T value = read.apply(streams.store(
                    StoreQueryParameters.fromNameAndType(store, type).withPartition(where.partition())));
            return value == null ? new Answer.Absent<>() : new Answer.Found<>(value);
        } catch (InvalidStateStoreException moving) {
            return new Answer.NotReady<>("The store is being restored or is moving to another instance.");
        } catch (IllegalStateException notRunning) {
            return new Answer.NotReady<>(supervisor.status().message());
        }
    }
}
