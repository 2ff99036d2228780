package io.bulwark.stream.review;

import io.bulwark.events.AttackAudit;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.topic.SampledAudits;
import io.bulwark.schemas.topic.Topics;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jdbi.v3.core.Handle;

/** {@code moderation.attack-audit}: people look at every image that an attack is suspected of. */
final class AuditIntake extends IntakeTopic<AttackAudit> {

    private final QueueIntake queue;

    AuditIntake(EventDecoder<AttackAudit> decoder, QueueIntake queue) {
        super(Topics.ATTACK_AUDIT, decoder);
        this.queue = queue;
    }

    /** The decision may not be there yet; then it finds the mark. */
    @Override
    void take(Handle handle, ConsumerRecord<byte[], byte[]> record) {
        Optional<AttackAudit> read = read(record);
        if (read.isPresent()) {
            AttackAudit audit = read.get();
            if (!SampledAudits.isSuspicion(audit)) {
                return; // the red team's, or drawn at random: no attack
            }
            requireStorable(record, Storable.fault(audit.getTenant(), audit.getImageId()));
            if (!image(record).equals(Optional.of(audit.getImageId()))
                    || PersonalRows.ErasedRows.covers(
                            handle, audit.getTenant(), audit.getImageId(), audit.getDetectedAt())) {
                return;
            }
            Optional<ReviewCandidate> listed =
                    Casebook.find(handle, audit.getTenant(), audit.getImageId()).map(Casebook.Case::image);
            if (listed.isEmpty() && PersonalRows.ErasedRows.isKnown(handle, audit.getTenant(), audit.getImageId())) {
                return; // of an upload from before the erasure, noticed after it
            }
            Optional<String> content = Optional.ofNullable(audit.getContentSha256())
                    .filter(hash -> SHA256.matcher(hash).matches());
            Casebook.markAudited(
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
}
