package io.bulwark.stream.api;

import io.bulwark.events.Decision;
import io.bulwark.schemas.promise.AnsweredDraw;
import io.bulwark.schemas.promise.PromisedRate;
import io.bulwark.stream.access.Roles;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.promise.Drift;
import io.bulwark.stream.promise.DriftDocument;
import io.bulwark.stream.promise.Promises;
import io.bulwark.stream.promise.Promises.WatchedRate;
import io.bulwark.stream.review.Person;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Error rates that are measured by draws, and what is promised of them. */
@Path("/api/v1/promises")
@Tag(name = "promises")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed({Roles.VIEWER, Roles.REVIEWER, Roles.SENIOR, Roles.CURATOR, Roles.ADMIN})
public class PromiseResource {

    private final Asker asker;
    private final Promises promises;
    private final Drift drift;

    PromiseResource(Asker asker, Promises promises, Drift drift) {
        this.asker = asker;
        this.promises = promises;
        this.drift = drift;
    }

    /** Each rate with its band. */
    @GET
    @Operation(
            operationId = "promises",
            summary = "Measured error rates, their bands over time, and what is promised of them")
    public List<WatchedRate> rates() {
        return promises.rates(asker.oneTenant());
    }

    /** What was drawn, answered or past the deadline, without an image's name. */
    @GET
    @Path("/draws")
    @RolesAllowed({Roles.SENIOR, Roles.CURATOR, Roles.ADMIN})
    @Operation(
            operationId = "answeredDraws",
            summary = "Answered draws, for `bulwark casebook backtest --draws` and `bulwark bank coverage --draws`",
            description =
                    "The latest 100,000 before the first one that is still waited for, oldest first. Digests of contents, no images;"
                            + " content and people are null where no one answered within the deadline. Reviewers do not see them.")
    public List<AnsweredDrawDocument> draws() {
        return promises.settledDraws(asker.oneTenant()).stream()
                .map(AnsweredDrawDocument::of)
                .toList();
    }

    /** Drift. */
    @GET
    @Path("/drift")
    @Operation(
            operationId = "drift",
            summary = "SAFE traffic beside that of an approved time, from embeddings alone, before people have looked",
            description = "`state` is OFF unless `bulwark.review.drift.per-day` is above 0.")
    public DriftDocument drift() {
        return drift.document(asker.oneTenant());
    }

    /** Approves the traffic of the last weeks as what later traffic is compared with. */
    @POST
    @Path("/drift/references")
    @RolesAllowed({Roles.SENIOR, Roles.ADMIN})
    @Operation(
            operationId = "approveTraffic",
            summary = "Approves the traffic of the last 30 days at most, and begins to watch for drift from it",
            description = "Alarms of before no longer show. It becomes a row of the audit log.")
    public void approve(RestartRequest request) {
        Problem.BAD_PARAMETER.when(request == null, "The body names a reason.");
        Person person = asker.person();
        drift.approve(person.tenant(), person.name(), request.reason());
    }

    /** Begins a new epoch after an alarm. */
    @POST
    @Path("/{rate}/epochs")
    @RolesAllowed({Roles.SENIOR, Roles.ADMIN})
    @Operation(
            operationId = "restartPromise",
            summary = "Begins to watch a rate from now on, without the draws and alarms of before",
            description = "The rate is MISSED or FALSELY_FLAGGED. It becomes a row of the audit log.")
    public void restart(@PathParam("rate") String rate, RestartRequest request) {
        Problem.BAD_PARAMETER.when(request == null, "The body names a reason.");
        Person person = asker.person();
        promises.restart(person.tenant(), person.name(), rate(rate), request.reason());
    }

    private static PromisedRate rate(String name) {
        return Arrays.stream(PromisedRate.values())
                .filter(rate -> rate.name().equals(name.toUpperCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> Problem.BAD_PARAMETER.with(
                        "A rate is one of " + Arrays.toString(PromisedRate.values()) + ", not " + name + "."));
    }

    /**
     * A draw that people have answered, or have not within its deadline.
     *
     * @param content digest of tenant and content; null where there is no answer
     * @param machine what the worker decided
     * @param people what they decided; null where there is no answer
     * @param labels that they gave
     * @param probability of the draw
     */
    public record AnsweredDrawDocument(
            @Schema(implementation = String.class) UUID content,
            @Schema(implementation = String.class) Instant decidedAt,
            @Schema(implementation = String.class) Decision machine,
            @Schema(implementation = String.class) Decision people,
            List<String> labels,
            double probability) {

        static AnsweredDrawDocument of(AnsweredDraw draw) {
            return new AnsweredDrawDocument(
                    draw.content(), draw.decidedAt(), draw.machine(), draw.people(), draw.labels(), draw.probability());
        }
    }

    /** @param reason in words */
    public record RestartRequest(String reason) {}
}
