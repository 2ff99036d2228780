package io.bulwark.schemas.topic;

import io.bulwark.events.ImageUploaded;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What the ids of an upload may be. All readers of {@link Topics#IMAGES_UPLOADED} pass over the same uploads.
 *
 * <p>The bounds are in bytes of UTF-8. A record that repeats the ids must not outgrow its topic, and a tenant, an
 * uploader and an image together must fit into one entry of a PostgreSQL index, which has at most 2,704 bytes.
 */
public final class UploadIds {

    /** The longest image id and uploader id, in bytes of UTF-8. */
    public static final int MAX_BYTES = 1024;

    /** The longest tenant, in bytes of UTF-8. */
    public static final int MAX_TENANT_BYTES = 256;

    private UploadIds() {}

    /** Why no verdict could be written for such an upload; empty where one can. */
    public static Optional<String> oddity(ImageUploaded event) {
        if (event.getImageId().isBlank()) {
            return Optional.of("The imageId is empty; it is the key of the verdict");
        }
        return tooLong("imageId", event.getImageId(), MAX_BYTES)
                .or(() -> tooLong("uploaderId", event.getUploaderId(), MAX_BYTES))
                .or(() -> tooLong("tenant", event.getTenant(), MAX_TENANT_BYTES));
    }

    /** How many bytes a text has in UTF-8. */
    public static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static Optional<String> tooLong(String field, String value, int most) {
        int found = bytes(value);
        return found <= most
                ? Optional.empty()
                : Optional.of("The " + field + " has " + found + " bytes in UTF-8, allowed are " + most);
    }
}
