package io.bulwark.stream.api;

import com.fasterxml.jackson.core.type.TypeReference;
import io.bulwark.stream.access.Roles;
import io.bulwark.stream.document.DecisionDocument;
import io.bulwark.stream.query.Question;
import io.bulwark.stream.query.StateQueries;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The last word on images. */
@Path("/api/v1/decisions")
@Tag(name = "decisions")
@RolesAllowed(Roles.VIEWER)
public class DecisionResource {

    private final Questions questions;
    private final Everywhere everywhere;
    private final StateQueries state;
    private final Asker asker;

    DecisionResource(Questions questions, Everywhere everywhere, StateQueries state, Asker asker) {
        this.questions = questions;
        this.everywhere = everywhere;
        this.state = state;
        this.asker = asker;
    }

    /** What holds for an image, wherever it lies. */
    @GET
    @Path("/{imageId}")
    @Blocking
    @Operation(operationId = "decision", summary = "What holds for an image")
    @APIResponseSchema(DecisionDocument.class)
    public Response decision(@PathParam("imageId") String imageId) {
        return questions.answer(
                Question.of("decisions", imageId),
                asker,
                freshness ->
                        state.decision(asker.oneTenant(), imageId, freshness).map(DecisionDocument::of),
                Problem::noDecision);
    }

    /** All decisions of the tenant, in the order of their image ids, page by page. */
    @GET
    @Blocking
    @Operation(
            operationId = "decisions",
            summary = "All decisions, in the order of their image ids; a Link header leads to the next page")
    @APIResponseSchema(DecisionDocument[].class)
    public Response decisions(
            @QueryParam("limit") @DefaultValue(Limit.DEFAULT) String limit,
            @QueryParam("after") @DefaultValue("") String after,
            @Context UriInfo uri) {
        int most = Limit.parse(limit);
        String tenant = asker.oneTenant();
        List<DecisionDocument> found = everywhere
                .list(
                        Question.list("decisions", "limit=" + most + "&after=" + Question.encoded(after)),
                        asker,
                        () -> state.decisionsHere(tenant, after, most)
                                .map(here ->
                                        here.stream().map(DecisionDocument::of).toList()),
                        new TypeReference<List<DecisionDocument>>() {})
                .stream()
                .sorted(Comparator.comparing(DecisionDocument::imageId, DecisionResource::asTheStoresDo))
                .limit(most)
                .toList();
        Optional<String> next =
                found.size() == most ? Optional.of(found.get(most - 1).imageId()) : Optional.empty();
        return Links.next(Response.ok(found, MediaType.APPLICATION_JSON_TYPE), uri, "after", next);
    }

    /** By the bytes of UTF-8, which is another order than that of a string's characters. */
    private static int asTheStoresDo(String one, String other) {
        return Arrays.compareUnsigned(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }
}
