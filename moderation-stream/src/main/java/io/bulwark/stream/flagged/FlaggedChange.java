package io.bulwark.stream.flagged;

import java.util.List;

/** What the index of a tenant is told. */
public sealed interface FlaggedChange {

    String tenant();

    /** A content is NSFW in force. */
    record Flag(FlaggedMember member) implements FlaggedChange {
        @Override
        public String tenant() {
            return member.tenant();
        }
    }

    /** It is not any more, though no person called it SAFE. */
    record Unflag(String tenant, String imageId, String contentSha256) implements FlaggedChange {}

    /**
     * A person called it SAFE.
     *
     * @param entryIds of the entries that held it back, as they were then
     * @param modelFingerprint of the encoder that made the row; empty where there is none
     * @param row of the view that was held back, as a {@link FlaggedMember} has it; empty where it is not known any more
     * @param bound how far from an entry's own contents it was held back, in radians
     */
    record Safe(Exemption exemption, List<String> entryIds, String modelFingerprint, byte[] row, double bound)
            implements FlaggedChange {
        @Override
        public String tenant() {
            return exemption.tenant();
        }
    }

    /** They took that back. */
    record Lift(String tenant, String contentSha256) implements FlaggedChange {}

    /** The image is past its retention, or erased. */
    record Forget(String tenant, String imageId) implements FlaggedChange {}
}
