package io.bulwark.stream.audit;

import io.bulwark.events.AttackAudit;
import io.bulwark.schemas.topic.ProbeAudits;
import io.bulwark.stream.state.StoreKey;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Audits by our own red team: it attacked a copy of an upload, and nobody else did. They say nothing of an image or of who
 * uploaded it, so they are kept beside the others for the robust accuracy alone.
 */
public final class Probes {

    private static final Set<String> SAID = Set.of("goal", "epsilon", "attack");

    private Probes() {}

    /**
     * What is kept of one: a digest in place of the image's id, so that there is nothing to erase, and no evidence but what
     * was tried.
     *
     * @param takenIn when the broker took it in, which it is not kept longer for than if it had been made then
     */
    public static AttackAudit kept(AttackAudit audit, Instant takenIn) {
        Map<String, String> evidence = new HashMap<>(audit.getEvidence());
        evidence.keySet().retainAll(SAID);
        Instant said = audit.getDetectedAt();
        return AttackAudit.newBuilder(audit)
                .setImageId(UUID.nameUUIDFromBytes(StoreKey.image(audit.getTenant(), audit.getImageId())
                                .getBytes(StandardCharsets.UTF_8))
                        .toString())
                .setUploaderId(ProbeAudits.UPLOADER)
                .setEvidence(evidence)
                .setRobustNeighbours(List.of())
                .setCleanNeighbours(List.of())
                .setPerceptualKey(List.of())
                .setUpload(null)
                .setContentSha256(null)
                .setDetectedAt(said.isAfter(takenIn) ? takenIn : said)
                .build();
    }
}
