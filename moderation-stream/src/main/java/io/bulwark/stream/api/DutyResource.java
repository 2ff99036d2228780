package io.bulwark.stream.api;

import io.bulwark.stream.access.Roles;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.review.Duties;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Duties with their clocks. */
@Path("/api/v1/review/duties")
@Tag(name = "duties")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed({Roles.SENIOR, Roles.ADMIN})
public class DutyResource {

    private final Asker asker;
    private final Duties duties;

    DutyResource(Asker asker, Duties duties) {
        this.asker = asker;
        this.duties = duties;
    }

    /** The duties, the one with the shortest deadline first. */
    @GET
    @RolesAllowed({Roles.REVIEWER, Roles.SENIOR, Roles.ADMIN})
    @Operation(operationId = "duties", summary = "The duties with their deadlines, and how they are kept")
    public List<Duties.Standing> duties() {
        return duties.standings(asker.person());
    }

    /** Changes what a duty asks for. */
    @PUT
    @Path("/{duty}")
    @Operation(
            operationId = "setDuty",
            summary = "Changes the deadline of a duty, its head start, and when it goes to the seniors",
            description = "It holds for clocks that begin later. It becomes a row of the audit log.")
    public void setDuty(@PathParam("duty") String duty, Duties.Rule rule) {
        Problem.BAD_PARAMETER.when(rule == null, "The request needs a JSON object.");
        duties.set(asker.person(), duty, rule);
    }
}
