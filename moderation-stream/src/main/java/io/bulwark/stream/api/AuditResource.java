package io.bulwark.stream.api;

import io.bulwark.stream.query.Documents;
import io.bulwark.stream.query.Freshness;
import io.bulwark.stream.query.PeerClient;
import io.bulwark.stream.query.Question;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;

/** Attack audits of images. */
@Path("/api/audits")
public class AuditResource {
    private static final String TENANT = "default";

    private final Questions questions;
    private final Documents documents;

    AuditResource(Questions questions, Documents documents) {
        this.questions = questions;
        this.documents = documents;
    }

    /** The audits of one image, newest first, wherever they lie; an empty list where there are none. */
    @GET
    @Path("/{imageId}")
    @Blocking
    public Response audits(@PathParam("imageId") String imageId, @HeaderParam(PeerClient.HOP_HEADER) String hop) {
        return questions.answer(
                Question.of("audits", imageId),
                hop,
                id -> documents.audits(TENANT, id, Freshness.ACTIVE),
                Questions::none);
    }
}
