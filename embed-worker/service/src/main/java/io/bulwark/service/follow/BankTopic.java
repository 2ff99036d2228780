package io.bulwark.service.follow;

import io.bulwark.events.Listing;
import io.bulwark.events.Reference;
import io.bulwark.imaging.pdq.PdqHash;
import io.bulwark.perception.bank.Bank;
import io.bulwark.perception.bank.BankBuilder;
import io.bulwark.perception.bank.BankReadiness;
import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.perception.bank.LabelledEmbedding.InvalidReferenceException;
import io.bulwark.perception.bank.LabelledEmbedding.ReferenceVariant;
import io.bulwark.perception.bank.MatrixBank;
import io.bulwark.perception.bank.PlainRows;
import io.bulwark.perception.hash.FileDigest;
import io.bulwark.perception.hash.ListedHash;
import io.bulwark.perception.hash.ListedHash.ListSource;
import io.bulwark.perception.hash.ListedHash.ListedDigest;
import io.bulwark.perception.hash.ListedHash.ListedFile;
import io.bulwark.perception.hash.ListedHash.ListedPicture;
import io.bulwark.perception.hash.Sha256;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.topic.ReferenceKey;
import io.bulwark.service.follow.TopicFollower.Followed;
import io.bulwark.service.lifecycle.Readiness;
import io.bulwark.service.telemetry.WorkerLog;
import io.bulwark.service.telemetry.WorkerMetrics;
import io.bulwark.service.telemetry.WorkerMetrics.Event;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The references topic: each new state becomes a snapshot of one encoder's bank. References of other encoders are
 * counted, because a bank that has only those needs another message than an empty one.
 */
public final class BankTopic extends Followed.Topic<Reference, Bank> {

    /** What a key has in place of a model's fingerprint if the reference is an entry of a hash list. */
    private static final Set<String> HASH_LISTS = Set.of("sha256", "sha1", "md5", "pdq");

    private final BankIdentity identity;
    private final Clock clock;
    private final Map<String, Set<String>> otherModels = new HashMap<>();
    /** Each list once in memory, however many entries it has. */
    private final Map<Listing, ListSource> sources = new HashMap<>();

    private BankBuilder builder;
    private boolean othersChanged;

    /**
     * Follows from the next {@link #begin} on.
     *
     * @param topic as the broker calls it
     * @param clock decides which references are disabled now
     */
    public BankTopic(
            String topic,
            EventDecoder<Reference> decoder,
            BankIdentity identity,
            SnapshotHolder<Bank> holder,
            Clock clock,
            WorkerMetrics metrics) {
        super(topic, decoder, holder, metrics);
        this.identity = identity;
        this.clock = clock;
        this.builder = empty();
    }

    /** A holder of nothing yet. */
    public static SnapshotHolder<Bank> holder() {
        return new SnapshotHolder<>("The references are being read", Bank::close);
    }

    private BankBuilder empty() {
        return new BankBuilder(identity.modelFingerprint(), identity.dimension(), identity.plain(), clock);
    }

    @Override
    public void begin() {
        builder.close();
        builder = empty();
        otherModels.clear();
        othersChanged = false;
    }

    @Override
    public void apply(ConsumerRecord<byte[], byte[]> record) {
        Optional<ReferenceKey> parsed = ReferenceKey.parse(record.key());
        if (parsed.isEmpty()) {
            rejectOnce(record, "its key is not <bank>/<modelFingerprint>/<referenceId>");
            return;
        }
        ReferenceKey key = parsed.get();
        if (!key.bank().equals(identity.bankName()) || key.modelFingerprint().equals(ReferenceKey.FEED)) {
            return;
        }
        if (HASH_LISTS.contains(key.modelFingerprint())) {
            applyHash(record, key);
        } else if (!key.modelFingerprint().equals(identity.modelFingerprint())) {
            countOtherModel(key, record.value() == null);
        } else if (record.value() == null) {
            builder.remove(key.referenceId());
        } else {
            reference(record, problem -> replaceByNothing(record, key.referenceId(), problem))
                    .ifPresent(reference -> put(record, key.referenceId(), reference));
        }
    }

    private Optional<Reference> reference(ConsumerRecord<byte[], byte[]> record, Consumer<String> onUndecodable) {
        return decode(record, "A reference", onUndecodable);
    }

    private void applyHash(ConsumerRecord<byte[], byte[]> record, ReferenceKey key) {
        String id = key.toString();
        if (record.value() == null) {
            builder.removeHash(id);
            return;
        }
        reference(record, problem -> replaceHashByNothing(record, id, problem))
                .ifPresent(reference -> listed(key, reference)
                        .ifPresentOrElse(
                                hash -> builder.put(id, hash, disabledUntil(reference), expiresAt(reference)),
                                () -> replaceHashByNothing(
                                        record,
                                        id,
                                        "its id is no " + key.modelFingerprint() + " hash, or its label is blank")));
    }

    /** The id begins with the hash and a slash; what follows keeps entries of several lists apart. */
    private Optional<? extends ListedHash> listed(ReferenceKey key, Reference reference) {
        String id = key.referenceId();
        String hash = id.split("/", 2)[0];
        String label = reference.getLabel();
        if (label.isBlank()) {
            return Optional.empty();
        }
        Optional<ListSource> source = Optional.ofNullable(reference.getListing())
                .filter(listing -> !listing.getList().isBlank())
                .map(this::source);
        return switch (key.modelFingerprint()) {
            case "sha256" -> Sha256.find(hash).map(file -> new ListedFile(file, id, label, source));
            case "sha1" -> digest(FileDigest.Kind.SHA1, hash, id, label, source);
            case "md5" -> digest(FileDigest.Kind.MD5, hash, id, label, source);
            default ->
                PdqHash.find(hash).map(picture -> new ListedPicture(picture, OptionalInt.empty(), id, label, source));
        };
    }

    private static Optional<ListedDigest> digest(
            FileDigest.Kind kind, String hash, String id, String label, Optional<ListSource> source) {
        return FileDigest.find(kind, hash).map(file -> new ListedDigest(file, id, label, source));
    }

    private ListSource source(Listing listing) {
        Listing lasting = Listing.newBuilder(listing).setExpiresAt(null).build();
        return sources.computeIfAbsent(
                lasting,
                each -> new ListSource(
                        each.getList(), Optional.ofNullable(each.getSeverity()), each.getVerified(), each.getAdult()));
    }

    private static Instant expiresAt(Reference reference) {
        return Optional.ofNullable(reference.getListing())
                .flatMap(listing -> Optional.ofNullable(listing.getExpiresAt()))
                .orElse(Instant.MAX);
    }

    private void put(ConsumerRecord<byte[], byte[]> record, String id, Reference reference) {
        if (identity.restrictedLabels().contains(reference.getLabel())) {
            // An embedding gives back the picture that it was made of.
            replaceByNothing(record, id, "its label is restricted, and such a label has hashes alone");
            return;
        }
        try {
            builder.put(
                    LabelledEmbedding.ofHalf(id, reference.getLabel(), Followed.bytes(reference.getEmbedding()))
                            .from(Optional.ofNullable(reference.getSourceSha256())
                                    .flatMap(Sha256::find))
                            .with(reference.getVariants().stream()
                                    .map(variant -> ReferenceVariant.ofHalf(
                                            id, variant.getName(), Followed.bytes(variant.getEmbedding())))
                                    .toList()),
                    disabledUntil(reference));
        } catch (InvalidReferenceException invalid) {
            replaceByNothing(record, id, invalid.problem().name());
        }
    }

    private static Instant disabledUntil(Reference reference) {
        return Optional.ofNullable(reference.getDisabledUntil()).orElse(Instant.MIN);
    }

    /** The newest record of a key counts: if it is bad, the reference before it is removed all the same. */
    private void replaceByNothing(ConsumerRecord<byte[], byte[]> record, String id, String problem) {
        builder.remove(id);
        reject(record, problem);
    }

    private void replaceHashByNothing(ConsumerRecord<byte[], byte[]> record, String id, String problem) {
        builder.removeHash(id);
        rejectOnce(record, problem);
    }

    /** Only the encoder's reader reports a record that belongs to no model: the twin's reads the same topic. */
    private void rejectOnce(ConsumerRecord<byte[], byte[]> record, String problem) {
        if (!isTwin()) {
            reject(record, problem);
        }
    }

    private void reject(ConsumerRecord<byte[], byte[]> record, String problem) {
        metrics.count(Event.BAD_REFERENCE);
        WorkerLog.badReference(record.partition(), record.offset(), problem);
    }

    private boolean isTwin() {
        return identity.reader() == BankIdentity.Reader.TWIN;
    }

    private void countOtherModel(ReferenceKey key, boolean removed) {
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

    @Override
    public boolean isStale() {
        return othersChanged || builder.isStale();
    }

    @Override
    public void publish() {
        MatrixBank bank = snapshot();
        Readiness status = judge(bank);
        // Asked before the holder owns the bank: from then on a newer snapshot may close it.
        String version = bank.version();
        int size = bank.size();
        holder.put(bank, status);
        metrics.bank(isTwin(), identity.bankName(), version, identity.modelFingerprint(), size);
        if (builder.plain() > 0) {
            WorkerLog.plainReferences(identity.bankName(), builder.plain());
        }
        WorkerLog.bankChanged(identity.bankName(), version, size, status.message());
    }

    /** A snapshot of the references that vote now. The caller closes it. */
    MatrixBank snapshot() {
        othersChanged = false;
        return builder.snapshot();
    }

    /** References that are ignored because they are of pictures of one colour. */
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
        if (readiness instanceof BankReadiness.Ready) {
            return new Readiness.Usable(readiness.message());
        }
        return new Readiness.Unusable(
                (isTwin() ? "The twin (bulwark.twin.model) cannot judge: " : "") + readiness.message());
    }

    @Override
    public void missing() {
        holder.explainAbsence("The broker has no topic " + topic + ": make it with `bulwark topics create`.");
    }

    @Override
    public void unreadable(String why) {
        holder.explainAbsence("The references cannot be read. " + why);
    }

    @Override
    public void close() {
        builder.close();
    }

    /**
     * Which references belong to the worker.
     *
     * @param reader whose bank it is
     * @param bankName {@code bulwark.bank.name}
     * @param modelOptions options with which the {@code bulwark bank} commands make references for the encoder that
     *     decides
     * @param modelFingerprint of the encoder that reads it
     * @param dimension of its embeddings
     * @param plain rows that it makes of pictures of one colour, which are ignored
     * @param flaggedLabels of the one policy that decides by the bank, the twin's; empty if tenants have their own
     *     policies, which are asked with each snapshot
     * @param restrictedLabels {@code bulwark.restricted.labels}: such a label has hashes alone, and no embedding
     */
    public record BankIdentity(
            Reader reader,
            String bankName,
            String modelOptions,
            String modelFingerprint,
            int dimension,
            PlainRows plain,
            Optional<Set<String>> flaggedLabels,
            Set<String> restrictedLabels) {

        public BankIdentity {
            Objects.requireNonNull(plain, "plain rows of the encoder, which was not opened before its bank");
            restrictedLabels = Set.copyOf(restrictedLabels);
        }

        /** Two encoders read references of the same topic and name, each its own fingerprint's. */
        public enum Reader {
            /** The encoder that decides. */
            ENCODER,
            /** The twin that audits. */
            TWIN
        }
    }
}
