package io.bulwark.stream.api;

import io.bulwark.stream.access.Roles;
import io.bulwark.stream.review.QueueRouting;
import io.bulwark.stream.review.QueueRule;
import io.bulwark.stream.review.ReviewWords;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The queues with their rules, and the labels that reviewers choose from. */
@Path("/api/v1/review")
@Tag(name = "review")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed({Roles.REVIEWER, Roles.SENIOR, Roles.ADMIN})
public class ReviewRulesResource {

    private final Asker asker;
    private final QueueRouting routing;
    private final ReviewWords words;

    ReviewRulesResource(Asker asker, QueueRouting routing, ReviewWords words) {
        this.asker = asker;
        this.routing = routing;
        this.words = words;
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
        routing.set(asker.person(), name, ReviewResource.body(rule));
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
        return words.change(asker.person(), ReviewResource.body(given));
    }
}
