package io.bulwark.stream.api;

import com.fasterxml.jackson.core.type.TypeReference;
import io.bulwark.stream.access.Roles;
import io.bulwark.stream.document.DecisionDocument;
import io.bulwark.stream.document.VerdictDocument;
import io.bulwark.stream.feed.FeedCursor;
import io.bulwark.stream.feed.FeedFilter;
import io.bulwark.stream.feed.VerdictFeed;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.query.Documents;
import io.bulwark.stream.query.Page;
import io.bulwark.stream.query.Question;
import io.bulwark.stream.query.StateQueries;
import io.bulwark.stream.query.StateQueries.DecisionFilter;
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
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
                Problem.NO_DECISION::response);
    }

    /** The decisions of the tenant, in the order of their image ids, page by page. */
    @GET
    @Blocking
    @Operation(
            operationId = "decisions",
            summary = "Decisions, in the order of their image ids; a Link header leads to the next page")
    @APIResponseSchema(DecisionDocument[].class)
    public Response decisions(
            @QueryParam("limit") @DefaultValue(ListParameters.DEFAULT_LIMIT) String limit,
            @QueryParam("after") @DefaultValue("") String after,
            @QueryParam("decision") List<String> decision,
            @QueryParam("label") List<String> label,
            @Context UriInfo uri) {
        int most = ListParameters.limit(limit);
        String tenant = asker.oneTenant();
        var filter = new DecisionFilter(ListParameters.decisions(decision), Set.copyOf(label));
        List<Page<DecisionDocument>> parts = everywhere.parts(
                Question.list("decisions", query(most, after, filter)),
                asker,
                () -> state.decisionsHere(tenant, after, filter, most).map(here -> here.map(DecisionDocument::of)),
                new TypeReference<List<DecisionDocument>>() {});
        Page<DecisionDocument> page = Page.of(parts, DecisionDocument::imageId, most);
        Response.ResponseBuilder answer = Response.ok(page.values(), MediaType.APPLICATION_JSON_TYPE);
        if (!asker.isFirstHand()) {
            page.reached().ifPresent(id -> answer.header(Everywhere.REACHED, Question.encoded(id)));
            return answer.build();
        }
        return ListParameters.linked(answer, uri, "after", page.reached());
    }

    private static String query(int limit, String after, DecisionFilter filter) {
        var query = new StringBuilder("limit=" + limit + "&after=" + Question.encoded(after));
        filter.decisions().forEach(name -> query.append("&decision=").append(name));
        filter.labels().forEach(name -> query.append("&label=").append(Question.encoded(name)));
        return query.toString();
    }

    /** Verdicts: the one in force for an image, and the latest that came. */
    @Path("/api/v1/verdicts")
    @Tag(name = "verdicts")
    @RolesAllowed(Roles.VIEWER)
    public static class VerdictResource {

        private final Questions questions;
        private final Documents documents;
        private final VerdictFeed feed;
        private final Asker asker;

        VerdictResource(Questions questions, Documents documents, VerdictFeed feed, Asker asker) {
            this.questions = questions;
            this.documents = documents;
            this.feed = feed;
            this.asker = asker;
        }

        /** The verdict in force for an image, wherever it lies. */
        @GET
        @Path("/{imageId}")
        @Blocking
        @Operation(operationId = "verdict", summary = "The verdict in force for an image, with its evidence")
        @APIResponseSchema(VerdictDocument.class)
        public Response verdict(@PathParam("imageId") String imageId) {
            return questions.answer(
                    Question.of("verdicts", imageId),
                    asker,
                    freshness -> documents.verdict(asker.oneTenant(), imageId, freshness),
                    Problem.NO_VERDICT::response);
        }

        /**
         * The verdicts that came last, newest first, of all partitions; at most {@code bulwark.stream.feed.history}. Where
         * there are more, a {@code Link} with {@code rel="next"} says where they are.
         */
        @GET
        @Operation(
                operationId = "recentVerdicts",
                summary = "The verdicts that came last, newest first; a Link header leads to the next page")
        @APIResponseSchema(VerdictDocument[].class)
        public Response recent(
                @QueryParam("limit") @DefaultValue(ListParameters.DEFAULT_LIMIT) String limit,
                @QueryParam("decision") List<String> decision,
                @QueryParam("before") String before,
                @Context UriInfo uri) {
            Optional<FeedCursor> place = FeedCursor.parse(before);
            if (before != null && place.isEmpty()) {
                throw Problem.BAD_PARAMETER.with("before must be a cursor that an answer gave.");
            }
            var filter = new FeedFilter(asker.tenant(), ListParameters.decisions(decision), 1);
            VerdictFeed.Recent page = feed.recent(ListParameters.limit(limit), place, filter);
            return ListParameters.linked(
                    Response.ok(page.verdicts(), MediaType.APPLICATION_JSON_TYPE),
                    uri,
                    "before",
                    page.next().map(FeedCursor::toString));
        }
    }
}
