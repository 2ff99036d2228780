package io.bulwark.service.pipeline;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.Decision;
import io.bulwark.events.ImageEmbedding;
import io.bulwark.events.Reason;
import io.bulwark.events.Verdict;
import io.bulwark.perception.audit.AuditSample;
import io.bulwark.perception.audit.ScalingAuditor;
import io.bulwark.perception.audit.ScalingAuditor.ScalingFinding;
import io.bulwark.perception.audit.Signal;
import io.bulwark.perception.audit.TwinAuditor;
import io.bulwark.perception.bank.Bank;
import io.bulwark.perception.bank.PerceptualKey;
import io.bulwark.perception.flagged.NearFlagged;
import io.bulwark.perception.verdict.Decider;
import io.bulwark.perception.verdict.Judgement;
import io.bulwark.perception.verdict.ScoredImage;
import io.bulwark.perception.verdict.SeenImage;
import io.bulwark.service.follow.FlaggedTopic.FlaggedSnapshot;
import io.bulwark.service.follow.PolicySnapshot;
import io.bulwark.service.follow.SnapshotHolder;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.telemetry.Timings.Step;
import io.bulwark.service.telemetry.Tracing.UploadSpan.SpanStep;
import io.bulwark.service.telemetry.WorkerMetrics;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;

/**
 * From embeddings to verdicts: one search for all views of the images that were completed together, under one
 * snapshot of the bank, then the policy image by image, then what is flagged near it, then the twin's word where one
 * runs. Many inference threads use it at once.
 */
final class Judge {

    private final SnapshotHolder<Bank> shelf;
    private final SnapshotHolder<PolicySnapshot> policies;
    private final Decider decider;
    private final VerdictWriter verdicts;
    private final Optional<TwinJudge> twin;
    private final Optional<DecisionSteps.OfFlagged> flagged;
    private final ScalingAuditor scaling;
    private final DecisionSteps.OfSample sample;
    private final boolean embeddings;
    private final Refusals refusals;
    private final PerceptualKey keys;
    private final Optional<ReviewAllowance> ofManyViews;
    private final Optional<ReviewAllowance> ofHeldBack;
    private final NanoClock clock;

    Judge(DecisionSteps steps, Warmth warm, Refusals refusals, NanoClock clock, WorkerMetrics metrics) {
        this.shelf = steps.shelf();
        this.policies = steps.policies();
        this.decider = new Decider(warm.description().headClasses(), steps.restricted());
        this.verdicts = steps.verdicts();
        this.twin = steps.twin()
                .map(parts -> new TwinJudge(
                        parts,
                        steps.scaling(),
                        steps.sample().draw(),
                        warm.twin().orElseThrow(),
                        clock,
                        metrics));
        this.flagged = steps.flagged();
        this.scaling = steps.scaling();
        this.sample = steps.sample();
        this.embeddings = steps.embeddings();
        this.refusals = refusals;
        this.keys = new PerceptualKey(warm.description().dimension());
        this.ofManyViews = steps.bounded()
                ? Optional.of(new ReviewAllowance(ReviewAllowance.WITH_TOO_MANY_VIEWS, clock))
                : Optional.empty();
        this.ofHeldBack = steps.twin()
                .filter(parts -> steps.bounded() && parts.heldPerHour().isPresent())
                .map(parts -> new ReviewAllowance(parts.heldPerHour().getAsInt(), clock));
        this.clock = clock;
    }

    /**
     * Completes every image; with {@code TryLater} while no bank or no policy may be used, or not together. One that
     * the encoder has no answer for is refused alone, before a search that would take none of them.
     *
     * @param late gives images the answers of the thread's twin, where it is asked about some alone
     */
    void decide(List<PreparedImage> embedded, Optional<Consumer<List<PreparedImage>>> late) {
        List<PreparedImage> sound =
                embedded.stream().filter(image -> !isRefused(image)).toList();
        if (sound.isEmpty()) {
            return;
        }
        Optional<PolicySnapshot> inForce = policies.current();
        if (inForce.isEmpty()) {
            tryLater(sound, policies.status().message());
            return;
        }
        Optional<SnapshotHolder.Loan<Bank>> borrowed = shelf.borrow();
        if (borrowed.isEmpty()) {
            tryLater(sound, shelf.status().message());
            return;
        }
        try (SnapshotHolder.Loan<Bank> loan = borrowed.get()) {
            Optional<String> complaint = inForce.get().complaint(loan.value().labels());
            if (complaint.isPresent()) {
                tryLater(sound, complaint.get());
                return;
            }
            long start = clock.nanos();
            List<ScoredImage> scored = decider.decide(
                    loan.value(),
                    inForce.get(),
                    sound.stream().map(image -> image.seen(image.answers())).toList());
            List<PreparedImage> images = new ArrayList<>();
            List<ScoredImage> testimonies = new ArrayList<>();
            for (int i = 0; i < sound.size(); i++) {
                UploadInFlight upload = sound.get(i).upload();
                if (decider.isRestricted(scored.get(i).judgement())) {
                    upload.complete(verdicts.restricted(
                            upload, scored.get(i), loan.value().version()));
                } else {
                    images.add(sound.get(i));
                    testimonies.add(scored.get(i));
                }
            }
            if (images.isEmpty()) {
                return;
            }
            Optional<FlaggedJudge.FlaggedResult> near = flagged.flatMap(
                    parts -> new FlaggedJudge(parts).ask(images, testimonies, inForce.get(), sample.draw()));
            if (flagged.isPresent() && near.isEmpty()) {
                tryLater(images, flagged.get().shelf().status().message());
                return;
            }
            long micros = clock.microsSince(start) / images.size();
            long end = clock.nanos();
            Map<PreparedImage, ScoredImage> second = twin.map(
                            asked -> asked.testify(asked.wanted(images, testimonies, near, late), inForce.get()))
                    .orElse(Map.of());
            List<List<String>> perceptualKeys = keys.of(
                    images.stream().map(image -> image.answers().embedding(0)).toList());
            for (int i = 0; i < images.size(); i++) {
                PreparedImage image = images.get(i);
                image.upload().timings().add(Step.SEARCH, micros);
                image.upload().span().step(SpanStep.DECIDE, start, end);
                complete(
                        image,
                        image.seen(image.answers()).isPlain() ? List.of() : perceptualKeys.get(i),
                        testimonies.get(i),
                        Optional.ofNullable(second.get(image)),
                        near,
                        loan.value().version());
            }
        }
    }

    private boolean isRefused(PreparedImage image) {
        Optional<String> fault = image.seen(image.answers()).fault();
        fault.ifPresent(found -> refusals.refuse(image.upload(), Reason.ENCODER_FAILED, found));
        return fault.isPresent();
    }

    private static void tryLater(List<PreparedImage> images, String why) {
        images.forEach(image -> image.upload().complete(new Outcome.TryLater(why)));
    }

    private void complete(
            PreparedImage image,
            List<String> perceptualKey,
            ScoredImage robust,
            Optional<ScoredImage> clean,
            Optional<FlaggedJudge.FlaggedResult> near,
            String bankVersion) {
        Optional<NearFlagged.Held> held =
                near.flatMap(said -> Optional.ofNullable(said.held().get(image)));
        boolean holdsBack = held.isEmpty() && twin.filter(TwinJudge::holdsBack).isPresent();
        boolean needsTwin = holdsBack && robust.judgement().outcome() == Judgement.Outcome.SAFE;
        if (needsTwin && clean.isEmpty()) {
            withoutTwin(image);
            return;
        }
        // A shadow decision may be SAFE where the one in force is not.
        ScoredImage decided = held.map(NearFlagged.Held::scored)
                .orElseGet(() -> holdsBack ? clean.map(robust::heldBackBy).orElse(robust) : robust);
        Verdict verdict = verdicts.judged(
                image.upload().facts().orElseThrow(),
                image.upload().sha256().orElseThrow(),
                decided,
                clean.filter(said -> held.isEmpty()) // the twin's score follows the true one
                        .map(said -> OptionalDouble.of(said.judgement().score()))
                        .orElse(OptionalDouble.empty()),
                perceptualKey,
                bankVersion,
                near.map(FlaggedJudge.FlaggedResult::offsets),
                image.upload().timings());
        Optional<ReviewAllowance> bound = verdict.getReason() == Reason.TOO_MANY_VIEWS
                ? ofManyViews
                : ofHeldBack.filter(each -> needsTwin && verdict.getDecision() == Decision.REVIEW);
        List<AttackAudit> audits = audits(image, verdict, robust, clean, near);
        if (bound.filter(each -> !isAllowed(each, verdict, image)).isPresent()) {
            Verdict refused = refusals.verdict(
                    image.upload(),
                    Reason.UPLOADER_LIMITED,
                    "The file would go to people, and " + bound.orElseThrow().most()
                            + " such files of the uploader went there within "
                            + ReviewAllowance.SPAN.toMinutes() + " minutes");
            image.upload().complete(new Outcome.Answered(refused, audits));
            return;
        }
        Optional<ImageEmbedding> embedding =
                embeddings ? VerdictWriter.embedding(verdict, image.seen(image.answers())) : Optional.empty();
        image.upload().complete(new Outcome.Answered(verdict, audits, embedding));
    }

    private static boolean isAllowed(ReviewAllowance allowance, Verdict verdict, PreparedImage image) {
        return allowance.takes(
                verdict.getTenant(), verdict.getUploaderId(), image.upload().origin());
    }

    /** An image that only both encoders together can clear waits for the twin, but not for one that has no answer for it. */
    private void withoutTwin(PreparedImage image) {
        Optional<String> fault = Optional.of(image.twinAnswers())
                .filter(PreparedImage.ViewAnswers::isWhole)
                .flatMap(answers -> image.seen(answers).fault());
        fault.ifPresentOrElse(
                found -> refusals.refuse(image.upload(), Reason.ENCODER_FAILED, found),
                () -> tryLater(List.of(image), twin.orElseThrow().silence()));
    }

    /** What detectors fired on; where none did and the image is drawn for the sample, one audit with what they saw. */
    private List<AttackAudit> audits(
            PreparedImage image,
            Verdict verdict,
            ScoredImage robust,
            Optional<ScoredImage> clean,
            Optional<FlaggedJudge.FlaggedResult> near) {
        List<AttackAudit> audits = new ArrayList<>();
        List<Signal> quiet = new ArrayList<>();
        clean.ifPresent(said -> twin.orElseThrow().inspect(image, robust, said).ifPresent(found -> {
            if (found.signal().fired()) {
                audits.add(twin.orElseThrow().audit(image, verdict, found, robust, said));
            } else {
                quiet.add(found.signal());
            }
        }));
        near.ifPresent(said -> {
            double threshold = flagged.orElseThrow().rule().similarity();
            Optional.ofNullable(said.held().get(image))
                    .ifPresent(held -> audits.add(AuditWriter.nearFlagged(verdict, robust, held, threshold)));
            Optional.ofNullable(said.sampled().get(image))
                    .ifPresent(closeness -> quiet.add(new Signal(AuditWriter.NEAR_FLAGGED, closeness, threshold)));
        });
        Optional<ScalingFinding> trace = image.upload().scaling().map(scaling::inspect);
        trace.filter(found -> found.signal().fired())
                .ifPresent(found -> audits.add(AuditWriter.scaling(verdict, robust, found)));
        if (audits.isEmpty() && sample.draw().draws(image.upload().sha256().orElseThrow())) {
            if (sample.scaling()) {
                quiet.add(trace.map(ScalingFinding::signal).orElseGet(scaling::nothingFound));
            }
            Optional<String> partial = twin.filter(asked -> !asked.seesAll()).map(asked -> TwinAuditor.SIGNAL);
            audits.add(AuditWriter.sample(
                    verdict, robust, clean, quiet, sample.draw().share(), partial));
        }
        return List.copyOf(audits);
    }

    /** Which of the images that are decided together are held back, under one snapshot of the index. */
    static final class FlaggedJudge {

        private final DecisionSteps.OfFlagged steps;

        FlaggedJudge(DecisionSteps.OfFlagged steps) {
            this.steps = steps;
        }

        /**
         * @param testimonies of the images in their order
         * @param sample files whose closeness is reported even if they are not held back
         * @return empty while there is no snapshot, as when the worker stops
         */
        Optional<FlaggedResult> ask(
                List<PreparedImage> images,
                List<ScoredImage> testimonies,
                PolicySnapshot policies,
                AuditSample sample) {
            Optional<SnapshotHolder.Loan<FlaggedSnapshot>> borrowed =
                    steps.shelf().borrow();
            if (borrowed.isEmpty()) {
                return Optional.empty();
            }
            try (SnapshotHolder.Loan<FlaggedSnapshot> loan = borrowed.get()) {
                List<NearFlagged.Decided> decided = new ArrayList<>();
                for (int i = 0; i < images.size(); i++) {
                    decided.add(decided(images.get(i), testimonies.get(i), policies));
                }
                List<Optional<NearFlagged.Held>> found =
                        steps.rule().hold(loan.value().index(), decided);
                Map<PreparedImage, NearFlagged.Held> held = new HashMap<>();
                Map<PreparedImage, Double> sampled = new HashMap<>();
                for (int i = 0; i < images.size(); i++) {
                    PreparedImage image = images.get(i);
                    found.get(i).ifPresent(each -> held.put(image, each));
                    if (found.get(i).isEmpty() && sample.draws(decided.get(i).sha256())) {
                        steps.rule()
                                .closeness(loan.value().index(), decided.get(i))
                                .ifPresent(each -> sampled.put(image, each));
                    }
                }
                return Optional.of(new FlaggedResult(held, sampled, loan.value().offsets()));
            }
        }

        private NearFlagged.Decided decided(PreparedImage image, ScoredImage said, PolicySnapshot policies) {
            SeenImage seen = image.seen(image.answers());
            String sha256 = image.upload().sha256().orElseThrow();
            return new NearFlagged.Decided(
                    seen,
                    sha256,
                    said,
                    policies.of(seen.tenant()).inForce().settings().thresholds(),
                    steps.key()
                            .draws(sha256.getBytes(StandardCharsets.US_ASCII))
                            .next());
        }

        /**
         * What the index says.
         *
         * @param held what is held back; others stand as they were decided
         * @param sampled closeness in [0, 1] of what is not held back and was drawn for the sample
         * @param offsets how far the topic was read for it, by partition
         */
        record FlaggedResult(
                Map<PreparedImage, NearFlagged.Held> held,
                Map<PreparedImage, Double> sampled,
                Map<String, Long> offsets) {}
    }
}
