package io.bulwark.cli.keep;

import io.bulwark.schemas.topic.TenantKey;
import io.bulwark.schemas.topic.Topics;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;

/**
 * A record as it lies on its topic.
 *
 * @param value null where it cannot be read
 * @param at when the broker took it in
 * @param live whether it is the last of its key
 */
record KeptRecord(
        Topics topic, int partition, long offset, String key, SpecificRecord value, Instant at, boolean live) {

    /** A text field of the record, such as {@code imageId}; empty where it has none. */
    Optional<String> text(String field) {
        Schema.Field found = value == null ? null : value.getSchema().getField(field);
        return found == null
                ? Optional.empty()
                : Optional.ofNullable(value.get(found.pos())).map(Object::toString);
    }

    private boolean names(String list, String id) {
        Schema.Field found = value == null ? null : value.getSchema().getField(list);
        return found != null && value.get(found.pos()) instanceof Collection<?> ids && ids.contains(id);
    }

    /**
     * Whether it is about that image, or a campaign that lists it. A record that cannot be read is, where its key is
     * the image's.
     */
    boolean isOfImage(String tenant, String imageId) {
        return value == null
                ? key.equals(imageId) || key.equals(new TenantKey(tenant, imageId).toString())
                : (text("imageId").filter(imageId::equals).isPresent() || names("members", imageId)) && isOf(tenant);
    }

    /** Whether it is about that uploader, or an image of theirs, or a campaign that lists them. */
    boolean isOfUploader(String tenant, String uploaderId) {
        return (text("uploaderId").filter(uploaderId::equals).isPresent() || names("uploaders", uploaderId))
                && isOf(tenant);
    }

    private boolean isOf(String tenant) {
        return text("tenant").filter(tenant::equals).isPresent();
    }

    /** When it goes by its age at the latest; empty where it does not. */
    Optional<Instant> goesAt() {
        return topic.cleanup().retention().map(at::plus);
    }
}
