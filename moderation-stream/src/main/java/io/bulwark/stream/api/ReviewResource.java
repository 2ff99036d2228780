package io.bulwark.stream.api;

import io.bulwark.stream.access.Roles;
import io.bulwark.stream.api.ReviewDocuments.ClaimDocument;
import io.bulwark.stream.api.ReviewDocuments.DecisionRequest;
import io.bulwark.stream.api.ReviewDocuments.LeaseDocument;
import io.bulwark.stream.api.ReviewDocuments.LeaseRequest;
import io.bulwark.stream.api.ReviewDocuments.NoteRequest;
import io.bulwark.stream.api.ReviewDocuments.OutcomeDocument;
import io.bulwark.stream.api.ReviewDocuments.QueueDocument;
import io.bulwark.stream.api.ReviewDocuments.ReasonRequest;
import io.bulwark.stream.picture.PreviewClient;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.review.Decisions;
import io.bulwark.stream.review.ItemPictures;
import io.bulwark.stream.review.Person;
import io.bulwark.stream.review.ReviewQueue;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The queue and its items, for reviewers. */
@Path("/api/v1/review")
@Tag(name = "review")
@Blocking
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed({Roles.REVIEWER, Roles.SENIOR, Roles.ADMIN})
public class ReviewResource {

    private final Asker asker;
    private final ReviewQueue queue;
    private final Decisions decisions;
    private final ItemPictures pictures;

    ReviewResource(Asker asker, ReviewQueue queue, Decisions decisions, ItemPictures pictures) {
        this.asker = asker;
        this.queue = queue;
        this.decisions = decisions;
        this.pictures = pictures;
    }

    /** How much waits, and for how long. */
    @GET
    @Path("/queue")
    @RolesAllowed({Roles.VIEWER, Roles.REVIEWER, Roles.SENIOR, Roles.CURATOR, Roles.ADMIN})
    @Operation(operationId = "queue", summary = "How much waits, how much is held, and the age of the oldest")
    public QueueDocument queue() {
        return QueueDocument.of(queue.state(asker.person()), Instant.now());
    }

    /**
     * The picture of an item, for the reviewer who holds it and for seniors: a JPEG of at most 1,024 pixels a side, or
     * all judged frames side by side.
     */
    @GET
    @Path("/items/{itemId}/picture")
    @Produces({PreviewClient.JPEG, Problem.MEDIA_TYPE_NAME})
    public Response picture(@PathParam("itemId") UUID itemId, @QueryParam("frames") String frames) {
        return pictures.show(asker.person(), itemId, PictureResource.isStrip(frames))
                .response();
    }

    /** Claims the next item; 204 where nothing waits. */
    @POST
    @Path("/claims")
    @Operation(
            operationId = "claim",
            summary = "Claims the next item",
            description = "The claim holds for bulwark.review.lease unless it is renewed.")
    @APIResponseSchema(ClaimDocument.class)
    @APIResponse(responseCode = "204", description = "Nothing waits")
    public Response claim() {
        return queue.claim(asker.person())
                .map(claim -> Response.ok(ClaimDocument.of(claim)).build())
                .orElseGet(() -> Response.noContent().build());
    }

    /** Prolongs a claim. */
    @POST
    @Path("/items/{itemId}/renewal")
    @Operation(operationId = "renew", summary = "Prolongs a claim")
    public LeaseDocument renew(@PathParam("itemId") UUID itemId, LeaseRequest request) {
        UUID leaseId = body(request).leaseId();
        return new LeaseDocument(
                leaseId, queue.renew(asker.person(), itemId, leaseId).toString());
    }

    /** The picture was displayed. */
    @POST
    @Path("/items/{itemId}/view")
    @Operation(
            operationId = "seen",
            summary = "Says that the picture was displayed",
            description = "It becomes a row of the audit log.")
    public void seen(@PathParam("itemId") UUID itemId, LeaseRequest request) {
        queue.seen(asker.person(), itemId, body(request).leaseId());
    }

    /** Gives an item back. */
    @POST
    @Path("/items/{itemId}/release")
    @Operation(operationId = "release", summary = "Gives an item back")
    public void release(@PathParam("itemId") UUID itemId, LeaseRequest request) {
        queue.release(asker.person(), itemId, body(request).leaseId());
    }

    /** Leaves an item to others. */
    @POST
    @Path("/items/{itemId}/skip")
    @Operation(operationId = "skip", summary = "Leaves an item to others; it does not come again")
    public void skip(@PathParam("itemId") UUID itemId, ReasonRequest request) {
        queue.skip(asker.person(), itemId, body(request).leaseId(), request.reason());
    }

    /** Hands an item to the seniors. */
    @POST
    @Path("/items/{itemId}/escalation")
    @Operation(operationId = "escalate", summary = "Hands an item to the seniors")
    public void escalate(@PathParam("itemId") UUID itemId, ReasonRequest request) {
        queue.escalate(asker.person(), itemId, body(request).leaseId(), request.reason());
    }

    /** The notes on an item. */
    @GET
    @Path("/items/{itemId}/notes")
    @Operation(operationId = "notes", summary = "The notes on an item, oldest first")
    public List<ReviewQueue.Claim.Note> notes(@PathParam("itemId") UUID itemId) {
        return queue.notes(asker.person(), itemId);
    }

    /** Leaves a note. */
    @POST
    @Path("/items/{itemId}/notes")
    @Operation(operationId = "note", summary = "Leaves a note on an item")
    public void note(@PathParam("itemId") UUID itemId, NoteRequest request) {
        queue.note(asker.person(), itemId, body(request).words());
    }

    /** Decides. */
    @POST
    @Path("/items/{itemId}/decision")
    @Operation(
            operationId = "decide",
            summary = "Decides an item",
            description =
                    "SAFE, or NSFW with at least one label. The same decisionId again is the same decision. A 409 changed nothing.")
    public OutcomeDocument decide(@PathParam("itemId") UUID itemId, DecisionRequest request) {
        return OutcomeDocument.of(decisions.decide(asker.person(), body(request).answer(itemId)), null);
    }

    /** Takes a decision back; the item is claimed again, under the lease of the answer. */
    @POST
    @Path("/items/{itemId}/decisions/{decisionId}/undo")
    @Operation(
            operationId = "undo",
            summary = "Takes a decision back",
            description = "The item is claimed again, under the lease of the answer.")
    public OutcomeDocument undo(@PathParam("itemId") UUID itemId, @PathParam("decisionId") UUID decisionId) {
        Person person = asker.person();
        UUID leaseId = UUID.randomUUID();
        return OutcomeDocument.of(decisions.undo(person, itemId, decisionId, leaseId), leaseId);
    }

    private static <T> T body(T body) {
        if (body == null) {
            throw Problem.BAD_PARAMETER.with("The request needs a JSON object.");
        }
        return body;
    }
}
