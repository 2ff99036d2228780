package io.bulwark.stream.api;

import io.bulwark.stream.access.Roles;
import io.bulwark.stream.api.ReviewDocuments.AgreementDocument;
import io.bulwark.stream.api.ReviewDocuments.GoldenRequest;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.review.Agreement;
import io.bulwark.stream.review.GoldenItems;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
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
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** How reviewers agree and how long they take, for seniors. */
@Path("/api/v1/review/agreement")
@Tag(name = "review")
@Blocking
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed({Roles.SENIOR, Roles.ADMIN})
public class AgreementResource {

    private static final Duration USUAL = Duration.ofDays(7);

    private final Asker asker;
    private final Agreement agreement;

    AgreementResource(Asker asker, Agreement agreement) {
        this.asker = asker;
        this.agreement = agreement;
    }

    /** Everybody who decided in a time. */
    @GET
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
        Instant end = CaseResource.CaseQuestions.parsed("until", until, Instant::parse)
                .orElseGet(() -> Clock.systemUTC().instant());
        Instant begin =
                CaseResource.CaseQuestions.parsed("from", from, Instant::parse).orElseGet(() -> end.minus(USUAL));
        if (!begin.isBefore(end)) {
            throw Problem.BAD_PARAMETER.with("from must be before until.");
        }
        return new AgreementDocument(begin.toString(), end.toString(), agreement.between(asker.person(), begin, end));
    }

    /** Golden items, for seniors: reviewers cannot tell them from others. */
    @Path("/api/v1/review/golden")
    @Tag(name = "review")
    @Blocking
    @Produces(MediaType.APPLICATION_JSON)
    @RolesAllowed({Roles.SENIOR, Roles.ADMIN})
    public static class GoldenResource {

        private final Asker asker;
        private final GoldenItems golden;

        GoldenResource(Asker asker, GoldenItems golden) {
            this.asker = asker;
            this.golden = golden;
        }

        /** Makes a decided item golden. */
        @PUT
        @Path("/{itemId}")
        @Operation(
                operationId = "golden",
                summary = "Makes a decided item golden",
                description =
                        "From then on copies of it are mixed into the claims; what is decided of them is measured and never published.")
        public void add(@PathParam("itemId") UUID itemId, GoldenRequest request) {
            golden.add(
                    asker.person(), itemId, request == null || request.answer() == null ? "nothing" : request.answer());
        }

        /** How reviewers answered them. */
        @GET
        @Operation(operationId = "goldenTallies", summary = "How reviewers answered golden items")
        public List<GoldenItems.Tally> tallies() {
            return golden.tallies(asker.person());
        }
    }
}
