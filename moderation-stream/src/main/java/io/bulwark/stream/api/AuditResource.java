package io.bulwark.stream.api;

import com.fasterxml.jackson.core.type.TypeReference;
import io.bulwark.events.UploaderStats;
import io.bulwark.stream.StreamConfig;
import io.bulwark.stream.access.Roles;
import io.bulwark.stream.document.AuditDocument;
import io.bulwark.stream.document.AuditDocument.AuditSummaryDocument;
import io.bulwark.stream.document.AuditDocument.AuditSummaryDocument.Count;
import io.bulwark.stream.document.AuditDocument.AuditSummaryDocument.Robustness;
import io.bulwark.stream.document.RecordDocuments;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.problem.Problem.ProblemException;
import io.bulwark.stream.query.Answer;
import io.bulwark.stream.query.Answer.Freshness;
import io.bulwark.stream.query.Peers.Question;
import io.bulwark.stream.query.StateQueries;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Attack audits of images, how many there are, and what uploaders did. */
@Path("/api/v1")
@Tag(name = "audits")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Roles.VIEWER)
public class AuditResource {

    private static final String SUMMARY = "summary";

    private final Questions questions;
    private final Asker asker;
    private final Double objective;

    AuditResource(Questions questions, Asker asker, StreamConfig config) {
        this.questions = questions;
        this.asker = asker;
        this.objective = config.stream().audits().robustAccuracyObjective().orElse(null);
    }

    /** The audits of one image, newest first, wherever they lie; an empty list where there are none. */
    @GET
    @Path("/audits/{imageId}")
    @Operation(operationId = "auditsOfImage", summary = "The attack audits of an image, newest first")
    @APIResponseSchema(AuditDocument[].class)
    public Response audits(@PathParam("imageId") String imageId) {
        return questions.answer(
                Question.of("audits", imageId),
                asker,
                freshness -> questions
                        .state()
                        .audits(asker.oneTenant(), imageId, freshness)
                        .map(AuditDocument::newestFirst),
                Questions::none);
    }

    /**
     * The audits of the tenant, counted by kind and time, and how the decisions held that the red team attacked. An
     * image may be named like this address: without {@code since} the question is for its audits.
     */
    @GET
    @Path("/audits/" + SUMMARY)
    @Operation(operationId = "auditSummary", summary = "Audits by kind and time, and live robust accuracy")
    @APIResponseSchema(AuditSummaryDocument.class)
    public Response summary(
            @QueryParam("since") String since, @QueryParam("bucket") @DefaultValue(AuditPeriod.AN_HOUR) String bucket) {
        if (since == null) {
            return audits(SUMMARY);
        }
        AuditPeriod period = AuditPeriod.parse(since, bucket, Clock.systemUTC().instant());
        String tenant = asker.oneTenant();
        List<AuditSummaryDocument> parts = questions.list(
                Question.list(
                        "audits/" + SUMMARY,
                        "since=" + period.since() + "&bucket=" + period.bucket().toSeconds()),
                asker,
                () -> countedHere(tenant, period).map(List::of),
                new TypeReference<List<AuditSummaryDocument>>() {});
        Object answer = asker.isFirstHand() ? AuditSummaryDocument.together(parts) : parts;
        return Response.ok(answer, MediaType.APPLICATION_JSON_TYPE).build();
    }

    /** The audits that this instance holds, and how the decisions held that the red team attacked. */
    private Answer<AuditSummaryDocument> countedHere(String tenant, AuditPeriod period) {
        return questions
                .state()
                .auditsCountedHere(tenant, period.since(), period.bucket())
                .flatMap(tally -> questions
                        .state()
                        .probesHere(tally.probes())
                        .map(probes -> new AuditSummaryDocument(
                                period.since(),
                                tally.complete(),
                                period.bucket().toSeconds(),
                                probes.corrected(tally).counts().entrySet().stream()
                                        .map(each -> new Count(
                                                each.getKey().from(),
                                                each.getKey().kind(),
                                                each.getValue()))
                                        .toList(),
                                probes.outcomes().entrySet().stream()
                                        .map(each -> Robustness.of(
                                                each.getKey().goal(),
                                                each.getKey().epsilon(),
                                                each.getValue().images(),
                                                each.getValue().fell(),
                                                each.getValue().overdue()))
                                        .toList(),
                                objective)));
    }

    /** The windows of one uploader, newest first, wherever they lie. */
    @GET
    @Path("/uploaders/{uploaderId}")
    @Tag(name = "uploaders")
    @Operation(operationId = "uploader", summary = "What an uploader did, window by window")
    @APIResponseSchema(UploaderDocument.class)
    public Response uploader(@PathParam("uploaderId") String uploaderId) {
        return questions.answer(
                Question.of("uploaders", uploaderId),
                asker,
                freshness -> document(asker.oneTenant(), uploaderId, freshness),
                Problem.NO_UPLOADER::response);
    }

    private Answer<UploaderDocument> document(String tenant, String uploaderId, Freshness freshness) {
        Answer<List<UploaderStats>> windows = questions.state().uploader(tenant, uploaderId, freshness);
        Answer<String> level = questions.state().uploaderLevel(tenant, uploaderId, freshness);
        if (level instanceof Answer.Found<String> found) {
            return windows.map(all -> UploaderDocument.of(uploaderId, found.value(), all));
        }
        return level instanceof Answer.Absent<String>
                ? windows.map(all -> UploaderDocument.of(uploaderId, null, all))
                : level.map(none -> null);
    }

    /**
     * The audits of one uploader's images, newest first, at most {@value StateQueries#MOST_LISTED}, wherever they
     * lie; an empty list where there are none.
     */
    @GET
    @Path("/uploaders/{uploaderId}/audits")
    @Tag(name = "uploaders")
    @Operation(operationId = "auditsOfUploader", summary = "The newest attack audits of an uploader's images")
    @APIResponseSchema(AuditDocument[].class)
    public Response auditsOfUploader(@PathParam("uploaderId") String uploaderId) {
        return questions.answer(
                new Question("uploaders", uploaderId, "audits"),
                asker,
                freshness -> questions
                        .state()
                        .auditsOfUploader(asker.oneTenant(), uploaderId, freshness)
                        .map(AuditDocument::newestFirst),
                Questions::none);
    }

    /**
     * The time that audits are counted over.
     *
     * @param since when the first bucket begins: a multiple of its width since 1970, so that buckets stay where they
     *     are while time goes on
     * @param bucket its width
     */
    record AuditPeriod(Instant since, Duration bucket) {

        static final String AN_HOUR = "3600";

        private static final int MOST_BUCKETS = 1000;
        private static final int LEAST_SECONDS = 60;
        private static final int MOST_SECONDS = 86_400;

        /**
         * @param since ISO 8601
         * @param bucket seconds
         * @throws ProblemException where either is not what is allowed, or there are more than {@value #MOST_BUCKETS}
         *     buckets until now
         */
        static AuditPeriod parse(String since, String bucket, Instant now) {
            Duration width = Duration.ofSeconds(seconds(bucket));
            Instant from = instant(since);
            if (Duration.between(from, now).dividedBy(width) >= MOST_BUCKETS) {
                throw wrong("since must be less than " + MOST_BUCKETS + " buckets ago.");
            }
            return new AuditPeriod(
                    Instant.ofEpochSecond(Math.floorDiv(from.getEpochSecond(), width.toSeconds()) * width.toSeconds()),
                    width);
        }

        private static int seconds(String text) {
            if (text.matches("[0-9]{1,5}")) {
                int seconds = Integer.parseInt(text);
                if (seconds >= LEAST_SECONDS && seconds <= MOST_SECONDS) {
                    return seconds;
                }
            }
            throw wrong("bucket must be seconds from " + LEAST_SECONDS + " to " + MOST_SECONDS + ".");
        }

        private static Instant instant(String text) {
            try {
                return Instant.parse(text);
            } catch (DateTimeException wrong) {
                throw wrong("since must be an instant as ISO 8601 has it, such as 2026-11-27T00:00:00Z.");
            }
        }

        private static ProblemException wrong(String detail) {
            return Problem.BAD_PARAMETER.with(detail);
        }
    }

    /**
     * What one uploader did, window by window.
     *
     * @param level the threshold that their strikes reach; null for none
     * @param windows newest first; windows without an image or audit are not there
     */
    @Schema(name = "UploaderDocument")
    public record UploaderDocument(String uploaderId, String level, List<WindowDocument> windows) {

        /** One window [start, end) and its counts. */
        public record WindowDocument(
                Instant start,
                Instant end,
                String window,
                String tenant,
                long images,
                long safe,
                long nsfw,
                long review,
                long refused,
                long audits,
                double strikes,
                Instant lastSeenAt) {

            static WindowDocument of(UploaderStats stats) {
                return RecordDocuments.of(
                        WindowDocument.class,
                        stats,
                        "start",
                        stats.getWindowStart(),
                        "end",
                        stats.getWindowEnd(),
                        "strikes",
                        stats.getStrikes() / 1000.0);
            }
        }

        /**
         * @param level null for none
         * @param windows in any order
         */
        public static UploaderDocument of(String uploaderId, String level, List<UploaderStats> windows) {
            return new UploaderDocument(
                    uploaderId,
                    level,
                    windows.stream()
                            .sorted((one, other) -> other.getWindowStart().compareTo(one.getWindowStart()))
                            .map(WindowDocument::of)
                            .toList());
        }
    }
}
