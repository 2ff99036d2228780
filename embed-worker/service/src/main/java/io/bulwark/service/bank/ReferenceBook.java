package io.bulwark.service.bank;

import io.bulwark.events.Reference;
import io.bulwark.perception.bank.BankBuilder;
import io.bulwark.perception.bank.BankReadiness;
import io.bulwark.perception.bank.InvalidReferenceException;
import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.perception.bank.MatrixBank;
import io.bulwark.perception.bank.ReferenceVariant;
import io.bulwark.perception.hash.Sha256;
import io.bulwark.schemas.serde.DecodedEvent;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.topic.ReferenceKey;
import io.bulwark.service.bank.BankIdentity.Reader;
import io.bulwark.service.lifecycle.Readiness;
import io.bulwark.service.telemetry.WorkerLog;
import io.bulwark.service.telemetry.WorkerMetrics;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;

/**
 * What the references topic says, record by record, and the snapshots made of it. References of other encoders are
 * counted, because a bank that has only those wants another message than an empty one. Owned by one thread.
 */
final class ReferenceBook implements AutoCloseable {

    private final BankIdentity identity;
    private final EventDecoder<Reference> decoder;
    private final WorkerMetrics metrics;
    private final BankBuilder builder;
    private final Map<String, Set<String>> otherModels = new HashMap<>();
    private boolean othersChanged;

    ReferenceBook(BankIdentity identity, EventDecoder<Reference> decoder, WorkerMetrics metrics, Clock clock) {
        this.identity = identity;
        this.decoder = decoder;
        this.metrics = metrics;
        this.builder = new BankBuilder(identity.modelFingerprint(), identity.dimension(), identity.plain(), clock);
    }

    /**
     * Takes one record; bad ones are logged, counted and left out. Blocks while the record's schema is awaited.
     *
     * @throws org.apache.kafka.common.KafkaException where that wait is broken off, or the record may be readable later
     */
    void apply(ConsumerRecord<byte[], byte[]> record) {
        Optional<ReferenceKey> key = ReferenceKey.parse(record.key());
        if (key.isEmpty()) {
            rejectOnce(record, "its key is not <bank>/<modelFingerprint>/<referenceId>");
            return;
        }
        if (!key.get().bank().equals(identity.bankName())) {
            return;
        }
        Optional<HashEntries.Kind> ofList = HashEntries.Kind.of(key.get());
        if (ofList.isPresent()) {
            applyHash(record, key.get(), ofList.get());
            return;
        }
        if (!key.get().modelFingerprint().equals(identity.modelFingerprint())) {
            noteOtherModel(key.get(), record.value() == null);
            return;
        }
        if (record.value() == null) {
            builder.remove(key.get().referenceId());
            return;
        }
        DecodedEvent<Reference> decoded = decoder.decodeWaiting(record.topic(), record.value());
        if (decoded instanceof DecodedEvent.Event<Reference> event) {
            put(record, key.get().referenceId(), event.value());
        } else if (decoded instanceof DecodedEvent.Undecodable<Reference> undecodable) {
            requireFinal(undecodable);
            replaceByNothing(record, key.get().referenceId(), undecodable.detail());
        }
    }

    /** What cannot be read now but may be later must not be lost: its record does not come again. */
    private static void requireFinal(DecodedEvent.Undecodable<Reference> undecodable) {
        if (undecodable.reason().retriable()) {
            throw new SerializationException("A reference cannot be read yet: " + undecodable.detail());
        }
    }

    private void applyHash(ConsumerRecord<byte[], byte[]> record, ReferenceKey key, HashEntries.Kind kind) {
        if (record.value() == null) {
            builder.removeHash(key.toString());
            return;
        }
        DecodedEvent<Reference> decoded = decoder.decodeWaiting(record.topic(), record.value());
        if (decoded instanceof DecodedEvent.Undecodable<Reference> undecodable) {
            requireFinal(undecodable);
            builder.removeHash(key.toString());
            rejectOnce(record, undecodable.detail());
            return;
        }
        Reference reference = ((DecodedEvent.Event<Reference>) decoded).value();
        Instant until = reference.getDisabledUntil();
        HashEntries.entry(kind, key, reference)
                .ifPresentOrElse(hash -> builder.put(key.toString(), hash, until == null ? Instant.MIN : until), () -> {
                    builder.removeHash(key.toString());
                    rejectOnce(record, "its id is no " + kind.word() + " hash, or its label is blank");
                });
    }

    private void put(ConsumerRecord<byte[], byte[]> record, String id, Reference reference) {
        try {
            LabelledEmbedding embedding = LabelledEmbedding.ofHalf(
                            id, reference.getLabel(), bytes(reference.getEmbedding()))
                    .from(Optional.ofNullable(reference.getSourceSha256()).flatMap(Sha256::find))
                    .with(reference.getVariants().stream()
                            .map(variant ->
                                    ReferenceVariant.ofHalf(id, variant.getName(), bytes(variant.getEmbedding())))
                            .toList());
            Instant until = reference.getDisabledUntil();
            builder.put(embedding, until == null ? Instant.MIN : until);
        } catch (InvalidReferenceException invalid) {
            replaceByNothing(record, id, invalid.problem().name());
        }
    }

    private static byte[] bytes(ByteBuffer content) {
        byte[] bytes = new byte[content.remaining()];
        content.duplicate().get(bytes);
        return bytes;
    }

    /** The newest record of a key is what holds: where it is bad, what stood there before is gone all the same. */
    private void replaceByNothing(ConsumerRecord<byte[], byte[]> record, String id, String problem) {
        builder.remove(id);
        reject(record, problem);
    }

    /** A record that is nobody's is told of by the encoder's book alone: the twin's reads the same topic. */
    private void rejectOnce(ConsumerRecord<byte[], byte[]> record, String problem) {
        if (identity.reader() == Reader.ENCODER) {
            reject(record, problem);
        }
    }

    private void reject(ConsumerRecord<byte[], byte[]> record, String problem) {
        metrics.badReference();
        WorkerLog.badReference(record.partition(), record.offset(), problem);
    }

    private void noteOtherModel(ReferenceKey key, boolean removed) {
        othersChanged = true;
        Set<String> ids = otherModels.computeIfAbsent(key.modelFingerprint(), model -> new HashSet<>());
        if (removed) {
            ids.remove(key.referenceId());
        } else {
            ids.add(key.referenceId());
        }
        if (ids.isEmpty()) {
            otherModels.remove(key.modelFingerprint());
        }
    }

    /** Whether a snapshot taken now, or what is to be said of it, may differ from the last one. */
    boolean isStale() {
        return othersChanged || builder.isStale();
    }

    /** A snapshot of what votes now. The caller closes it. */
    MatrixBank snapshot() {
        othersChanged = false;
        return builder.snapshot();
    }

    /** References that are ignored, because they are of pictures of one colour. */
    int plain() {
        return builder.plain();
    }

    /** Whether verdicts may be given by a snapshot. */
    Readiness judge(MatrixBank bank) {
        Map<String, Integer> others = new HashMap<>();
        otherModels.forEach((model, ids) -> others.put(model, ids.size()));
        String name = identity.bankName();
        String options = identity.modelOptions();
        String model = identity.modelFingerprint();
        BankReadiness readiness = identity.flaggedLabels()
                .map(flagged -> BankReadiness.of(name, options, bank, model, others, flagged))
                .orElseGet(() -> BankReadiness.of(name, options, bank, model, others));
        return readiness instanceof BankReadiness.Ready
                ? new Readiness.Usable(readiness.message())
                : new Readiness.Unusable(complaint(readiness.message()));
    }

    private String complaint(String message) {
        return identity.reader() == Reader.TWIN ? "The twin (bulwark.twin.model) cannot judge: " + message : message;
    }

    /** Lets the references go; the snapshots keep theirs. */
    @Override
    public void close() {
        builder.close();
    }
}
