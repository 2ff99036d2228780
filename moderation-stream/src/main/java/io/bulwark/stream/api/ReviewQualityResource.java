package io.bulwark.stream.api;

import io.bulwark.stream.access.Roles;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.review.Agreement;
import io.bulwark.stream.review.BankProposals;
import io.bulwark.stream.review.GoldenItems;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/**
 * Proposals for the bank, for curators; for seniors how reviewers agree, and golden items, which reviewers cannot
 * distinguish from others.
 */
@Path("/api/v1/review")
@Tag(name = "review")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed({Roles.SENIOR, Roles.ADMIN})
public class ReviewQualityResource {

    private static final Duration USUAL = Duration.ofDays(7);
    private static final int MOST_PROPOSALS = 100;

    private final Asker asker;
    private final Agreement agreement;
    private final GoldenItems golden;
    private final BankProposals proposals;

    ReviewQualityResource(Asker asker, Agreement agreement, GoldenItems golden, BankProposals proposals) {
        this.asker = asker;
        this.agreement = agreement;
        this.golden = golden;
        this.proposals = proposals;
    }

    /** Everybody who decided in a time. */
    @GET
    @Path("/agreement")
    @RolesAllowed({Roles.SENIOR, Roles.ADMIN})
    @Operation(
            operationId = "agreement",
            summary = "How reviewers agree with one another, and how long they take",
            description =
                    "Two decisions are compared where one person decided the same item after another: second reviews,"
                            + " appeals, seniors. Golden items do not count; they have a list of their own.")
    public AgreementDocument between(
            @QueryParam("from") @Parameter(description = "ISO 8601 in UTC; without it seven days before until")
                    String from,
            @QueryParam("until") @Parameter(description = "ISO 8601 in UTC; without it now") String until) {
        Instant end = CaseResource.CaseQuestions.instant("until", until)
                .orElseGet(() -> Clock.systemUTC().instant());
        Instant begin = CaseResource.CaseQuestions.instant("from", from).orElseGet(() -> end.minus(USUAL));
        Problem.BAD_PARAMETER.when(!begin.isBefore(end), "from must be before until.");
        return new AgreementDocument(begin.toString(), end.toString(), agreement.between(asker.person(), begin, end));
    }

    /** Makes a decided item golden. */
    @PUT
    @Path("/golden/{itemId}")
    @RolesAllowed({Roles.SENIOR, Roles.ADMIN})
    @Operation(
            operationId = "golden",
            summary = "Makes a decided item golden",
            description =
                    "From then on copies of it are mixed into the claims; what is decided of them is measured and never published.")
    public void addGolden(@PathParam("itemId") UUID itemId, GoldenRequest request) {
        golden.add(asker.person(), itemId, request == null || request.answer() == null ? "nothing" : request.answer());
    }

    /** How reviewers answered them. */
    @GET
    @Path("/golden")
    @RolesAllowed({Roles.SENIOR, Roles.ADMIN})
    @Operation(operationId = "goldenTallies", summary = "How reviewers answered golden items")
    public List<GoldenItems.Tally> tallies() {
        return golden.tallies(asker.person());
    }

    /** The oldest proposals that wait. */
    @GET
    @Path("/proposals")
    @RolesAllowed({Roles.CURATOR, Roles.ADMIN})
    @Operation(operationId = "proposals", summary = "The oldest proposals for the bank that wait, at most 100")
    public List<BankProposals.Proposal> proposals() {
        return proposals.open(asker.person(), MOST_PROPOSALS);
    }

    /** Approves or refuses one. Once approved, its picture is on its way into the bank. */
    @POST
    @Path("/proposals/{decisionId}/answer")
    @RolesAllowed({Roles.CURATOR, Roles.ADMIN})
    @Operation(
            operationId = "answerProposal",
            summary = "Approves or refuses a proposal",
            description =
                    "Approved, the picture becomes a reference, made of how the model saw the whole of it; `views` names further views that count as the same picture. A person cannot answer their own proposal.")
    @APIResponse(responseCode = "200", description = "The references that are on their way into the bank")
    @APIResponse(responseCode = "409", description = "model-mismatch: another model than the bank's saw the picture")
    @APIResponse(
            responseCode = "410",
            description = "embedding-gone: how the model saw the picture is not kept any more")
    public ApprovalDocument answer(@PathParam("decisionId") UUID decisionId, ApprovalRequest request) {
        Problem.BAD_PARAMETER.when(
                request == null || request.approved() == null, "The request needs {\"approved\":true} or false.");
        if (!request.approved()) {
            proposals.refuse(asker.person(), decisionId);
            return new ApprovalDocument(List.of());
        }
        List<String> views = request.views() == null ? List.of() : request.views();
        return new ApprovalDocument(proposals.approve(asker.person(), decisionId, views));
    }

    /** A golden item's known answer. */
    record GoldenRequest(String answer) {}

    /** An answer to a proposal for the bank; the views are besides the whole picture. */
    record ApprovalRequest(Boolean approved, List<String> views) {}

    /** What an answer to a proposal made: keys on {@code moderation.references}, none where it was refused. */
    record ApprovalDocument(List<String> references) {}

    /** How reviewers agree; times are ISO 8601 in UTC. */
    record AgreementDocument(String from, String until, List<Agreement.Reviewer> reviewers) {}
}
