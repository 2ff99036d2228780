package io.bulwark.stream.api;

import io.bulwark.stream.access.Roles;
import io.bulwark.stream.document.AuditDocument;
import io.bulwark.stream.query.Documents;
import io.bulwark.stream.query.Question;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Attack audits of images. */
@Path("/api/v1/audits")
@Tag(name = "audits")
@RolesAllowed(Roles.VIEWER)
public class AuditResource {

    private final Questions questions;
    private final Documents documents;
    private final Asker asker;

    AuditResource(Questions questions, Documents documents, Asker asker) {
        this.questions = questions;
        this.documents = documents;
        this.asker = asker;
    }

    /** The audits of one image, newest first, wherever they lie; an empty list where there are none. */
    @GET
    @Path("/{imageId}")
    @Blocking
    @Operation(operationId = "auditsOfImage", summary = "The attack audits of an image, newest first")
    @APIResponseSchema(AuditDocument[].class)
    public Response audits(@PathParam("imageId") String imageId) {
        return questions.answer(
                Question.of("audits", imageId),
                asker,
                freshness -> documents.audits(asker.oneTenant(), imageId, freshness),
                Questions::none);
    }
}
