package io.bulwark.stream.review.api;

import io.bulwark.stream.picture.PictureResponse;
import io.bulwark.stream.review.CurrentPerson;
import io.bulwark.stream.review.Person;
import io.bulwark.stream.review.ReviewRefusedException;
import io.bulwark.stream.review.ReviewRefusedException.Kind;
import io.bulwark.stream.review.Roles;
import io.bulwark.stream.review.api.ReviewDocuments.ClaimDocument;
import io.bulwark.stream.review.api.ReviewDocuments.DecisionRequest;
import io.bulwark.stream.review.api.ReviewDocuments.LeaseDocument;
import io.bulwark.stream.review.api.ReviewDocuments.LeaseRequest;
import io.bulwark.stream.review.api.ReviewDocuments.NoteDocument;
import io.bulwark.stream.review.api.ReviewDocuments.NoteRequest;
import io.bulwark.stream.review.api.ReviewDocuments.OutcomeDocument;
import io.bulwark.stream.review.api.ReviewDocuments.QueueDocument;
import io.bulwark.stream.review.api.ReviewDocuments.ReasonRequest;
import io.bulwark.stream.review.decide.Decisions;
import io.bulwark.stream.review.evidence.ItemPictures;
import io.bulwark.stream.review.queue.ReviewQueue;
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

/** The queue and its items, for reviewers. */
@Path("/api/v1/review")
@Blocking
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed({Roles.REVIEWER, Roles.SENIOR, Roles.ADMIN})
public class ReviewResource {

    private final CurrentPerson current;
    private final ReviewQueue queue;
    private final Decisions decisions;
    private final ItemPictures pictures;

    ReviewResource(CurrentPerson current, ReviewQueue queue, Decisions decisions, ItemPictures pictures) {
        this.current = current;
        this.queue = queue;
        this.decisions = decisions;
        this.pictures = pictures;
    }

    /** How much waits, and for how long. */
    @GET
    @Path("/queue")
    @RolesAllowed({Roles.VIEWER, Roles.REVIEWER, Roles.SENIOR, Roles.CURATOR, Roles.ADMIN})
    public QueueDocument queue() {
        return QueueDocument.of(queue.state(current.get()), Instant.now());
    }

    /**
     * The picture of an item, for whoever holds it and for seniors: a JPEG of at most 1,024 pixels a side, or all judged
     * frames side by side.
     */
    @GET
    @Path("/items/{itemId}/picture")
    @Produces({PictureResponse.JPEG, PictureResponse.PROBLEM})
    public Response picture(@PathParam("itemId") UUID itemId, @QueryParam("frames") String frames) {
        Person person = current.get();
        return PictureResponse.isStrip(frames)
                .map(strip -> PictureResponse.of(pictures.show(person, itemId, strip)))
                .orElseGet(PictureResponse::badFrames);
    }

    /** Claims the next item; 204 where nothing waits. */
    @POST
    @Path("/claims")
    public Response claim() {
        return queue.claim(current.get())
                .map(claim -> Response.ok(ClaimDocument.of(claim)).build())
                .orElseGet(() -> Response.noContent().build());
    }

    /** Prolongs a claim. */
    @POST
    @Path("/items/{itemId}/renewal")
    public LeaseDocument renew(@PathParam("itemId") UUID itemId, LeaseRequest request) {
        UUID leaseId = body(request).leaseId();
        return new LeaseDocument(
                leaseId, queue.renew(current.get(), itemId, leaseId).toString());
    }

    /** The picture was displayed. */
    @POST
    @Path("/items/{itemId}/view")
    public void seen(@PathParam("itemId") UUID itemId, LeaseRequest request) {
        queue.seen(current.get(), itemId, body(request).leaseId());
    }

    /** Gives an item back. */
    @POST
    @Path("/items/{itemId}/release")
    public void release(@PathParam("itemId") UUID itemId, LeaseRequest request) {
        queue.release(current.get(), itemId, body(request).leaseId());
    }

    /** Leaves an item to others. */
    @POST
    @Path("/items/{itemId}/skip")
    public void skip(@PathParam("itemId") UUID itemId, ReasonRequest request) {
        queue.skip(current.get(), itemId, body(request).leaseId(), request.reason());
    }

    /** Hands an item to the seniors. */
    @POST
    @Path("/items/{itemId}/escalation")
    public void escalate(@PathParam("itemId") UUID itemId, ReasonRequest request) {
        queue.escalate(current.get(), itemId, body(request).leaseId(), request.reason());
    }

    /** The notes on an item. */
    @GET
    @Path("/items/{itemId}/notes")
    public List<NoteDocument> notes(@PathParam("itemId") UUID itemId) {
        return queue.notes(current.get(), itemId).stream().map(NoteDocument::of).toList();
    }

    /** Leaves a note. */
    @POST
    @Path("/items/{itemId}/notes")
    public void note(@PathParam("itemId") UUID itemId, NoteRequest request) {
        queue.note(current.get(), itemId, body(request).words());
    }

    /** Decides. */
    @POST
    @Path("/items/{itemId}/decision")
    public OutcomeDocument decide(@PathParam("itemId") UUID itemId, DecisionRequest request) {
        return OutcomeDocument.of(decisions.decide(current.get(), body(request).answer(itemId)), null);
    }

    /** Takes a decision back; the item is claimed again, under the lease of the answer. */
    @POST
    @Path("/items/{itemId}/decisions/{decisionId}/undo")
    public OutcomeDocument undo(@PathParam("itemId") UUID itemId, @PathParam("decisionId") UUID decisionId) {
        Person person = current.get();
        UUID leaseId = UUID.randomUUID();
        return OutcomeDocument.of(decisions.undo(person, itemId, decisionId, leaseId), leaseId);
    }

    private static <T> T body(T body) {
        if (body == null) {
            throw new ReviewRefusedException(Kind.INVALID, "The request needs a JSON object.");
        }
        return body;
    }
}
