package io.bulwark.service.pipeline;

import io.bulwark.perception.flagged.NearFlagged;
import io.bulwark.perception.verdict.SeenImage;
import io.bulwark.perception.verdict.Testimony;
import io.bulwark.perception.verdict.Thresholds;
import io.bulwark.service.flagged.FlaggedShelf;
import io.bulwark.service.policy.PolicySnapshot;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which of the images that are decided together are held back, under one snapshot of the index. */
final class FlaggedJudge {

    private final DecisionSteps.OfFlagged steps;

    FlaggedJudge(DecisionSteps.OfFlagged steps) {
        this.steps = steps;
    }

    /** @param testimonies of the images in their order */
    Said ask(List<PreparedImage> images, List<Testimony> testimonies, PolicySnapshot policies) {
        Map<PreparedImage, NearFlagged.Held> held = new HashMap<>();
        try (FlaggedShelf.Loan loan = steps.shelf().borrow().orElseThrow()) {
            for (int i = 0; i < images.size(); i++) {
                PreparedImage image = images.get(i);
                SeenImage seen = image.seen(image.answers());
                String sha256 = image.work().sha256().orElseThrow();
                Thresholds thresholds =
                        policies.of(seen.tenant()).inForce().settings().thresholds();
                steps.rule()
                        .hold(
                                loan.index(),
                                seen,
                                sha256,
                                testimonies.get(i),
                                thresholds,
                                steps.key()
                                        .draws(sha256.getBytes(StandardCharsets.US_ASCII))
                                        .next())
                        .ifPresent(found -> held.put(image, found));
            }
            return new Said(held, loan.offsets());
        }
    }

    /**
     * What the index says.
     *
     * @param held what is held back; others stand as they were decided
     * @param offsets how far the topic was read for it, by partition
     */
    record Said(Map<PreparedImage, NearFlagged.Held> held, Map<String, Long> offsets) {}
}
