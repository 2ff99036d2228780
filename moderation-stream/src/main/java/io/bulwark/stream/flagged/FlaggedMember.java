package io.bulwark.stream.flagged;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Comparator;
import java.util.HexFormat;

/**
 * One view of one content of an image that is NSFW in force.
 *
 * @param contentSha256 of the file
 * @param view its name
 * @param label why; empty where nothing is named
 * @param byPerson whether a person decided: then no worker's word moves it, and no cap before what workers decided
 * @param confirmed whether they meant this view: then nobody's SAFE on another content takes it away
 * @param since when it was decided
 * @param modelFingerprint of the encoder
 * @param embedding of that view, in half precision, little-endian; not copied, not to be modified
 */
public record FlaggedMember(
        String tenant,
        String imageId,
        String contentSha256,
        String view,
        String uploaderId,
        String label,
        boolean byPerson,
        boolean confirmed,
        Instant since,
        String modelFingerprint,
        byte[] embedding) {

    /** Older ones first; two of one instant are told apart by their ids. */
    static final Comparator<FlaggedMember> OLDER =
            Comparator.comparing(FlaggedMember::since).thenComparing(FlaggedMember::id);

    private static final int ID_BYTES = 16;

    /** What it is named by where others read: the beginning of a digest, which tells nothing of image and content. */
    String id() {
        return digest(tenant, imageId, contentSha256, view, modelFingerprint);
    }

    static String digest(String... parts) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(String.join("\u0000", parts).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, ID_BYTES);
        } catch (NoSuchAlgorithmException every) {
            throw new IllegalStateException("every Java has SHA-256", every);
        }
    }
}
