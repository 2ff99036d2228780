package io.bulwark.stream.review.api;

import com.fasterxml.jackson.annotation.JsonFormat;
import io.bulwark.stream.review.CurrentPerson;
import io.bulwark.stream.review.ReviewRefusedException;
import io.bulwark.stream.review.ReviewRefusedException.Kind;
import io.bulwark.stream.review.Roles;
import io.bulwark.stream.review.api.ReviewDocuments.ApprovalRequest;
import io.bulwark.stream.review.decide.BankProposals;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** Proposals for the bank, for curators. */
@Path("/api/v1/review/proposals")
@Blocking
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed({Roles.CURATOR, Roles.ADMIN})
public class ProposalResource {

    private static final int MOST = 100;

    private final CurrentPerson current;
    private final BankProposals proposals;

    ProposalResource(CurrentPerson current, BankProposals proposals) {
        this.current = current;
        this.proposals = proposals;
    }

    /** A proposal that waits. */
    record ProposalDocument(
            UUID decisionId,
            String imageId,
            String contentSha256,
            String label,
            String proposedBy,
            @JsonFormat(shape = JsonFormat.Shape.STRING) Instant proposedAt) {}

    /** The oldest proposals that wait. */
    @GET
    public List<ProposalDocument> open() {
        return proposals.open(current.get(), MOST).stream()
                .map(open -> new ProposalDocument(
                        open.decisionId(),
                        open.imageId(),
                        open.contentSha256(),
                        open.label(),
                        open.proposedBy(),
                        open.proposedAt()))
                .toList();
    }

    /** Approves or refuses one. */
    @POST
    @Path("/{decisionId}/answer")
    public void answer(@PathParam("decisionId") UUID decisionId, ApprovalRequest request) {
        if (request == null) {
            throw new ReviewRefusedException(Kind.INVALID, "The request needs {\"approved\":true} or false.");
        }
        proposals.answer(current.get(), decisionId, request.approved());
    }
}
