package io.bulwark.stream.api;

import io.bulwark.stream.document.VerdictDocument;
import io.bulwark.stream.feed.VerdictFeed;
import io.bulwark.stream.query.Documents;
import io.bulwark.stream.query.Freshness;
import io.bulwark.stream.query.PeerClient;
import io.bulwark.stream.query.Question;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Locale;
import java.util.function.Predicate;

/** Verdicts: the one in force for an image, and the latest that came. */
@Path("/api/verdicts")
public class VerdictResource {
    private static final String TENANT = "default";

    private static final int MOST = 1000;

    private final Questions questions;
    private final Documents documents;
    private final VerdictFeed feed;

    VerdictResource(Questions questions, Documents documents, VerdictFeed feed) {
        this.questions = questions;
        this.documents = documents;
        this.feed = feed;
    }

    /** The verdict in force for an image, wherever it lies. */
    @GET
    @Path("/{imageId}")
    @Blocking
    public Response verdict(@PathParam("imageId") String imageId, @HeaderParam(PeerClient.HOP_HEADER) String hop) {
        return questions.answer(
                Question.of("verdicts", imageId),
                hop,
                id -> documents.verdict(TENANT, id, Freshness.ACTIVE),
                Problem::noVerdict);
    }

    /** The verdicts that came last, newest first, of all partitions; at most {@code bulwark.stream.feed.history}. */
    @GET
    public Response recent(
            @QueryParam("limit") @DefaultValue("50") String limit, @QueryParam("decision") String decision) {
        if (!limit.matches("[0-9]{1,4}") || Integer.parseInt(limit) < 1 || Integer.parseInt(limit) > MOST) {
            return Problem.badParameter("limit must be a number from 1 to " + MOST + ".");
        }
        Predicate<VerdictDocument> wanted = decision == null
                ? verdict -> true
                : verdict -> verdict.decision().equals(decision.toUpperCase(Locale.ROOT));
        return Response.ok(feed.recent(Integer.parseInt(limit), wanted), MediaType.APPLICATION_JSON_TYPE)
                .build();
    }
}
