package io.bulwark.stream.api;

import io.bulwark.stream.access.Roles;
import io.bulwark.stream.document.AuditDocument;
import io.bulwark.stream.query.Question;
import io.bulwark.stream.query.StateQueries;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Attack audits of images. */
@Path("/api/v1/audits")
@Tag(name = "audits")
@RolesAllowed(Roles.VIEWER)
public class AuditResource {

    private final Questions questions;
    private final StateQueries state;
    private final Asker asker;

    AuditResource(Questions questions, StateQueries state, Asker asker) {
        this.questions = questions;
        this.state = state;
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
                Question.of("audits", imageId), asker, state::audits, found -> seen(found, asker), Questions::none);
    }

    /** Those of them that the asker may see. */
    static Optional<List<AuditDocument>> seen(List<AuditDocument> found, Asker asker) {
        List<AuditDocument> seen =
                found.stream().filter(audit -> asker.sees(audit.tenant())).toList();
        return seen.isEmpty() ? Optional.empty() : Optional.of(seen);
    }
}
