package io.bulwark.schemas.topic;

import io.bulwark.events.Subject;
import java.util.Optional;

/**
 * A key of two parts, {@code <tenant>/<id>}, as on {@link Topics#DECISIONS} and {@link Topics#UPLOADER_ACTIONS}. The id
 * may hold further slashes; in the tenant a slash is written {@code %2F} and a percent sign {@code %25}, so that no
 * tenant can write the key of another.
 *
 * @param tenant as in the records
 * @param id of an image or uploader
 */
public record TenantKey(String tenant, String id) {

    /** Reads a record's key; empty where it is none. */
    public static Optional<TenantKey> parse(String key) {
        int slash = key == null ? -1 : key.indexOf('/');
        if (slash < 0) {
            return Optional.empty();
        }
        String tenant = key.substring(0, slash).replace("%2F", "/").replace("%25", "%");
        return Optional.of(new TenantKey(tenant, key.substring(slash + 1)));
    }

    /** The key of a hold on {@link Topics#HOLDS}, {@code <tenant>/<subject>/<id>}. */
    public static TenantKey ofHold(String tenant, Subject subject, String id) {
        return new TenantKey(tenant, subject + "/" + id);
    }

    /** As it stands on the topic. */
    @Override
    public String toString() {
        return tenant.replace("%", "%25").replace("/", "%2F") + "/" + id;
    }
}
