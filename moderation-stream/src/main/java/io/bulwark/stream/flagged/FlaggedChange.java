package io.bulwark.stream.flagged;

import io.bulwark.stream.state.StateLayout;
import io.bulwark.stream.state.StoreKey;
import java.time.Instant;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import org.apache.kafka.common.serialization.Serde;

/** A change of the index of a tenant. */
public sealed interface FlaggedChange {

    /** What is stored, for messages. */
    String WHAT = "the flagged index";

    String tenant();

    /** The layout on the way from image to tenant. The order of the cases is part of it. */
    static Serde<FlaggedChange> serde() {
        return StateLayout.of(WHAT, FlaggedChange.class);
    }

    /** A content is NSFW in force. */
    record Flag(FlaggedMember member) implements FlaggedChange {
        @Override
        public String tenant() {
            return member.tenant();
        }
    }

    /** A content is not NSFW any more, though no person called it SAFE. */
    record Unflag(String tenant, String imageId, String contentSha256) implements FlaggedChange {}

    /**
     * A person called a content SAFE.
     *
     * @param entryIds of the entries that held it back, as they were then
     * @param modelFingerprint of the encoder that made the row; empty where there is none
     * @param row of the view that was held back, as a {@link FlaggedMember} has it; empty where it is not known any
     *     more
     * @param bound how far from an entry's own contents it was held back, in radians
     */
    record Safe(Exemption exemption, List<String> entryIds, String modelFingerprint, byte[] row, double bound)
            implements FlaggedChange {
        @Override
        public String tenant() {
            return exemption.tenant();
        }
    }

    /** A person took SAFE back. */
    record Lift(String tenant, String contentSha256) implements FlaggedChange {}

    /** The image is past its retention, or erased. */
    record Forget(String tenant, String imageId) implements FlaggedChange {}

    /**
     * A file that a person called SAFE.
     *
     * @param imageId under which it was looked at
     * @param at when
     * @param needed whether something would hold the file back without it, as far as is known
     */
    public record Exemption(String tenant, String imageId, String contentSha256, Instant at, boolean needed) {

        static final Comparator<Exemption> OLDER =
                Comparator.comparing(Exemption::at).thenComparing(Exemption::contentSha256);

        /** Removed first where there are too many: files that nothing held back, the oldest first. */
        static final Comparator<Exemption> LEAST =
                Comparator.comparing(Exemption::needed).thenComparing(OLDER);

        /** The published id. */
        String id() {
            return "exempt-" + FlaggedMember.digest(tenant, contentSha256);
        }

        /** The layout in the store. */
        public static Serde<Exemption> serde() {
            return StateLayout.of(FlaggedChange.WHAT, Exemption.class);
        }
    }

    /**
     * One view of one content of an image that is NSFW in force. Its components are written to the store in their
     * order.
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
}
