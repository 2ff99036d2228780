package io.bulwark.stream.api;

import io.bulwark.stream.access.Roles;
import io.bulwark.stream.document.AuditDocument;
import io.bulwark.stream.document.UploaderDocument;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.query.Documents;
import io.bulwark.stream.query.Question;
import io.bulwark.stream.query.StateQueries;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What uploaders did. */
@Path("/api/v1/uploaders")
@Tag(name = "uploaders")
@RolesAllowed(Roles.VIEWER)
public class UploaderResource {

    private final Questions questions;
    private final Documents documents;
    private final Asker asker;

    UploaderResource(Questions questions, Documents documents, Asker asker) {
        this.questions = questions;
        this.documents = documents;
        this.asker = asker;
    }

    /** The windows of one uploader, newest first, wherever they lie. */
    @GET
    @Path("/{uploaderId}")
    @Blocking
    @Operation(operationId = "uploader", summary = "What an uploader did, window by window")
    @APIResponseSchema(UploaderDocument.class)
    public Response uploader(@PathParam("uploaderId") String uploaderId) {
        return questions.answer(
                Question.of("uploaders", uploaderId),
                asker,
                freshness -> documents.uploader(asker.oneTenant(), uploaderId, freshness),
                Problem.NO_UPLOADER::response);
    }

    /**
     * The audits of one uploader's images, newest first, at most {@value StateQueries#MOST_LISTED}, wherever they lie;
     * an empty list where there are none.
     */
    @GET
    @Path("/{uploaderId}/audits")
    @Blocking
    @Operation(operationId = "auditsOfUploader", summary = "The newest attack audits of an uploader's images")
    @APIResponseSchema(AuditDocument[].class)
    public Response audits(@PathParam("uploaderId") String uploaderId) {
        return questions.answer(
                new Question("uploaders", uploaderId, "audits"),
                asker,
                freshness -> documents.auditsOfUploader(asker.oneTenant(), uploaderId, freshness),
                Questions::none);
    }
}
