package io.bulwark.stream.outbound;

import io.bulwark.schemas.topic.TenantKey;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an image is called in Coop: its tenant, its content and its id, so that what somebody decides there never applies to
 * another tenant's image, or to other content under the same id. Its text is {@code <tenant>/<sha256>:<imageId>}, the tenant
 * written as in a {@link TenantKey}.
 *
 * @param sha256 64 hexadecimal digits in small letters
 * @param imageId may hold colons and slashes
 */
public record CoopItemId(String tenant, String sha256, String imageId) {

    private static final Pattern IMAGE = Pattern.compile("([0-9a-f]{64}):(.+)", Pattern.DOTALL);

    /** Reads what {@link #toString} wrote; empty where it is something else. */
    public static Optional<CoopItemId> parse(String text) {
        return TenantKey.parse(text).filter(key -> !key.tenant().isEmpty()).flatMap(key -> {
            Matcher image = IMAGE.matcher(key.id());
            return image.matches()
                    ? Optional.of(new CoopItemId(key.tenant(), image.group(1), image.group(2)))
                    : Optional.empty();
        });
    }

    @Override
    public String toString() {
        return new TenantKey(tenant, sha256 + ":" + imageId).toString();
    }
}
