package io.bulwark.stream.review;

import io.bulwark.events.UploaderAction;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.topic.Topics;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jdbi.v3.core.Handle;

/** {@code moderation.uploader-actions}: how many strikes an uploader has, for what arrives from now on. */
final class StrikeIntake extends IntakeTopic<UploaderAction> {

    StrikeIntake(EventDecoder<UploaderAction> decoder) {
        super(Topics.UPLOADER_ACTIONS, decoder);
    }

    @Override
    Optional<String> image(ConsumerRecord<byte[], byte[]> record) {
        return Optional.empty(); // its key is of an uploader
    }

    @Override
    void take(Handle handle, ConsumerRecord<byte[], byte[]> record) {
        Optional<UploaderAction> read = read(record);
        if (read.isPresent()) {
            UploaderAction action = read.get();
            requireStorable(record, Storable.fault(action.getTenant(), action.getUploaderId()));
            if (PersonalRows.ErasedRows.coversUploader(
                    handle, action.getTenant(), action.getUploaderId(), action.getAt())) {
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
            handle.execute("""
                    INSERT INTO uploader_strikes (tenant, uploader_id, strikes, at)
                    VALUES (?, ?, ?, ?) ON CONFLICT (tenant, uploader_id)
                    DO UPDATE SET strikes = excluded.strikes, at = excluded.at""", action.getTenant(), action.getUploaderId(), strikes, action.getAt());
        }
    }
}
