package io.bulwark.stream.decision;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.ModerationDecision;
import io.bulwark.stream.uploader.UploaderChange;

/** What follows from a {@link Fact}, for other topics. */
public sealed interface Consequence {

    /**
     * What holds now for an image.
     *
     * @param decision null: forgotten
     */
    record InForce(String tenant, String imageId, ModerationDecision decision) implements Consequence {}

    /** What changes in the uploader's statistics. */
    record Counted(UploaderChange change) implements Consequence {}

    /** The image's records on the other topics are to go. */
    record Erased(String imageId) implements Consequence {}

    /** An audit of the image, which is no sample, is to go from its uploader's. */
    record AuditErased(AttackAudit audit) implements Consequence {}
}
