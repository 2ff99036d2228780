package io.bulwark.stream.review;

import io.bulwark.events.AttackAudit;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.topic.SampledAudits;
import io.bulwark.schemas.topic.Topics;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jdbi.v3.core.Handle;

/** {@code moderation.attack-audit}: people look at every image that an attack is suspected of. */
final class AuditIntake implements IntakeTopic {

    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    private final IntakeDecoder<AttackAudit> decoder;
    private final Casebook casebook;
    private final QueueIntake queue;

    AuditIntake(EventDecoder<AttackAudit> decoder, Casebook casebook, QueueIntake queue) {
        this.decoder = new IntakeDecoder<>(decoder);
        this.casebook = casebook;
        this.queue = queue;
    }

    @Override
    public Topics topic() {
        return Topics.ATTACK_AUDIT;
    }

    @Override
    public Optional<String> image(ConsumerRecord<byte[], byte[]> record) {
        return Storable.key(record);
    }

    @Override
    public void prepare(List<ConsumerRecord<byte[], byte[]>> records) {
        decoder.prepare(records);
    }

    /** The decision may not be there yet; then it finds the mark. */
    @Override
    public void take(Handle handle, ConsumerRecord<byte[], byte[]> record) {
        Optional<AttackAudit> read = decoder.read(record);
        if (read.isPresent()) {
            AttackAudit audit = read.get();
            if (!SampledAudits.isSuspicion(audit)) {
                return; // the red team's, or drawn at random: nobody attacked
            }
            Storable.fault(audit.getTenant(), audit.getImageId()).ifPresent(fault -> {
                throw new UnstorableException(fault);
            });
            if (!image(record).equals(Optional.of(audit.getImageId()))
                    || ErasedRows.covers(handle, audit.getTenant(), audit.getImageId(), audit.getDetectedAt())) {
                return;
            }
            Optional<ReviewCandidate> listed =
                    casebook.find(handle, audit.getTenant(), audit.getImageId()).map(Casebook.Case::image);
            if (listed.isEmpty() && ErasedRows.isKnown(handle, audit.getTenant(), audit.getImageId())) {
                return; // of an upload from before the erasure, noticed after it
            }
            Optional<String> content = Optional.ofNullable(audit.getContentSha256())
                    .filter(hash -> SHA256.matcher(hash).matches());
            casebook.markAudited(
                    handle,
                    audit.getTenant(),
                    audit.getImageId(),
                    content,
                    audit.getKind().name());
            // Of an earlier content nothing is shown any more, and a later one is not the one that was audited.
            listed.filter(image -> !image.contentSha256().isEmpty())
                    .filter(image -> content.isEmpty() || content.get().equals(image.contentSha256()))
                    .ifPresent(image -> queue.offer(handle, image, Origin.AUDIT));
        }
    }

    @Override
    public void close() {
        decoder.close();
    }
}
