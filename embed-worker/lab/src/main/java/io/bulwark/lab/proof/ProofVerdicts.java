package io.bulwark.lab.proof;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.AttackKind;
import io.bulwark.events.Decider;
import io.bulwark.events.DeciderKind;
import io.bulwark.events.Decision;
import io.bulwark.events.Neighbour;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.events.Verdict;
import io.bulwark.events.ViewEvidence;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** What a worker that does not exist answers: by chance, and without a picture. */
final class ProofVerdicts {

    private static final Decision[] DECISIONS = {
        Decision.SAFE, Decision.SAFE, Decision.SAFE, Decision.NSFW, Decision.REVIEW
    };

    private static final int NEIGHBOURS = 11;

    private ProofVerdicts() {}

    /** A verdict on an image's upload, as of now. */
    static Verdict verdict(String image, String uploader, byte[] sha256, RecordCoordinates upload, Random random) {
        Decision decision = DECISIONS[random.nextInt(DECISIONS.length)];
        return Verdict.newBuilder()
                .setImageId(image)
                .setUploaderId(uploader)
                .setDecision(decision)
                .setScore(random.nextDouble())
                .setMargin(0.1)
                .setModelFingerprint("proof")
                .setPreprocessFingerprint("proof")
                .setBankVersion("proof")
                .setPolicyVersion("proof")
                .setContentSha256(HexFormat.of().formatHex(sha256))
                .setUpload(upload)
                .setUploadedAt(now())
                .setDecidedAt(now())
                .setDecidedBy(new Decider(DeciderKind.WORKER, "proof"))
                .setDecidingLabel(decision == Decision.NSFW ? "label" : null)
                .build();
    }

    /** What a worker with a twin writes with a verdict that the twin contradicts. */
    static AttackAudit audit(Verdict verdict) {
        return AttackAudit.newBuilder()
                .setImageId(verdict.getImageId())
                .setUploaderId(verdict.getUploaderId())
                .setKind(AttackKind.TWIN_DISAGREEMENT)
                .setFusedScore(0.9)
                .setDecision(verdict.getDecision())
                .setModelFingerprint(verdict.getModelFingerprint())
                .setUpload(verdict.getUpload())
                .setDetectedAt(verdict.getDecidedAt())
                .setContentSha256(verdict.getContentSha256())
                .build();
    }

    /** What a worker writes with a verdict on an upload that lies near an entry of the flagged index. */
    static AttackAudit attempt(Verdict verdict, String entry) {
        return AttackAudit.newBuilder(audit(verdict))
                .setKind(AttackKind.NEAR_FLAGGED)
                .setRobustScore(verdict.getScore())
                .setEvidence(Map.of(ProofCampaigns.ENTRY, entry))
                .build();
    }

    /** The same with one view and its neighbours, as an upload of a plain photograph has it. */
    static Verdict withEvidence(Verdict verdict, Random random) {
        List<Neighbour> neighbours = new ArrayList<>();
        for (int i = 0; i < NEIGHBOURS; i++) {
            neighbours.add(new Neighbour("reference-" + random.nextInt(1000), "label", random.nextFloat(), null));
        }
        return Verdict.newBuilder(verdict)
                .setViews(List.of(new ViewEvidence("whole", 0.1, neighbours, null)))
                .build();
    }

    static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS);
    }
}
