package io.bulwark.service.pipeline;

import io.bulwark.perception.audit.AuditSample;
import io.bulwark.perception.flagged.NearFlagged;
import io.bulwark.perception.verdict.ScoredImage;
import io.bulwark.perception.verdict.SeenImage;
import io.bulwark.service.flagged.FlaggedShelf;
import io.bulwark.service.policy.PolicySnapshot;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which of the images that are decided together are held back, under one snapshot of the index. */
final class FlaggedJudge {

    private final DecisionSteps.OfFlagged steps;

    FlaggedJudge(DecisionSteps.OfFlagged steps) {
        this.steps = steps;
    }

    /**
     * @param testimonies of the images in their order
     * @param sample files of which it is said how near they lie, whether or not they are held back
     * @return empty while there is no snapshot, as when the worker stops
     */
    Optional<Said> ask(
            List<PreparedImage> images, List<ScoredImage> testimonies, PolicySnapshot policies, AuditSample sample) {
        Optional<FlaggedShelf.Loan> borrowed = steps.shelf().borrow();
        if (borrowed.isEmpty()) {
            return Optional.empty();
        }
        try (FlaggedShelf.Loan loan = borrowed.get()) {
            List<NearFlagged.Decided> decided = new ArrayList<>();
            for (int i = 0; i < images.size(); i++) {
                decided.add(decided(images.get(i), testimonies.get(i), policies));
            }
            List<Optional<NearFlagged.Held>> found = steps.rule().hold(loan.index(), decided);
            Map<PreparedImage, NearFlagged.Held> held = new HashMap<>();
            Map<PreparedImage, Double> sampled = new HashMap<>();
            for (int i = 0; i < images.size(); i++) {
                PreparedImage image = images.get(i);
                found.get(i).ifPresent(each -> held.put(image, each));
                if (found.get(i).isEmpty() && sample.draws(decided.get(i).sha256())) {
                    steps.rule().closeness(loan.index(), decided.get(i)).ifPresent(each -> sampled.put(image, each));
                }
            }
            return Optional.of(new Said(held, sampled, loan.offsets()));
        }
    }

    private NearFlagged.Decided decided(PreparedImage image, ScoredImage said, PolicySnapshot policies) {
        SeenImage seen = image.seen(image.answers());
        String sha256 = image.work().sha256().orElseThrow();
        return new NearFlagged.Decided(
                seen,
                sha256,
                said,
                policies.of(seen.tenant()).inForce().settings().thresholds(),
                steps.key().draws(sha256.getBytes(StandardCharsets.US_ASCII)).next());
    }

    /**
     * What the index says.
     *
     * @param held what is held back; others stand as they were decided
     * @param sampled closeness in [0, 1] of what is not held back and was drawn for the sample
     * @param offsets how far the topic was read for it, by partition
     */
    record Said(
            Map<PreparedImage, NearFlagged.Held> held, Map<PreparedImage, Double> sampled, Map<String, Long> offsets) {}
}
