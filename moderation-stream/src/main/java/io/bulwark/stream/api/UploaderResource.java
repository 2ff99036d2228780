package io.bulwark.stream.api;

import io.bulwark.stream.query.Documents;
import io.bulwark.stream.query.Freshness;
import io.bulwark.stream.query.PeerClient;
import io.bulwark.stream.query.Question;
import io.bulwark.stream.query.StateQueries;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;

/** What uploaders did. */
@Path("/api/uploaders")
public class UploaderResource {
    private static final String TENANT = "default";

    private final Questions questions;
    private final Documents documents;

    UploaderResource(Questions questions, Documents documents) {
        this.questions = questions;
        this.documents = documents;
    }

    /** The windows of one uploader, newest first, wherever they lie. */
    @GET
    @Path("/{uploaderId}")
    @Blocking
    public Response uploader(
            @PathParam("uploaderId") String uploaderId, @HeaderParam(PeerClient.HOP_HEADER) String hop) {
        return questions.answer(
                Question.of("uploaders", uploaderId),
                hop,
                id -> documents.uploader(TENANT, id, Freshness.ACTIVE),
                Problem::noUploader);
    }

    /**
     * The audits of one uploader's images, newest first, at most {@value StateQueries#MOST_LISTED}, wherever they lie; an
     * empty list where there are none.
     */
    @GET
    @Path("/{uploaderId}/audits")
    @Blocking
    public Response audits(@PathParam("uploaderId") String uploaderId, @HeaderParam(PeerClient.HOP_HEADER) String hop) {
        return questions.answer(
                new Question("uploaders", uploaderId, "audits"),
                hop,
                id -> documents.auditsOfUploader(TENANT, id, Freshness.ACTIVE),
                Questions::none);
    }
}
