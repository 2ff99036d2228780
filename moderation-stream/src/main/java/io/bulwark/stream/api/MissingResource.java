package io.bulwark.stream.api;

import com.fasterxml.jackson.core.type.TypeReference;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.stream.StreamConfig;
import io.bulwark.stream.access.Roles;
import io.bulwark.stream.decision.AwaitedUploads.AwaitedUpload;
import io.bulwark.stream.document.RecordDocuments;
import io.bulwark.stream.document.VerdictDocument.Coordinates;
import io.bulwark.stream.order.UploadRepeater;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.query.Peers.Question;
import io.bulwark.stream.query.StateQueries;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Uploads past their deadline without a verdict. */
@Path("/api/v1/missing")
@Tag(name = "missing")
@RolesAllowed(Roles.REVIEWER)
public class MissingResource {

    private final Questions questions;
    private final UploadRepeater repeater;
    private final Asker asker;
    private final Duration deadline;

    MissingResource(Questions questions, UploadRepeater repeater, Asker asker, StreamConfig config) {
        this.questions = questions;
        this.repeater = repeater;
        this.asker = asker;
        this.deadline = config.stream().missing().deadline();
    }

    /** The oldest of them, oldest first. */
    @GET
    @Operation(operationId = "missing", summary = "The oldest uploads past their deadline without a verdict")
    public List<MissingDocument> missing() {
        String tenant = asker.oneTenant();
        return questions
                .list(
                        Question.list("missing", ""),
                        asker,
                        () -> questions
                                .state()
                                .missingHere(tenant, Clock.systemUTC().instant().minus(deadline))
                                .map(here -> here.stream()
                                        .map(upload -> MissingDocument.of(
                                                upload.tenant(),
                                                upload.imageId(),
                                                upload.uploaderId(),
                                                upload.upload(),
                                                upload.uploadedAt()))
                                        .toList()),
                        new TypeReference<List<MissingDocument>>() {})
                .stream()
                .sorted(Comparator.comparing(MissingDocument::uploadedAt))
                .limit(StateQueries.MOST_LISTED)
                .toList();
    }

    /** Has the last missing upload of an image in each partition judged again: its record is repeated. */
    @POST
    @Path("/{imageId}/redrive")
    @RolesAllowed(Roles.SENIOR)
    @Operation(operationId = "redrive", summary = "Repeats the last missing upload of an image")
    @APIResponse(responseCode = "202", description = "The upload was repeated")
    public Response redrive(@PathParam("imageId") String imageId) {
        Collection<MissingDocument> wanted =
                latest(missing().stream().filter(upload -> upload.imageId().equals(imageId)));
        if (wanted.isEmpty()) {
            throw Problem.NOT_MISSING.exception();
        }
        UploadRepeater.Result result = UploadRepeater.Result.GONE;
        for (MissingDocument upload : wanted) {
            UploadRepeater.Result of = repeater.repeat(awaited(upload));
            if (of == UploadRepeater.Result.UNAVAILABLE) {
                throw Problem.ORDER_NOT_TAKEN.exception();
            }
            result = of == UploadRepeater.Result.REPEATED ? of : result;
        }
        if (result == UploadRepeater.Result.GONE) {
            throw Problem.UPLOAD_GONE.exception();
        }
        return Response.accepted().build();
    }

    /**
     * Of each tenant and partition the last upload: its answer answers those before it, and an earlier one that was
     * repeated would come after it and count as the image's latest.
     */
    static Collection<MissingDocument> latest(Stream<MissingDocument> ofOneImage) {
        return ofOneImage
                .collect(Collectors.toMap(
                        upload -> List.of(
                                upload.tenant(),
                                upload.upload().topic(),
                                upload.upload().partition()),
                        Function.identity(),
                        BinaryOperator.maxBy(Comparator.comparingLong(
                                upload -> upload.upload().offset()))))
                .values();
    }

    private static AwaitedUpload awaited(MissingDocument upload) {
        Coordinates at = upload.upload();
        return new AwaitedUpload(
                upload.tenant(),
                upload.imageId(),
                upload.uploaderId(),
                new RecordCoordinates(at.topic(), at.partition(), at.offset()),
                upload.uploadedAt());
    }

    /**
     * An upload past its deadline without a verdict.
     *
     * @param upload where its record stands
     * @param uploadedAt when the broker took it in
     */
    public record MissingDocument(
            String tenant, String imageId, String uploaderId, Coordinates upload, Instant uploadedAt) {

        public static MissingDocument of(
                String tenant, String imageId, String uploaderId, RecordCoordinates upload, Instant uploadedAt) {
            return new MissingDocument(
                    tenant, imageId, uploaderId, RecordDocuments.of(Coordinates.class, upload), uploadedAt);
        }
    }
}
