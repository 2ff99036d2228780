package io.bulwark.service.pipeline;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.ImageEmbedding;
import io.bulwark.events.Reason;
import io.bulwark.events.Verdict;
import io.bulwark.perception.audit.ScalingAuditor;
import io.bulwark.perception.audit.ScalingFinding;
import io.bulwark.perception.audit.Signal;
import io.bulwark.perception.audit.TwinAuditor;
import io.bulwark.perception.bank.PerceptualKey;
import io.bulwark.perception.flagged.NearFlagged;
import io.bulwark.perception.verdict.Decider;
import io.bulwark.perception.verdict.ScoredImage;
import io.bulwark.service.bank.BankShelf;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.outcome.EmbeddingRecord;
import io.bulwark.service.outcome.NearFlaggedAudit;
import io.bulwark.service.outcome.Outcome;
import io.bulwark.service.outcome.SampleAudit;
import io.bulwark.service.outcome.ScalingAudit;
import io.bulwark.service.outcome.VerdictWriter;
import io.bulwark.service.policy.PolicyShelf;
import io.bulwark.service.policy.PolicySnapshot;
import io.bulwark.service.telemetry.SpanStep;
import io.bulwark.service.telemetry.Step;
import io.bulwark.service.telemetry.WorkerMetrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;

/**
 * From embeddings to verdicts: one search for all views of the images that were completed together, under one
 * snapshot of the bank, then the policy image by image, then what is flagged near it, then the twin's word where one runs. Many inference threads use it
 * at once.
 */
final class Judge {

    private final BankShelf shelf;
    private final PolicyShelf policies;
    private final Decider decider;
    private final VerdictWriter verdicts;
    private final Optional<TwinJudge> twin;
    private final Optional<DecisionSteps.OfFlagged> flagged;
    private final ScalingAuditor scaling;
    private final DecisionSteps.OfSample sample;
    private final boolean embeddings;
    private final Refusals refusals;
    private final PerceptualKey keys;
    private final Optional<ReviewAllowance> allowance;
    private final NanoClock clock;

    Judge(DecisionSteps steps, Warmth warm, Refusals refusals, NanoClock clock, WorkerMetrics metrics) {
        this.shelf = steps.shelf();
        this.policies = steps.policies();
        this.decider = new Decider(warm.description().headClasses());
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
        this.allowance = steps.bounded() ? Optional.of(new ReviewAllowance(clock)) : Optional.empty();
        this.clock = clock;
    }

    /**
     * Completes every image; with {@code TryLater} while no bank or no policy may be used, or not together. One that the
     * encoder has no answer for is refused alone, before a search that would take none of them.
     *
     * @param late gives images the answers of the thread's twin, where it is asked about some alone
     */
    void decide(List<PreparedImage> embedded, Optional<Consumer<List<PreparedImage>>> late) {
        List<PreparedImage> images =
                embedded.stream().filter(image -> !isRefused(image)).toList();
        if (images.isEmpty()) {
            return;
        }
        Optional<PolicySnapshot> inForce = policies.current();
        if (inForce.isEmpty()) {
            tryLater(images, policies.status().message());
            return;
        }
        Optional<BankShelf.Loan> borrowed = shelf.borrow();
        if (borrowed.isEmpty()) {
            tryLater(images, shelf.status().message());
            return;
        }
        try (BankShelf.Loan loan = borrowed.get()) {
            Optional<String> complaint = inForce.get().complaint(loan.bank().labels());
            if (complaint.isPresent()) {
                tryLater(images, complaint.get());
                return;
            }
            long start = clock.nanos();
            List<ScoredImage> testimonies = decider.decide(
                    loan.bank(),
                    inForce.get(),
                    images.stream().map(image -> image.seen(image.answers())).toList());
            Optional<FlaggedJudge.Said> near = flagged.flatMap(
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
                image.work().timings().add(Step.SEARCH, micros);
                image.work().flight().span().step(SpanStep.DECIDE, start, end);
                complete(
                        image,
                        image.seen(image.answers()).isPlain() ? List.of() : perceptualKeys.get(i),
                        testimonies.get(i),
                        Optional.ofNullable(second.get(image)),
                        near,
                        loan.bank().version());
            }
        }
    }

    private boolean isRefused(PreparedImage image) {
        Optional<String> fault = image.seen(image.answers()).fault();
        fault.ifPresent(found -> refusals.refuse(image.work(), Reason.ENCODER_FAILED, found));
        return fault.isPresent();
    }

    private static void tryLater(List<PreparedImage> images, String why) {
        images.forEach(image -> image.work().flight().complete(new Outcome.TryLater(why)));
    }

    private void complete(
            PreparedImage image,
            List<String> perceptualKey,
            ScoredImage robust,
            Optional<ScoredImage> clean,
            Optional<FlaggedJudge.Said> near,
            String bankVersion) {
        Optional<NearFlagged.Held> held =
                near.flatMap(said -> Optional.ofNullable(said.held().get(image)));
        Verdict verdict = verdicts.judged(
                image.work().facts().orElseThrow(),
                image.work().sha256().orElseThrow(),
                held.map(NearFlagged.Held::scored).orElse(robust),
                clean.filter(said -> held.isEmpty()) // the twin's score follows the true one
                        .map(said -> OptionalDouble.of(said.judgement().score()))
                        .orElse(OptionalDouble.empty()),
                perceptualKey,
                bankVersion,
                near.map(FlaggedJudge.Said::offsets),
                image.work().timings());
        if (verdict.getReason() == Reason.TOO_MANY_VIEWS && !isAllowed(verdict, image)) {
            refusals.refuse(
                    image.work(),
                    Reason.UPLOADER_LIMITED,
                    "The file has too many distinct views, and " + ReviewAllowance.MOST
                            + " such files of the uploader went to people within "
                            + ReviewAllowance.SPAN.toMinutes() + " minutes");
            return;
        }
        List<AttackAudit> audits = audits(image, verdict, robust, clean, near);
        Optional<ImageEmbedding> embedding =
                embeddings ? EmbeddingRecord.of(verdict, image.seen(image.answers())) : Optional.empty();
        image.work().flight().complete(new Outcome.Answered(verdict, audits, embedding));
    }

    private boolean isAllowed(Verdict verdict, PreparedImage image) {
        return allowance
                .map(each -> each.takes(
                        verdict.getTenant(),
                        verdict.getUploaderId(),
                        image.work().flight().origin()))
                .orElse(true);
    }

    /** What detectors fired on; where none did and the image is drawn for the sample, one audit with what they saw. */
    private List<AttackAudit> audits(
            PreparedImage image,
            Verdict verdict,
            ScoredImage robust,
            Optional<ScoredImage> clean,
            Optional<FlaggedJudge.Said> near) {
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
                    .ifPresent(held -> audits.add(NearFlaggedAudit.of(verdict, robust, held, threshold)));
            Optional.ofNullable(said.sampled().get(image))
                    .ifPresent(closeness -> quiet.add(new Signal(NearFlaggedAudit.SIGNAL, closeness, threshold)));
        });
        Optional<ScalingFinding> trace = image.work().scaling().map(scaling::inspect);
        trace.filter(found -> found.signal().fired())
                .ifPresent(found -> audits.add(ScalingAudit.of(verdict, robust, found)));
        if (audits.isEmpty() && sample.draw().draws(image.work().sha256().orElseThrow())) {
            if (sample.scaling()) {
                quiet.add(trace.map(ScalingFinding::signal).orElseGet(scaling::nothingFound));
            }
            Optional<String> partial = twin.filter(asked -> !asked.seesAll()).map(asked -> TwinAuditor.SIGNAL);
            audits.add(
                    SampleAudit.of(verdict, robust, clean, quiet, sample.draw().share(), partial));
        }
        return List.copyOf(audits);
    }
}
