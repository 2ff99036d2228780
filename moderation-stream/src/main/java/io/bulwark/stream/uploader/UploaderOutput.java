package io.bulwark.stream.uploader;

import io.bulwark.events.UploaderAction;
import io.bulwark.events.UploaderStats;
import io.bulwark.schemas.topic.TenantKey;
import java.time.Instant;

/** What an uploader's task publishes. */
public sealed interface UploaderOutput {

    /** The key on its topic. */
    String key();

    /**
     * A window as it now stands.
     *
     * @param stats null: forgotten
     */
    record Windowed(String tenant, String uploaderId, String window, Instant start, UploaderStats stats)
            implements UploaderOutput {

        @Override
        public String key() {
            return new TenantKey(tenant, uploaderId + "/" + window + "/" + start.toEpochMilli()).toString();
        }
    }

    /** The strikes reach another threshold. */
    record Acted(UploaderAction action) implements UploaderOutput {

        @Override
        public String key() {
            return new TenantKey(action.getTenant(), action.getUploaderId()).toString();
        }
    }
}
