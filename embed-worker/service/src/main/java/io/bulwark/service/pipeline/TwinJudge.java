package io.bulwark.service.pipeline;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.Verdict;
import io.bulwark.perception.audit.AuditSample;
import io.bulwark.perception.audit.ScalingAuditor;
import io.bulwark.perception.audit.TwinAuditor.Drift;
import io.bulwark.perception.audit.TwinAuditor.TwinFinding;
import io.bulwark.perception.audit.TwinSample.TwinBudget;
import io.bulwark.perception.bank.Bank;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.verdict.Decider;
import io.bulwark.perception.verdict.Policies;
import io.bulwark.perception.verdict.ScoredImage;
import io.bulwark.service.follow.SnapshotHolder;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.pipeline.Judge.FlaggedJudge;
import io.bulwark.service.telemetry.Timings.Step;
import io.bulwark.service.telemetry.WorkerLog;
import io.bulwark.service.telemetry.WorkerMetrics;
import io.bulwark.service.telemetry.WorkerMetrics.Event;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * What the twin would have decided, and whether the two part suspiciously. Whatever goes wrong here costs an audit, and
 * where the twin holds back SAFE a further try; else the verdict goes out without the twin's word. Many inference
 * threads use it at once.
 */
final class TwinJudge {

    private final DecisionSteps.OfTwin steps;
    private final ScalingAuditor scaling;
    private final AuditSample sample;
    private final TwinBudget budget;
    private final Decider decider;
    private final NanoClock clock;
    private final WorkerMetrics metrics;

    /**
     * @param scaling says which traces are suspicious
     * @param sample of the images that leave an audit whatever is found
     */
    TwinJudge(
            DecisionSteps.OfTwin steps,
            ScalingAuditor scaling,
            AuditSample sample,
            EncoderDescription twin,
            NanoClock clock,
            WorkerMetrics metrics) {
        this.steps = steps;
        this.scaling = scaling;
        this.sample = sample;
        this.budget = new TwinBudget(steps.sample().share(), clock::nanos);
        this.decider = new Decider(twin.headClasses());
        this.clock = clock;
        this.metrics = metrics;
    }

    /**
     * The images that the twin is asked about; where it has not seen them beside the encoder, it does now.
     *
     * @param testimonies of the images in their order
     * @param near what is held back
     * @param late gives images the twin's answers; empty where they have them
     */
    List<PreparedImage> wanted(
            List<PreparedImage> images,
            List<ScoredImage> testimonies,
            Optional<FlaggedJudge.FlaggedResult> near,
            Optional<Consumer<List<PreparedImage>>> late) {
        if (late.isEmpty()) {
            return images;
        }
        List<PreparedImage> wanted = IntStream.range(0, images.size())
                .filter(i -> isWanted(images.get(i), testimonies.get(i), near))
                .mapToObj(images::get)
                .toList();
        late.get().accept(wanted);
        return wanted;
    }

    /** What is drawn for the sample of audits is asked about, too: its scores would be selected otherwise. */
    private boolean isWanted(PreparedImage image, ScoredImage said, Optional<FlaggedJudge.FlaggedResult> near) {
        String sha256 = image.upload().sha256().orElseThrow();
        budget.sees();
        if (sample.draws(sha256) || steps.sample().draws(sha256)) {
            return true;
        }
        if (!steps.sample().wants(said, isSuspicious(image, near))) {
            return false;
        }
        boolean within = budget.takes();
        if (!within) {
            metrics.count(Event.TWIN_BEYOND_BUDGET);
        }
        return within;
    }

    private boolean isSuspicious(PreparedImage image, Optional<FlaggedJudge.FlaggedResult> near) {
        return image.upload()
                        .scaling()
                        .filter(trace -> scaling.inspect(trace).signal().fired())
                        .isPresent()
                || near.filter(said -> said.held().containsKey(image)).isPresent();
    }

    /**
     * What the twin says of each image; images of which it says nothing are missing.
     *
     * @param encoders by which the encoder decides the same images
     */
    Map<PreparedImage, ScoredImage> score(List<PreparedImage> images, Policies encoders) {
        Map<PreparedImage, ScoredImage> said = new HashMap<>();
        List<PreparedImage> seen = images.stream().filter(TwinJudge::isSeen).toList();
        Optional<SnapshotHolder.Loan<Bank>> borrowed =
                seen.isEmpty() ? Optional.empty() : steps.shelf().borrow();
        if (borrowed.isPresent()) {
            long start = clock.nanos();
            try (SnapshotHolder.Loan<Bank> loan = borrowed.get()) {
                List<ScoredImage> testimonies = decider.decide(
                        loan.value(),
                        steps.policies().beside(encoders),
                        seen.stream()
                                .map(image -> image.seen(image.twinAnswers()))
                                .toList());
                long micros = clock.microsSince(start) / seen.size();
                for (int i = 0; i < seen.size(); i++) {
                    seen.get(i).upload().timings().add(Step.TWIN, micros);
                    said.put(seen.get(i), testimonies.get(i));
                }
            } catch (RuntimeException failure) {
                said.clear();
                WorkerLog.twinFailed(failure);
            }
        }
        metrics.count(Event.TWIN_SILENT, images.size() - said.size());
        return said;
    }

    private static boolean isSeen(PreparedImage image) {
        return image.twinAnswers().isWhole()
                && image.seen(image.twinAnswers()).fault().isEmpty();
    }

    /** How far the two part on an image; empty where that cannot be said. */
    Optional<TwinFinding> inspect(PreparedImage image, ScoredImage robust, ScoredImage clean) {
        try {
            List<Double> drifts = Drift.byView(
                    image.answers().embeddings(), image.twinAnswers().embeddings());
            return Optional.of(steps.auditor().inspect(robust, clean, drifts));
        } catch (RuntimeException failure) {
            WorkerLog.twinFailed(failure);
            return Optional.empty();
        }
    }

    /** Whether an image is SAFE only where the twin says so too. */
    boolean holdsBack() {
        return steps.heldPerHour().isPresent();
    }

    /** Why the twin gives no answer, where one is needed. */
    String silence() {
        return "No image is SAFE without the twin's word (bulwark.twin.holds-back), and it gives none: "
                + (steps.shelf().current().isPresent()
                        ? "it fails (see the log)"
                        : steps.shelf().status().message());
    }

    /** Whether it is asked about every file; else its scores are selected but for the sample's. */
    boolean seesAll() {
        return steps.sample().isOfAll();
    }

    /** The audit of an image on which the two part too far. */
    AttackAudit audit(
            PreparedImage image, Verdict verdict, TwinFinding finding, ScoredImage robust, ScoredImage clean) {
        boolean stands = !seesAll() && sample.draws(image.upload().sha256().orElseThrow());
        OptionalDouble share = stands ? OptionalDouble.of(sample.share()) : OptionalDouble.empty();
        return steps.audits().twinDisagreement(verdict, finding, robust, clean, share);
    }
}
