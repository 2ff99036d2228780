package io.bulwark.stream.api;

import io.bulwark.events.Hold;
import io.bulwark.events.Subject;
import io.bulwark.stream.access.Roles;
import io.bulwark.stream.document.RecordDocuments;
import io.bulwark.stream.order.HoldOrders;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.problem.Problem.ProblemException;
import io.bulwark.stream.query.Answer;
import io.bulwark.stream.query.StateQueries.HoldQueries;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Legal holds: what must neither expire nor be erased. */
@Path("/api/v1/holds")
@Tag(name = "holds")
@RolesAllowed(Roles.SENIOR)
public class HoldResource {

    private static final int LONGEST_REASON = 1000;
    private static final Map<String, Subject> SUBJECTS = Map.of("image", Subject.IMAGE, "uploader", Subject.UPLOADER);

    private final HoldQueries holds;
    private final HoldOrders orders;
    private final Asker asker;

    HoldResource(HoldQueries holds, HoldOrders orders, Asker asker) {
        this.holds = holds;
        this.orders = orders;
        this.asker = asker;
    }

    /** Why an item is held. */
    public record HoldRequest(String reason) {}

    /** The holds of the tenant, released ones too. */
    @GET
    @Operation(operationId = "holds", summary = "The legal holds, released ones too")
    public List<HoldDocument> holds() {
        Answer<List<Hold>> answer = holds.holds(asker.oneTenant());
        return answer.found().orElseThrow(() -> notReady(answer)).stream()
                .map(HoldDocument::of)
                .toList();
    }

    /** Puts an image or uploader on hold, in the name of who asks. */
    @PUT
    @Path("/{subject}/{id}")
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed(Roles.ADMIN)
    @Operation(operationId = "hold", summary = "Puts an image or uploader on hold")
    @APIResponse(responseCode = "202", description = "The order was taken; the list shows it in a moment")
    public Response place(@PathParam("subject") String subject, @PathParam("id") String id, HoldRequest request) {
        String reason = request == null || request.reason() == null
                ? ""
                : request.reason().strip();
        Problem.BAD_PARAMETER.when(
                reason.isEmpty() || reason.length() > LONGEST_REASON,
                "reason must have 1 to " + LONGEST_REASON + " characters.");
        orders.write(Hold.newBuilder()
                .setTenant(asker.oneTenant())
                .setSubject(subject(subject))
                .setId(id)
                .setBy(asker.visitor().name())
                .setReason(reason)
                .setAt(now())
                .build());
        return Response.accepted().build();
    }

    /** Lets an image or uploader go, in the name of who asks. */
    @DELETE
    @Path("/{subject}/{id}")
    @RolesAllowed(Roles.ADMIN)
    @Operation(operationId = "releaseHold", summary = "Lets an image or uploader go")
    @APIResponse(responseCode = "202", description = "The order was taken; the list shows it in a moment")
    public Response release(@PathParam("subject") String subject, @PathParam("id") String id) {
        Answer<Hold> answer = holds.hold(asker.oneTenant(), subject(subject), id);
        if (answer instanceof Answer.Absent<Hold>) {
            throw Problem.NO_HOLD.exception();
        }
        Hold hold = answer.found().orElseThrow(() -> notReady(answer));
        if (hold.getReleasedAt() == null) {
            orders.write(Hold.newBuilder(hold)
                    .setReleasedBy(asker.visitor().name())
                    .setReleasedAt(now())
                    .build());
        }
        return Response.accepted().build();
    }

    private static Subject subject(String name) {
        Subject subject = SUBJECTS.get(name);
        Problem.BAD_PARAMETER.when(subject == null, "The subject must be image or uploader.");
        return subject;
    }

    private static ProblemException notReady(Answer<?> answer) {
        return Problem.NOT_READY.with(answer.why("The holds are being read."));
    }

    private static Instant now() {
        return Clock.systemUTC().instant().truncatedTo(ChronoUnit.MILLIS);
    }

    /**
     * A legal hold.
     *
     * @param subject IMAGE or UPLOADER
     * @param by who placed it
     * @param releasedBy null while it holds
     */
    public record HoldDocument(
            String tenant,
            String subject,
            String id,
            String by,
            String reason,
            Instant at,
            String releasedBy,
            Instant releasedAt) {

        public static HoldDocument of(Hold hold) {
            return RecordDocuments.of(HoldDocument.class, hold);
        }
    }
}
