package io.bulwark.stream.review.intake;

import io.bulwark.events.Erasure;
import io.bulwark.events.Subject;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.auditlog.AuditLog;
import io.bulwark.stream.review.Casebook;
import io.bulwark.stream.review.Casebook.Case;
import io.bulwark.stream.review.ItemRow.Origin;
import io.bulwark.stream.review.PersonalRows;
import io.bulwark.stream.review.QueueIntake;
import io.bulwark.stream.review.ReviewCandidate;
import io.bulwark.stream.review.Storable;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jdbi.v3.core.Handle;

/**
 * {@code moderation.erasures}: erases people's work on an image or uploader, unless a legal hold keeps it. The audit
 * log says that it was done, by the order's place on its topic and not by any id.
 */
final class ErasureIntake extends IntakeTopic<Erasure> {

    private final QueueIntake queue;
    private final HoldCheck holds;

    ErasureIntake(EventDecoder<Erasure> decoder, QueueIntake queue, HoldCheck holds) {
        super(Topics.ERASURES, decoder);
        this.queue = queue;
        this.holds = holds;
    }

    /** Knows what is held. */
    @FunctionalInterface
    interface HoldCheck {

        /** @throws IntakeLoop.HoldsUnknownException where that is not known yet; the order is read again then */
        boolean isHeld(String tenant, Subject subject, String id);
    }

    /** An order may take many rows, and who decides something of its tenant waits meanwhile. */
    @Override
    int together() {
        return 1;
    }

    @Override
    void take(Handle handle, ConsumerRecord<byte[], byte[]> record) {
        Optional<Erasure> read = read(record);
        if (read.isEmpty()) {
            return;
        }
        Erasure order = read.get();
        requireStorable(record, Storable.fault(order.getTenant(), order.getId()));
        Instant at = Instant.ofEpochMilli(record.timestamp());
        var rows = new TreeMap<String, Long>();
        boolean done = order.getSubject() == Subject.UPLOADER
                ? uploader(handle, order, at, rows)
                : order.getSubject() == Subject.IMAGE && image(handle, order.getTenant(), order.getId(), at, rows);
        Map<String, Object> details = new TreeMap<>(rows);
        details.put("of", order.getSubject().name());
        AuditLog.append(
                handle,
                order.getTenant(),
                order.getBy().replace('\0', '\uFFFD'),
                done ? "erasure.done" : "erasure.refused",
                "erasure/" + record.partition() + "-" + record.offset(),
                details);
    }

    private boolean uploader(Handle handle, Erasure order, Instant at, Map<String, Long> rows) {
        String tenant = order.getTenant();
        if (holds.isHeld(tenant, Subject.UPLOADER, order.getId())) {
            return false;
        }
        boolean whole = true;
        for (String image : PersonalRows.imagesOf(handle, tenant, order.getId())) {
            whole &= image(handle, tenant, image, at, rows);
        }
        if (whole) {
            // Who has uploaded again since keeps what is of that.
            boolean returned =
                    !PersonalRows.imagesOf(handle, tenant, order.getId()).isEmpty();
            add(
                    rows,
                    returned
                            ? PersonalRows.eraseUploaderBefore(handle, tenant, order.getId(), at)
                            : PersonalRows.erase(handle, tenant, Subject.UPLOADER, order.getId()));
            PersonalRows.ErasedRows.addUploader(handle, tenant, order.getId(), at);
        }
        return whole;
    }

    /** Whether nothing of the image is kept on account of a hold. */
    private boolean image(Handle handle, String tenant, String imageId, Instant at, Map<String, Long> rows) {
        boolean held = holds.isHeld(tenant, Subject.IMAGE, imageId)
                || PersonalRows.uploadersOf(handle, tenant, imageId).stream()
                        .anyMatch(uploader -> holds.isHeld(tenant, Subject.UPLOADER, uploader));
        if (held) {
            return false;
        }
        Optional<ReviewCandidate> since = Casebook.find(handle, tenant, imageId)
                .filter(present -> present.decidedAt().isAfter(at))
                .map(Case::image);
        if (since.isPresent()) {
            eraseBefore(handle, since.get(), at, rows);
        } else {
            add(rows, PersonalRows.erase(handle, tenant, Subject.IMAGE, imageId));
        }
        PersonalRows.ErasedRows.add(handle, tenant, imageId, at);
        return true;
    }

    /** The image was uploaded again since; what is of that stays, and waits for a person where it did. */
    private void eraseBefore(Handle handle, ReviewCandidate present, Instant at, Map<String, Long> rows) {
        queue.cameAgain(handle, present, at);
        add(
                rows,
                PersonalRows.eraseImageBefore(
                        handle, present.tenant(), present.imageId(), at, present.contentSha256()));
        if (present.decision().equals("REVIEW") && !present.contentSha256().isEmpty()) {
            queue.offer(handle, present, Origin.REVIEW);
        }
    }

    private static void add(Map<String, Long> sum, Map<String, Long> more) {
        more.forEach((table, count) -> {
            if (count > 0) {
                sum.merge(table, count, Long::sum);
            }
        });
    }
}
