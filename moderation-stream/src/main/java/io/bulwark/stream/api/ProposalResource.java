package io.bulwark.stream.api;

import io.bulwark.stream.access.Roles;
import io.bulwark.stream.api.ReviewDocuments.ApprovalDocument;
import io.bulwark.stream.api.ReviewDocuments.ApprovalRequest;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.review.BankProposals;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Proposals for the bank, for curators. */
@Path("/api/v1/review/proposals")
@Tag(name = "review")
@Blocking
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed({Roles.CURATOR, Roles.ADMIN})
public class ProposalResource {

    private static final int MOST = 100;

    private final Asker asker;
    private final BankProposals proposals;

    ProposalResource(Asker asker, BankProposals proposals) {
        this.asker = asker;
        this.proposals = proposals;
    }

    /** The oldest proposals that wait. */
    @GET
    @Operation(operationId = "proposals", summary = "The oldest proposals for the bank that wait, at most 100")
    public List<BankProposals.Proposal> open() {
        return proposals.open(asker.person(), MOST);
    }

    /** Approves or refuses one. Once approved, its picture is on its way into the bank. */
    @POST
    @Path("/{decisionId}/answer")
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
        if (request == null || request.approved() == null) {
            throw Problem.BAD_PARAMETER.with("The request needs {\"approved\":true} or false.");
        }
        if (!request.approved()) {
            proposals.refuse(asker.person(), decisionId);
            return new ApprovalDocument(List.of());
        }
        List<String> views = request.views() == null ? List.of() : request.views();
        return new ApprovalDocument(proposals.approve(asker.person(), decisionId, views));
    }
}
