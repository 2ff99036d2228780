package io.bulwark.stream.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.bulwark.stream.review.Agreement;
import io.bulwark.stream.review.CasePages;
import io.bulwark.stream.review.Casebook;
import io.bulwark.stream.review.Decisions;
import io.bulwark.stream.review.Origin;
import io.bulwark.stream.review.ReviewCandidate;
import io.bulwark.stream.review.ReviewQueue;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What the review's resources take and answer. */
final class ReviewDocuments {

    private ReviewDocuments() {}

    /** A claimed item. Times are ISO 8601 in UTC. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record ClaimDocument(
            UUID itemId,
            UUID leaseId,
            String leaseUntil,
            String imageId,
            String contentSha256,
            String uploaderId,
            ReviewCandidate.UploadPlace upload,
            String machineDecision,
            String machineReason,
            List<String> labels,
            double score,
            List<String> origins,
            int strikes,
            int reports,
            String arrivedAt,
            String stage) {

        static ClaimDocument of(ReviewQueue.Claim claim) {
            return new ClaimDocument(
                    claim.itemId(),
                    claim.leaseId(),
                    claim.leaseUntil().toString(),
                    claim.candidate().imageId(),
                    claim.candidate().contentSha256(),
                    claim.candidate().uploaderId(),
                    claim.candidate().upload().orElse(null),
                    claim.candidate().decision(),
                    claim.candidate().reason().orElse(null),
                    claim.candidate().labels(),
                    claim.candidate().score(),
                    claim.origins().stream().map(Origin::name).toList(),
                    claim.strikes(),
                    claim.reports(),
                    claim.arrivedAt().toString(),
                    claim.stage().name());
        }
    }

    /** Proves a claim. */
    record LeaseRequest(UUID leaseId) {}

    /** A claim's new end. */
    record LeaseDocument(UUID leaseId, String leaseUntil) {}

    /** Proves a claim and says why it is given up. */
    record ReasonRequest(UUID leaseId, String reason) {}

    /** A note. */
    record NoteRequest(String words) {}

    /** A decision; the program that sends it makes the id. */
    record DecisionRequest(
            UUID leaseId,
            UUID decisionId,
            String contentSha256,
            String decision,
            List<String> labels,
            String reason,
            String bankLabel) {

        Decisions.Answer answer(UUID itemId) {
            return new Decisions.Answer(
                    itemId,
                    leaseId,
                    decisionId == null ? UUID.randomUUID() : decisionId,
                    contentSha256 == null ? "" : contentSha256,
                    decision == null ? "" : decision,
                    labels == null ? List.of() : labels,
                    Optional.ofNullable(reason),
                    Optional.ofNullable(bankLabel));
        }
    }

    /** What became of it; the lease only after an undo. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record OutcomeDocument(UUID decisionId, String state, UUID leaseId) {

        static OutcomeDocument of(Decisions.Outcome outcome, UUID leaseId) {
            return new OutcomeDocument(outcome.decisionId(), outcome.state().name(), leaseId);
        }
    }

    /** A report or an appeal about an image; the reporter is whatever name the caller gives them. */
    record ReportRequest(String imageId, String kind, String reporter, String words) {}

    /** The item that a report belongs to. */
    record ItemDocument(UUID itemId) {}

    /** A golden item's known answer. */
    record GoldenRequest(String answer) {}

    /** An answer to a proposal for the bank; the views are besides the whole picture. */
    record ApprovalRequest(Boolean approved, List<String> views) {}

    /** What an answer to a proposal made: keys on {@code moderation.references}, none where it was refused. */
    record ApprovalDocument(List<String> references) {}

    /** What waits; the oldest item's age in seconds. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record QueueDocument(long waiting, long held, long forSeniors, String oldest, Long oldestSeconds) {

        static QueueDocument of(ReviewQueue.Claim.QueueState state, Instant now) {
            return new QueueDocument(
                    state.waiting(),
                    state.held(),
                    state.forSeniors(),
                    state.oldest().map(Instant::toString).orElse(null),
                    state.oldest()
                            .map(oldest -> Math.max(0, now.getEpochSecond() - oldest.getEpochSecond()))
                            .orElse(null));
        }
    }

    /** A case. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record CaseDocument(
            String imageId,
            String contentSha256,
            String uploaderId,
            ReviewCandidate.UploadPlace upload,
            String decision,
            String reason,
            List<String> labels,
            double score,
            String decidedBy,
            boolean byPerson,
            String decidedAt,
            boolean audited) {

        static CaseDocument of(Casebook.Case found) {
            return new CaseDocument(
                    found.image().imageId(),
                    found.image().contentSha256().isEmpty()
                            ? null
                            : found.image().contentSha256(),
                    found.image().uploaderId(),
                    found.image().upload().orElse(null),
                    found.image().decision(),
                    found.image().reason().orElse(null),
                    found.image().labels(),
                    found.image().score(),
                    found.decidedBy(),
                    found.byPerson(),
                    found.decidedAt().toString(),
                    found.audited());
        }
    }

    /** What thresholds would have made of the cases. */
    record BacktestDocument(double flag, double review, List<CasePages.Count> counts) {}

    /** How scores and what people decided go together. */
    record CalibrationDocument(List<CasePages.Bin> bins) {}

    /** How reviewers agree; times are ISO 8601 in UTC. */
    record AgreementDocument(String from, String until, List<Agreement.Reviewer> reviewers) {}

    /** A page of cases; {@code next} is asked for as {@code after}, and absent on the last page. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record CasePageDocument(List<CaseDocument> cases, String next) {

        static CasePageDocument of(CasePages.Page page) {
            return new CasePageDocument(
                    page.cases().stream().map(CaseDocument::of).toList(),
                    page.next().orElse(null));
        }
    }
}
