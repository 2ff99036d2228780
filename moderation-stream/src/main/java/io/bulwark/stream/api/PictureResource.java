package io.bulwark.stream.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.schemas.preview.PreviewQuestion;
import io.bulwark.stream.access.Roles;
import io.bulwark.stream.auditlog.AuditLog;
import io.bulwark.stream.database.Database;
import io.bulwark.stream.document.DecisionDocument;
import io.bulwark.stream.picture.ExplanationClient;
import io.bulwark.stream.picture.PreviewClient;
import io.bulwark.stream.picture.PreviewClient.Picture;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.query.Peers.Question;
import io.bulwark.stream.state.Restriction;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The picture behind a decision: the content that it holds for, and no other. */
@Path("/api/v1/images/{imageId}/picture")
@Tag(name = "pictures")
@RolesAllowed(Roles.REVIEWER)
public class PictureResource {

    private final Questions questions;
    private final PreviewClient preview;
    private final ExplanationClient explanations;
    private final Database database;
    private final Asker asker;
    private final ObjectMapper json;
    private final Restriction restriction;

    PictureResource(
            Questions questions,
            PreviewClient preview,
            ExplanationClient explanations,
            Database database,
            Asker asker,
            ObjectMapper json,
            Restriction restriction) {
        this.questions = questions;
        this.preview = preview;
        this.explanations = explanations;
        this.database = database;
        this.asker = asker;
        this.json = json;
        this.restriction = restriction;
    }

    /** A JPEG of at most 1,024 pixels a side, or all judged frames side by side. */
    @GET
    @Produces({PreviewClient.JPEG, Problem.MEDIA_TYPE_NAME})
    @Operation(
            operationId = "picture",
            summary = "The picture that the decision in force is about; frames=strip shows all judged frames")
    @APIResponse(responseCode = "200", description = "A JPEG; Bulwark-Frames says how many frames were judged")
    @APIResponse(responseCode = "404", description = "picture-gone or no-decision")
    @APIResponse(responseCode = "409", description = "picture-changed")
    @APIResponse(responseCode = "503", description = "no-preview or location-silent")
    public Response picture(@PathParam("imageId") String imageId, @QueryParam("frames") String frames) {
        String tenant = asker.oneTenant();
        return ofDecision(tenant, imageId, isStrip(frames), question -> {
            Picture picture = preview.ask(question);
            log(tenant, "picture.fetched", question, Map.of("strip", question.strip()));
            return picture.response();
        });
    }

    /** Two maps over the view that decided, and what lies near it: measured on what {@link #picture} shows. */
    @GET
    @Path("/explanation")
    @Produces({MediaType.APPLICATION_JSON, Problem.MEDIA_TYPE_NAME})
    @Operation(
            operationId = "explanation",
            summary =
                    "Where the decision about the picture comes from: two maps of the deciding view, the margin, and the"
                            + " nearest references. Takes seconds; one is made at a time")
    @APIResponse(responseCode = "200", description = "The explanation; its pictures are PNG in Base64")
    @APIResponse(responseCode = "404", description = "picture-gone or no-decision")
    @APIResponse(responseCode = "409", description = "picture-changed")
    @APIResponse(responseCode = "422", description = "not-explained or picture-undecodable")
    @APIResponse(responseCode = "503", description = "no-explain-server, busy, no-preview or location-silent")
    public Response explanation(@PathParam("imageId") String imageId) {
        String tenant = asker.oneTenant();
        if (!explanations.isConfigured()) {
            throw Problem.NO_EXPLAIN_SERVER.exception();
        }
        return ofDecision(tenant, imageId, false, question -> {
            ExplanationClient.ExplanationDocument explained = explanations.ask(tenant, preview.ask(question));
            log(tenant, "picture.explained", question, Map.of());
            return Response.ok(explained, MediaType.APPLICATION_JSON).build();
        });
    }

    /** Whether all frames are asked for, by the parameter {@code frames}. */
    static boolean isStrip(String frames) {
        Problem.BAD_PARAMETER.when(frames != null && !frames.equals("strip"), "frames must be strip, or left out.");
        return frames != null;
    }

    /** Without this row, which names neither image nor hash, no picture is given. */
    private void log(String tenant, String action, PreviewQuestion question, Map<String, ?> details) {
        if (database.isConfigured()) {
            String upload = "upload/%s/%d/%d".formatted(question.topic(), question.partition(), question.offset());
            database.inTenant(
                    tenant,
                    handle -> AuditLog.append(handle, tenant, asker.visitor().name(), action, upload, details));
        }
    }

    private Response ofDecision(
            String tenant, String imageId, boolean strip, Function<PreviewQuestion, Response> answer) {
        Response decision = questions.answer(
                Question.of("decisions", imageId),
                asker,
                freshness ->
                        questions.state().decision(tenant, imageId, freshness).map(DecisionDocument::of),
                Problem.NO_DECISION::response);
        if (decision.getStatus() != Response.Status.OK.getStatusCode()) {
            return decision;
        }
        return question(tenant, decision.getEntity(), strip)
                .map(answer)
                .orElseThrow(() -> Problem.PICTURE_GONE.with("No content was fetched for this decision."));
    }

    /**
     * Of a decision that lies here, or that another instance has written down; empty where nothing was looked at, or a
     * case of the content stands and its decision is not neutral yet.
     */
    private Optional<PreviewQuestion> question(String tenant, Object decision, boolean strip) {
        JsonNode document = decision instanceof String theirs ? read(theirs) : json.valueToTree(decision);
        JsonNode upload = document.path("upload");
        String sha256 = document.path("contentSha256").asText();
        String topic = upload.path("topic").asText();
        return PreviewQuestion.isSha256(sha256)
                        && !restriction.covers(tenant, sha256)
                        && PreviewQuestion.isOfUploads(topic)
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
