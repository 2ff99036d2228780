package io.bulwark.stream.review;

import io.bulwark.events.UploaderAction;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.topic.Topics;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jdbi.v3.core.Handle;

/** {@code moderation.uploader-actions}: how many strikes an uploader has, for what arrives from now on. */
final class StrikeIntake implements IntakeTopic {

    private final IntakeDecoder<UploaderAction> decoder;

    StrikeIntake(EventDecoder<UploaderAction> decoder) {
        this.decoder = new IntakeDecoder<>(decoder);
    }

    @Override
    public Topics topic() {
        return Topics.UPLOADER_ACTIONS;
    }

    @Override
    public void prepare(List<ConsumerRecord<byte[], byte[]>> records) {
        decoder.prepare(records);
    }

    @Override
    public void take(Handle handle, ConsumerRecord<byte[], byte[]> record) {
        Optional<UploaderAction> read = decoder.read(record);
        if (read.isPresent()) {
            UploaderAction action = read.get();
            Storable.fault(action.getTenant(), action.getUploaderId()).ifPresent(fault -> {
                throw new UnstorableException(fault);
            });
            if (ErasedRows.coversUploader(handle, action.getTenant(), action.getUploaderId(), action.getAt())) {
                return;
            }
            int strikes = (int) Math.min(1_000_000, Math.round(action.getStrikes()));
            if (strikes <= 0) {
                // Also the last word about an uploader whose images were erased.
                handle.execute(
                        "DELETE FROM uploader_strikes WHERE tenant = ? AND uploader_id = ?",
                        action.getTenant(),
                        action.getUploaderId());
                return;
            }
            handle.createUpdate("INSERT INTO uploader_strikes (tenant, uploader_id, strikes, at)"
                            + " VALUES (:tenant, :uploader, :strikes, :at) ON CONFLICT (tenant, uploader_id)"
                            + " DO UPDATE SET strikes = excluded.strikes, at = excluded.at")
                    .bind("at", OffsetDateTime.ofInstant(action.getAt(), ZoneOffset.UTC))
                    .bind("tenant", action.getTenant())
                    .bind("uploader", action.getUploaderId())
                    .bind("strikes", strikes)
                    .execute();
        }
    }

    @Override
    public void close() {
        decoder.close();
    }
}
