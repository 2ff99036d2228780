package io.bulwark.stream.api;

import io.bulwark.stream.query.PeerClient;
import io.bulwark.stream.query.Question;
import io.bulwark.stream.query.StateQueries;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;

/** Attack audits of images. */
@Path("/api/audits")
public class AuditResource {

    private final Questions questions;
    private final StateQueries state;

    AuditResource(Questions questions, StateQueries state) {
        this.questions = questions;
        this.state = state;
    }

    /** The audits of one image, newest first, wherever they lie; an empty list where there are none. */
    @GET
    @Path("/{imageId}")
    @Blocking
    public Response audits(@PathParam("imageId") String imageId, @HeaderParam(PeerClient.HOP_HEADER) String hop) {
        return questions.answer(Question.of("audits", imageId), hop, state::audits, Questions::none);
    }
}
