package io.bulwark.stream.outbound;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an image is called in Coop: its content and its id, so that what somebody decides there never applies to other
 * content under the same id. Its text is {@code <sha256>:<imageId>}.
 *
 * @param sha256 64 hexadecimal digits in small letters; empty for whatever the image is when somebody decides
 * @param imageId may hold colons
 */
public record CoopItemId(String sha256, String imageId) {

    private static final Pattern TEXT = Pattern.compile("([0-9a-f]{64})?:(.+)", Pattern.DOTALL);

    /** Reads what {@link #toString} wrote; empty where it is something else. */
    public static Optional<CoopItemId> parse(String text) {
        return Optional.ofNullable(text)
                .map(TEXT::matcher)
                .filter(Matcher::matches)
                .map(found -> new CoopItemId(Optional.ofNullable(found.group(1)).orElse(""), found.group(2)));
    }

    @Override
    public String toString() {
        return sha256 + ":" + imageId;
    }
}
