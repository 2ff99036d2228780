package io.bulwark.stream.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.schemas.preview.PreviewQuestion;
import io.bulwark.stream.access.Roles;
import io.bulwark.stream.document.DecisionDocument;
import io.bulwark.stream.picture.PictureAnswer;
import io.bulwark.stream.picture.PictureLog;
import io.bulwark.stream.picture.PictureResponse;
import io.bulwark.stream.picture.PreviewClient;
import io.bulwark.stream.query.Question;
import io.bulwark.stream.query.StateQueries;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The picture behind a decision: the content that it holds for, and no other. */
@Path("/api/v1/images/{imageId}/picture")
@Tag(name = "pictures")
@RolesAllowed(Roles.REVIEWER)
public class PictureResource {

    private final Questions questions;
    private final StateQueries state;
    private final PreviewClient preview;
    private final PictureLog log;
    private final Asker asker;
    private final ObjectMapper json;

    PictureResource(
            Questions questions,
            StateQueries state,
            PreviewClient preview,
            PictureLog log,
            Asker asker,
            ObjectMapper json) {
        this.questions = questions;
        this.state = state;
        this.preview = preview;
        this.log = log;
        this.asker = asker;
        this.json = json;
    }

    /** A JPEG of at most 1,024 pixels a side, or all judged frames side by side. */
    @GET
    @Blocking
    @Produces({PictureResponse.JPEG, PictureResponse.PROBLEM})
    @Operation(
            operationId = "picture",
            summary = "The picture that the decision in force is about; frames=strip shows all judged frames")
    @APIResponse(responseCode = "200", description = "A JPEG; Bulwark-Frames says how many frames were judged")
    @APIResponse(responseCode = "404", description = "picture-gone or no-decision")
    @APIResponse(responseCode = "409", description = "picture-changed")
    @APIResponse(responseCode = "503", description = "no-preview or location-silent")
    public Response picture(@PathParam("imageId") String imageId, @QueryParam("frames") String frames) {
        String tenant = asker.oneTenant();
        Optional<Boolean> strip = PictureResponse.isStrip(frames);
        if (strip.isEmpty()) {
            return PictureResponse.badFrames();
        }
        Response decision = questions.answer(
                Question.of("decisions", imageId),
                asker,
                freshness -> state.decision(tenant, imageId, freshness).map(DecisionDocument::of),
                Problem::noDecision);
        if (decision.getStatus() != Response.Status.OK.getStatusCode()) {
            return decision;
        }
        Optional<PreviewQuestion> question = question(decision.getEntity(), strip.get());
        if (question.isEmpty()) {
            return PictureResponse.of(new PictureAnswer.Gone("No content was fetched for this decision."));
        }
        PictureAnswer answer = preview.ask(question.get());
        if (answer instanceof PictureAnswer.Found) {
            log.fetched(tenant, asker.visitor().name(), question.get());
        }
        return PictureResponse.of(answer);
    }

    /** Of a decision that lies here, or that another instance has written down; empty where nothing was looked at. */
    private Optional<PreviewQuestion> question(Object decision, boolean strip) {
        JsonNode document = decision instanceof String theirs ? read(theirs) : json.valueToTree(decision);
        JsonNode upload = document.path("upload");
        String sha256 = document.path("contentSha256").asText();
        String topic = upload.path("topic").asText();
        return PreviewQuestion.isSha256(sha256) && PreviewQuestion.TOPICS.contains(topic)
                ? Optional.of(new PreviewQuestion(
                        topic,
                        upload.path("partition").asInt(),
                        upload.path("offset").asLong(),
                        sha256,
                        strip))
                : Optional.empty();
    }

    private JsonNode read(String theirs) {
        try {
            return json.readTree(theirs);
        } catch (IOException noJson) {
            throw new UncheckedIOException("Another instance's decision is no JSON", noJson);
        }
    }
}
