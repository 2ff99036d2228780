package io.bulwark.stream.flagged;

import io.bulwark.stream.state.StateLayout;
import io.bulwark.stream.state.StoreKey;
import java.time.Instant;
import java.util.Comparator;
import java.util.HexFormat;
import org.apache.kafka.common.serialization.Serde;

/**
 * One view of one content of an image that is NSFW in force. Its components are written to the store in their order.
 *
 * @param contentSha256 of the file
 * @param view its name
 * @param label of the decision; empty where there is none
 * @param modelFingerprint of the encoder
 * @param byPerson whether a person decided: then no worker's verdict removes it, and caps remove workers' decisions
 *     first
 * @param confirmed whether the person meant this view: then no SAFE on another content removes it
 * @param since when it was decided
 * @param embedding of that view, in half precision, little-endian; not copied, not to be modified
 */
public record FlaggedMember(
        String tenant,
        String imageId,
        String contentSha256,
        String view,
        String uploaderId,
        String label,
        String modelFingerprint,
        boolean byPerson,
        boolean confirmed,
        Instant since,
        byte[] embedding) {

    /** Older ones first, then by id. */
    static final Comparator<FlaggedMember> OLDER =
            Comparator.comparing(FlaggedMember::since).thenComparing(FlaggedMember::id);

    private static final int ID_BYTES = 16;

    /** The published id: the beginning of a digest, which does not reveal image and content. */
    String id() {
        return digest(tenant, imageId, contentSha256, view, modelFingerprint);
    }

    static String digest(String... parts) {
        return HexFormat.of().formatHex(StoreKey.sha256(String.join("\u0000", parts)), 0, ID_BYTES);
    }

    /** The layout in the store. */
    public static Serde<FlaggedMember> serde() {
        return StateLayout.of(FlaggedChange.WHAT, FlaggedMember.class);
    }
}
