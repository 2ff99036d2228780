package io.bulwark.stream.api;

import io.bulwark.stream.access.Roles;
import io.bulwark.stream.childsafety.RestrictedCases;
import io.bulwark.stream.childsafety.RestrictedCases.Destruction;
import io.bulwark.stream.childsafety.RestrictedCases.Details;
import io.bulwark.stream.childsafety.RestrictedCases.Ruling;
import io.bulwark.stream.childsafety.RestrictedCases.Summary;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.review.Person;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Cases of restricted images, for designated staff alone. No picture is served here. */
@Path("/api/v1/restricted")
@Tag(name = "restricted")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Roles.CHILD_SAFETY)
public class RestrictedResource {

    private final Asker asker;
    private final RestrictedCases cases;

    RestrictedResource(Asker asker, RestrictedCases cases) {
        this.asker = asker;
        this.cases = cases;
    }

    /** The cases, waiting ones first. */
    @GET
    @Path("/cases")
    @Operation(
            operationId = "restrictedCases",
            summary = "The cases, waiting ones first: nothing of their images; 500 at most")
    public List<Summary> list() {
        return cases.list(asker.person());
    }

    /** What is left of cases that were destroyed. */
    @GET
    @Path("/destructions")
    @Operation(operationId = "restrictedDestructions", summary = "What is left of cases that were destroyed")
    public List<Destruction> destructions() {
        return cases.destroyed(asker.person());
    }

    /** Claims the next case. */
    @POST
    @Path("/claims")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "claimRestricted",
            summary = "Claims the case that waits longest and that you have not decided",
            description =
                    "`reason` says why you look. It stays in the audit log for ever: name no person and no image.")
    @APIResponse(
            responseCode = "200",
            description = "The case, with its claim",
            content = @Content(schema = @Schema(implementation = Details.class)))
    @APIResponse(responseCode = "204", description = "Nothing waits for you")
    public Response claim(RestrictedReason request) {
        return cases.claim(person(request), request.reason())
                .map(details -> Response.ok(details).build())
                .orElseGet(() -> Response.noContent().build());
    }

    /** The details of a case. */
    @POST
    @Path("/cases/{id}/looks")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(operationId = "lookRestricted", summary = "The details of a case, in words; a row of the audit log")
    public Details look(@PathParam("id") UUID id, RestrictedReason request) {
        return cases.look(person(request), id, request.reason());
    }

    /** Decides a claimed case, or checks the decision of another. */
    @POST
    @Path("/cases/{id}/decision")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "decideRestricted",
            summary = "Decides a claimed case, or checks what another person or a match decided",
            description =
                    "`ruling` is CONFIRMED or NOT_CONFIRMED; `viewed` says whether staff looked at the file itself,"
                            + " elsewhere. One CONFIRMED orders the report. Two NOT_CONFIRMED lift the restriction.")
    @APIResponse(responseCode = "204", description = "Decided")
    @APIResponse(responseCode = "409", description = "lease-lost or already-decided")
    public void decide(@PathParam("id") UUID id, RestrictedRuling request) {
        Person person = person(request);
        Problem.BAD_PARAMETER.when(
                request.ruling() == null
                        || Arrays.stream(Ruling.values())
                                .noneMatch(ruling -> ruling.name().equals(request.ruling())),
                "ruling is CONFIRMED or NOT_CONFIRMED.");
        Problem.BAD_PARAMETER.when(request.viewed() == null, "viewed is missing: true or false.");
        cases.decide(
                person, id, request.leaseId(), Ruling.valueOf(request.ruling()), request.viewed(), request.reason());
    }

    /** Keeps a case longer. */
    @POST
    @Path("/cases/{id}/hold")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "extendRestricted",
            summary = "Keeps a case beyond a year after its report, on a legal ground that is named")
    @APIResponse(responseCode = "204", description = "Extended")
    public void extend(@PathParam("id") UUID id, RestrictedHold request) {
        Person person = person(request);
        Instant until = CaseResource.CaseQuestions.instant("until", request.until())
                .orElseThrow(() -> Problem.BAD_PARAMETER.with("until is missing."));
        cases.extend(person, id, until, request.ground(), request.reason());
    }

    /** Sends a refused report again. */
    @POST
    @Path("/cases/{id}/report")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(operationId = "resendRestricted", summary = "Sends a report again that the receiver refused")
    @APIResponse(responseCode = "204", description = "It is sent again")
    @APIResponse(responseCode = "409", description = "already-decided: no report was refused")
    public void resend(@PathParam("id") UUID id, RestrictedReason request) {
        cases.resend(person(request), id, request.reason());
    }

    private Person person(Object request) {
        Person person = asker.person();
        Problem.BAD_PARAMETER.when(request == null, "The request needs a body with a reason.");
        return person;
    }

    /** Why the person looks. */
    record RestrictedReason(String reason) {}

    /** What a person says of a case. */
    record RestrictedRuling(UUID leaseId, String ruling, Boolean viewed, String reason) {}

    /** How long a case is kept, and on which legal ground. */
    record RestrictedHold(String until, String ground, String reason) {}
}
