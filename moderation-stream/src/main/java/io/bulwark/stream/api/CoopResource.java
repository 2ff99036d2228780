package io.bulwark.stream.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.stream.OutboundConfig;
import io.bulwark.stream.StreamConfig;
import io.bulwark.stream.access.Roles;
import io.bulwark.stream.database.Database;
import io.bulwark.stream.outbound.Coop.CoopSignature;
import io.bulwark.stream.outbound.Coop.ItemId;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.problem.Problem.ProblemException;
import io.bulwark.stream.review.Casebook;
import io.bulwark.stream.review.Decisions;
import io.bulwark.stream.review.ItemRow.Origin;
import io.bulwark.stream.review.Person;
import io.bulwark.stream.review.QueueIntake;
import io.bulwark.stream.review.ReviewCandidate;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/**
 * What people decide in Coop becomes a review here, under the same rules as a decision of our own console. Coop logs in
 * like any program, by a header that its action is given, and signs besides.
 */
@Path("/api/v1/coop/actions")
@Tag(name = "review")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed({Roles.REVIEWER, Roles.SENIOR, Roles.ADMIN})
public class CoopResource {

    private static final UUID NO_CLAIM = new UUID(0, 0);
    private static final int MOST_LETTERS = 200;
    private static final int MOST_WORDS = 4000;

    private final Asker asker;
    private final Database database;
    private final QueueIntake queue;
    private final Decisions decisions;
    private final ObjectMapper json;
    private final OutboundConfig.Coop coop;
    private final Optional<CoopSignature> signature;

    CoopResource(
            Asker asker,
            Database database,
            QueueIntake queue,
            Decisions decisions,
            ObjectMapper json,
            StreamConfig config) {
        this.asker = asker;
        this.database = database;
        this.queue = queue;
        this.decisions = decisions;
        this.json = json;
        this.coop = config.outbound().coop();
        this.signature = coop.publicKeyFile().map(CoopSignature::read);
    }

    /**
     * Takes a callback of an action. The same body again is the same decision, however often it comes, and never undoes
     * a later one: it is refused where another holds by now.
     */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "coopAction",
            summary = "Takes a decision made in Coop",
            description = "The body is Coop's, signed in the header Coop-Signature. The same body again is once.")
    @APIResponseSchema(Decisions.Outcome.class)
    @APIResponse(
            responseCode = "401",
            description = "The signature is missing or wrong, or the caller is not logged in")
    @APIResponse(responseCode = "503", description = "No key of Coop's is set, or there is no database")
    public Response action(@HeaderParam("Coop-Signature") String header, String body) {
        Person login = asker.person();
        byte[] signed = body.getBytes(StandardCharsets.UTF_8);
        CoopSignature known = signature.orElseThrow(Problem.NO_COOP::exception);
        if (!known.verifies(signed, header)) {
            throw Problem.BAD_SIGNATURE.exception();
        }
        CoopAction action = parsed(body);
        ItemId item = item(action);
        String decided = Optional.ofNullable(coop.actions().get(action.action().id()))
                .orElseThrow(() ->
                        invalid("Action " + action.action().id() + " is not one of bulwark.outbound.coop.actions."));
        Person person = person(login, action);
        Problem.NOT_ALLOWED.when(
                !item.tenant().equals(person.tenant()),
                "The item is another tenant's than this login, " + person.tenant() + ".");
        ReviewCandidate image = image(person, item);
        UUID itemId = database.inTenant(person.tenant(), handle -> queue.offer(handle, image, Origin.REVIEW));
        String[] parts = decided.split("/", 2);
        var answer = new Decisions.Answer(
                itemId,
                NO_CLAIM,
                UUID.nameUUIDFromBytes((person.tenant() + "\n" + body).getBytes(StandardCharsets.UTF_8)),
                image.contentSha256(),
                parts[0],
                parts.length == 1 ? List.of() : List.of(parts[1].split(",")),
                Optional.ofNullable(action.actorNote())
                        .map(note -> note.substring(0, Math.min(note.length(), MOST_WORDS))),
                Optional.empty());
        return Response.ok(decisions.decideElsewhere(person, answer)).build();
    }

    private CoopAction parsed(String body) {
        try {
            CoopAction action = json.readValue(body, CoopAction.class);
            if (action != null && action.item() != null && action.action() != null) {
                return action;
            }
        } catch (IOException noJson) {
            throw invalid("The body is not JSON as Coop writes it.");
        }
        throw invalid("The body names no item, or no action.");
    }

    private ItemId item(CoopAction action) {
        if (!coop.itemType().orElse("").equals(action.item().typeId())) {
            throw invalid("The item's type is not bulwark.outbound.coop.item-type.");
        }
        return ItemId.parse(action.item().id())
                .orElseThrow(() -> invalid("The item's id is not one that Bulwark gave it."));
    }

    /** A rule of Coop is no person: what it did is no person's decision, which only people undo. */
    private static Person person(Person login, CoopAction action) {
        String actor = action.actorEmail();
        Problem.NOT_ALLOWED.when(
                actor == null || actor.isBlank() || actor.length() > MOST_LETTERS,
                "Only what a person did in Coop becomes a review, and this names no person.");
        return Person.inCoop(actor, login.tenant(), login.roles());
    }

    private ReviewCandidate image(Person person, ItemId item) {
        ReviewCandidate image = database.inTenant(
                        person.tenant(), handle -> Casebook.find(handle, person.tenant(), item.imageId()))
                .map(Casebook.Case::image)
                .orElseThrow(() -> Problem.NOT_FOUND.with("There is no decided image " + item.imageId() + "."));
        Problem.CONTENT_CHANGED.when(
                !item.sha256().equals(image.contentSha256()),
                "Image " + item.imageId() + " has other content now than what was decided about in Coop.");
        return image;
    }

    private static ProblemException invalid(String fault) {
        return Problem.BAD_PARAMETER.with(fault);
    }

    /**
     * What Coop posts for an action. What else it says is left out.
     *
     * @param actorEmail who took the action; null where a rule did
     * @param actorNote what they noted; may be null
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record CoopAction(Item item, Action action, String actorEmail, String actorNote) {

        /**
         * The item that the action is about.
         *
         * @param id as we named it
         * @param typeId Coop's id of its type
         */
        @JsonIgnoreProperties(ignoreUnknown = true)
        record Item(String id, String typeId) {}

        /**
         * The action.
         *
         * @param id Coop's
         */
        @JsonIgnoreProperties(ignoreUnknown = true)
        record Action(String id) {}
    }
}
