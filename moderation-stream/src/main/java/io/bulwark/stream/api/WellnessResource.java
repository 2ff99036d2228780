package io.bulwark.stream.api;

import io.bulwark.stream.access.Roles;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.review.Wellness;
import io.bulwark.stream.review.WellnessRules;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What protects the people who look at pictures. */
@Path("/api/v1/review/wellness")
@Tag(name = "review")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed({Roles.REVIEWER, Roles.SENIOR, Roles.ADMIN})
public class WellnessResource {

    private final Asker asker;
    private final Wellness wellness;

    WellnessResource(Asker asker, Wellness wellness) {
        this.asker = asker;
        this.wellness = wellness;
    }

    /** The rules, and what the person chose. */
    @GET
    @Operation(
            operationId = "wellness",
            summary = "What protects you: how pictures are shown at least, limits, breaks, and your opt-outs")
    public Wellness.Standing wellness() {
        return wellness.of(asker.person());
    }

    /** Makes the next version of the rules. */
    @PUT
    @RolesAllowed(Roles.ADMIN)
    @Operation(
            operationId = "changeWellness",
            summary = "Makes the next version of the rules that protect people",
            description = "`version` is the one that it was made from; a change is a row of the audit log.")
    @APIResponse(responseCode = "409", description = "wellness-changed: another version was made meanwhile")
    public Wellness.Standing change(WellnessRequest request) {
        Problem.BAD_PARAMETER.when(
                request == null || request.rules() == null, "The request needs {\"version\",\"rules\"}.");
        return wellness.change(asker.person(), request.version(), request.rules());
    }

    /** A person opts out. */
    @PUT
    @Path("/opt-out")
    @Operation(
            operationId = "optOut",
            summary = "Says which labels you do not want to see",
            description =
                    "Claims then give you other items. Seniors see how many people opted out of a label, from five"
                            + " people on, and not who.")
    public Wellness.Standing optOut(OptOutRequest request) {
        Problem.BAD_PARAMETER.when(request == null || request.labels() == null, "The request needs {\"labels\":[]}.");
        return wellness.optOut(asker.person(), request.labels());
    }

    /** What the team saw. */
    @GET
    @Path("/report")
    @RolesAllowed({Roles.SENIOR, Roles.ADMIN})
    @Operation(
            operationId = "exposures",
            summary = "How many pictures of each label were displayed, to how many people",
            description = "Labels that fewer than five people saw are left out, and there is no total.")
    public List<Wellness.Exposure> report(
            @QueryParam("days") @DefaultValue("7") @Parameter(description = "The last 1 to 28 days") String days) {
        return wellness.report(
                asker.person(),
                CaseResource.CaseQuestions.parsed("days", days, Integer::valueOf)
                        .orElseThrow());
    }

    /** Rules, made from a version. */
    record WellnessRequest(long version, WellnessRules rules) {}

    /** Labels that a person does not want to see. */
    record OptOutRequest(List<String> labels) {}
}
