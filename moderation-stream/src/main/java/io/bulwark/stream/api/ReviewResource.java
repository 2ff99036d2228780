package io.bulwark.stream.api;

import io.bulwark.stream.access.Roles;
import io.bulwark.stream.picture.PreviewClient;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.review.Agreement;
import io.bulwark.stream.review.AlikeItems;
import io.bulwark.stream.review.BankProposals;
import io.bulwark.stream.review.Decisions;
import io.bulwark.stream.review.GoldenItems;
import io.bulwark.stream.review.QueueRouting;
import io.bulwark.stream.review.QueueRule;
import io.bulwark.stream.review.ReviewQueue;
import io.bulwark.stream.review.ReviewQueue.Claim;
import io.bulwark.stream.review.ReviewWords;
import io.bulwark.stream.review.evidence.Evidence.ItemPictures;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
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

/**
 * The queue and its items, for reviewers; proposals for the bank, for curators; for seniors how reviewers agree, and
 * golden items, which reviewers cannot distinguish from others.
 */
@Path("/api/v1/review")
@Tag(name = "review")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed({Roles.REVIEWER, Roles.SENIOR, Roles.ADMIN})
public class ReviewResource {

    private static final Duration USUAL = Duration.ofDays(7);
    private static final int MOST_PROPOSALS = 100;

    /** Why nothing is given although something waits. */
    private static final String WITHHELD = "Bulwark-Withheld";

    private final Asker asker;
    private final ReviewQueue queue;
    private final QueueRouting routing;
    private final AlikeItems alike;
    private final ReviewWords words;
    private final Decisions decisions;
    private final ItemPictures pictures;
    private final Agreement agreement;
    private final GoldenItems golden;
    private final BankProposals proposals;

    ReviewResource(
            Asker asker,
            ReviewQueue queue,
            QueueRouting routing,
            AlikeItems alike,
            ReviewWords words,
            Decisions decisions,
            ItemPictures pictures,
            Agreement agreement,
            GoldenItems golden,
            BankProposals proposals) {
        this.asker = asker;
        this.queue = queue;
        this.routing = routing;
        this.alike = alike;
        this.words = words;
        this.decisions = decisions;
        this.pictures = pictures;
        this.agreement = agreement;
        this.golden = golden;
        this.proposals = proposals;
    }

    /** How much waits, and for how long. */
    @GET
    @Path("/queue")
    @RolesAllowed({Roles.VIEWER, Roles.REVIEWER, Roles.SENIOR, Roles.CURATOR, Roles.ADMIN})
    @Operation(operationId = "queue", summary = "How much waits, how much is held, and the age of the oldest")
    public Claim.QueueState queue() {
        return queue.state(asker.person());
    }

    /** The queues, in the order in which an item is tried against their rules. */
    @GET
    @Path("/queues")
    @Operation(operationId = "queues", summary = "The queues with their rules, and what waits in each")
    public List<QueueRouting.Standing> queues() {
        return routing.queues(asker.person());
    }

    /** Makes or changes a queue. */
    @PUT
    @Path("/queues/{name}")
    @RolesAllowed({Roles.SENIOR, Roles.ADMIN})
    @Operation(
            operationId = "setQueue",
            summary = "Makes a queue or changes its rule",
            description = "What waits is routed again within seconds; claims hold. It becomes a row of the audit log.")
    public void setQueue(@PathParam("name") String name, QueueRule rule) {
        routing.set(asker.person(), name, body(rule));
    }

    /** Removes a queue. */
    @DELETE
    @Path("/queues/{name}")
    @RolesAllowed({Roles.SENIOR, Roles.ADMIN})
    @Operation(
            operationId = "removeQueue",
            summary = "Removes a queue; what waits there goes where the other rules say")
    public void removeQueue(@PathParam("name") String name) {
        routing.remove(asker.person(), name);
    }

    /** The labels that hold. */
    @GET
    @Path("/words")
    @RolesAllowed({Roles.VIEWER, Roles.REVIEWER, Roles.SENIOR, Roles.CURATOR, Roles.ADMIN})
    @Operation(operationId = "words", summary = "The labels with their keys and what they mean")
    public ReviewWords.Words words() {
        return words.latest(asker.person());
    }

    /** Their versions. */
    @GET
    @Path("/words/versions")
    @Operation(operationId = "wordVersions", summary = "The last 100 versions of the labels, latest first")
    public List<ReviewWords.Words> wordVersions() {
        return words.versions(asker.person());
    }

    /** Makes the next version. */
    @PUT
    @Path("/words")
    @RolesAllowed({Roles.SENIOR, Roles.ADMIN})
    @Operation(
            operationId = "changeWords",
            summary = "Makes the next version of the labels",
            description = "`version` is the one that it was made from. Rows of the audit log about decisions name the"
                    + " version that held.")
    @APIResponse(responseCode = "409", description = "words-changed: another version was made meanwhile")
    public ReviewWords.Words changeWords(ReviewWords.Words given) {
        return words.change(asker.person(), body(given));
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

    /** Everybody who decided in a time. */
    @GET
    @Path("/agreement")
    @RolesAllowed({Roles.SENIOR, Roles.ADMIN})
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
        Instant end = CaseResource.CaseQuestions.instant("until", until)
                .orElseGet(() -> Clock.systemUTC().instant());
        Instant begin = CaseResource.CaseQuestions.instant("from", from).orElseGet(() -> end.minus(USUAL));
        Problem.BAD_PARAMETER.when(!begin.isBefore(end), "from must be before until.");
        return new AgreementDocument(begin.toString(), end.toString(), agreement.between(asker.person(), begin, end));
    }

    /** Makes a decided item golden. */
    @PUT
    @Path("/golden/{itemId}")
    @RolesAllowed({Roles.SENIOR, Roles.ADMIN})
    @Operation(
            operationId = "golden",
            summary = "Makes a decided item golden",
            description =
                    "From then on copies of it are mixed into the claims; what is decided of them is measured and never published.")
    public void addGolden(@PathParam("itemId") UUID itemId, GoldenRequest request) {
        golden.add(asker.person(), itemId, request == null || request.answer() == null ? "nothing" : request.answer());
    }

    /** How reviewers answered them. */
    @GET
    @Path("/golden")
    @RolesAllowed({Roles.SENIOR, Roles.ADMIN})
    @Operation(operationId = "goldenTallies", summary = "How reviewers answered golden items")
    public List<GoldenItems.Tally> tallies() {
        return golden.tallies(asker.person());
    }

    /** The oldest proposals that wait. */
    @GET
    @Path("/proposals")
    @RolesAllowed({Roles.CURATOR, Roles.ADMIN})
    @Operation(operationId = "proposals", summary = "The oldest proposals for the bank that wait, at most 100")
    public List<BankProposals.Proposal> proposals() {
        return proposals.open(asker.person(), MOST_PROPOSALS);
    }

    /** Approves or refuses one. Once approved, its picture is on its way into the bank. */
    @POST
    @Path("/proposals/{decisionId}/answer")
    @RolesAllowed({Roles.CURATOR, Roles.ADMIN})
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
        Problem.BAD_PARAMETER.when(
                request == null || request.approved() == null, "The request needs {\"approved\":true} or false.");
        if (!request.approved()) {
            proposals.refuse(asker.person(), decisionId);
            return new ApprovalDocument(List.of());
        }
        List<String> views = request.views() == null ? List.of() : request.views();
        return new ApprovalDocument(proposals.approve(asker.person(), decisionId, views));
    }

    private static <T> T body(T body) {
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

    /** A golden item's known answer. */
    record GoldenRequest(String answer) {}

    /** An answer to a proposal for the bank; the views are besides the whole picture. */
    record ApprovalRequest(Boolean approved, List<String> views) {}

    /** What an answer to a proposal made: keys on {@code moderation.references}, none where it was refused. */
    record ApprovalDocument(List<String> references) {}

    /** How reviewers agree; times are ISO 8601 in UTC. */
    record AgreementDocument(String from, String until, List<Agreement.Reviewer> reviewers) {}
}
