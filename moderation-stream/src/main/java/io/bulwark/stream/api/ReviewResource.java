package io.bulwark.stream.api;

import io.bulwark.stream.access.Roles;
import io.bulwark.stream.picture.PreviewClient;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.review.AlikeItems;
import io.bulwark.stream.review.Decisions;
import io.bulwark.stream.review.ReviewQueue;
import io.bulwark.stream.review.ReviewQueue.Claim;
import io.bulwark.stream.review.evidence.Evidence.ItemPictures;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The queue and its items, for reviewers. */
@Path("/api/v1/review")
@Tag(name = "review")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed({Roles.REVIEWER, Roles.SENIOR, Roles.ADMIN})
public class ReviewResource {

    /** Why nothing is given although something waits. */
    private static final String WITHHELD = "Bulwark-Withheld";

    private final Asker asker;
    private final ReviewQueue queue;
    private final AlikeItems alike;
    private final Decisions decisions;
    private final ItemPictures pictures;

    ReviewResource(Asker asker, ReviewQueue queue, AlikeItems alike, Decisions decisions, ItemPictures pictures) {
        this.asker = asker;
        this.queue = queue;
        this.alike = alike;
        this.decisions = decisions;
        this.pictures = pictures;
    }

    /** How much waits, and for how long. */
    @GET
    @Path("/queue")
    @RolesAllowed({Roles.VIEWER, Roles.REVIEWER, Roles.SENIOR, Roles.CURATOR, Roles.ADMIN})
    @Operation(operationId = "queue", summary = "How much waits, how much is held, and the age of the oldest")
    public Claim.QueueState queue() {
        return queue.state(asker.person());
    }

    /**
     * The picture of an item, for the reviewer who holds it or a near-equal one and for seniors: a JPEG of at most 1,024
     * pixels a side, or all judged frames side by side.
     */
    @GET
    @Path("/items/{itemId}/picture")
    @Produces({PreviewClient.JPEG, Problem.MEDIA_TYPE_NAME})
    @Operation(operationId = "itemPicture", summary = "The picture of an item, as JPEG")
    public Response picture(
            @PathParam("itemId") UUID itemId,
            @QueryParam("frames") String frames,
            @QueryParam("beside") @Parameter(description = "the item in your hands that this one is near-equal to")
                    UUID beside) {
        return pictures.show(asker.person(), itemId, PictureResource.isStrip(frames), Optional.ofNullable(beside))
                .response();
    }

    /** Claims the next item; 204 where nothing waits. */
    @POST
    @Path("/claims")
    @Operation(
            operationId = "claim",
            summary = "Claims the next item",
            description = "The claim holds for bulwark.review.lease unless it is renewed.")
    @APIResponseSchema(Claim.class)
    @APIResponse(
            responseCode = "204",
            description = "Nothing waits; with the header Bulwark-Withheld something does, and a BREAK, a LIMIT or an"
                    + " OPT_OUT keeps it from you. Retry-After says for how long, where that is known.")
    public Response claim(
            @QueryParam("queue")
                    @Parameter(description = "names of queues; without one all that your roles may claim from")
                    List<String> queues) {
        ReviewQueue.Next next = queue.next(
                asker.person(), queues.stream().filter(name -> !name.isBlank()).toList());
        if (next.claim().isPresent()) {
            return Response.ok(next.claim().get()).build();
        }
        Response.ResponseBuilder nothing = Response.noContent();
        next.withheld().ifPresent(why -> nothing.header(WITHHELD, why.name()));
        next.until()
                .ifPresent(until -> nothing.header(
                        HttpHeaders.RETRY_AFTER,
                        Math.max(
                                1,
                                Duration.between(Clock.systemUTC().instant(), until)
                                        .toSeconds())));
        return nothing.build();
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

    /** The items of the same file. */
    @GET
    @Path("/items/{itemId}/alike")
    @Operation(
            operationId = "alike",
            summary = "The open items of the same file, byte for byte, that you might claim; at most 50",
            description = "`alike` of a decision names the ones that it decides as well.")
    public List<AlikeItems.Alike> alike(@PathParam("itemId") UUID itemId) {
        return alike.of(asker.person(), itemId);
    }

    /** The near-equal items. */
    @GET
    @Path("/items/{itemId}/near")
    @Operation(
            operationId = "near",
            summary = "The near-equal open items that you might claim, of one that you hold; at most 50",
            description =
                    "`near` of a decision names the ones that it decides as well. Display each of them first: the picture"
                            + " of an item is yours to see with `beside`, the item that you hold.")
    public List<AlikeItems.Alike> near(@PathParam("itemId") UUID itemId) {
        return alike.near(asker.person(), itemId);
    }

    /** The notes on an item. */
    @GET
    @Path("/items/{itemId}/notes")
    @Operation(operationId = "notes", summary = "The notes on an item, oldest first")
    public List<Claim.Note> notes(@PathParam("itemId") UUID itemId) {
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
                    "SAFE, or NSFW with at least one label. The same decisionId again is the same decision. A 409 changed nothing."
                            + " The open items of the same file that alike names are decided so too, and the near-equal"
                            + " ones that near names, at most 50 together; an undo takes all back that it can.")
    public Decisions.Outcome decide(@PathParam("itemId") UUID itemId, AnswerRequest request) {
        return decisions.decide(asker.person(), body(request).answer(itemId));
    }

    /** Takes a decision back; the item is claimed again, under the lease of the answer. */
    @POST
    @Path("/items/{itemId}/decisions/{decisionId}/undo")
    @Operation(
            operationId = "undo",
            summary = "Takes a decision back",
            description = "The item is claimed again, under the lease of the answer.")
    public Decisions.Outcome undo(@PathParam("itemId") UUID itemId, @PathParam("decisionId") UUID decisionId) {
        return decisions.undo(asker.person(), itemId, decisionId, UUID.randomUUID());
    }

    static <T> T body(T body) {
        Problem.BAD_PARAMETER.when(body == null, "The request needs a JSON object.");
        return body;
    }

    /** Proves a claim. */
    record LeaseRequest(UUID leaseId) {}

    /** A claim's new end. */
    record LeaseDocument(UUID leaseId, String leaseUntil) {}

    /** Proves a claim and says why it is given up. */
    record ReasonRequest(UUID leaseId, String reason) {}

    /** A note. */
    record NoteRequest(String words) {}

    /** A decision; the program that sends it makes the id. */
    record AnswerRequest(
            UUID leaseId,
            UUID decisionId,
            String contentSha256,
            String decision,
            List<String> labels,
            String reason,
            String bankLabel,
            List<UUID> alike,
            List<UUID> near) {

        Decisions.Answer answer(UUID itemId) {
            return new Decisions.Answer(
                    itemId,
                    leaseId,
                    decisionId == null ? UUID.randomUUID() : decisionId,
                    contentSha256 == null ? "" : contentSha256,
                    decision == null ? "" : decision,
                    labels == null ? List.of() : labels,
                    Optional.ofNullable(reason),
                    Optional.ofNullable(bankLabel),
                    named(alike),
                    named(near));
        }

        private static Set<UUID> named(List<UUID> items) {
            return items == null
                    ? Set.of()
                    : items.stream().filter(Objects::nonNull).collect(Collectors.toSet());
        }
    }
}
