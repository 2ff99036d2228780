package io.bulwark.stream.api;

import io.bulwark.stream.access.Roles;
import io.bulwark.stream.auditlog.AuditLog;
import io.bulwark.stream.database.Database;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.review.Casebook;
import io.bulwark.stream.review.ItemRow.Origin;
import io.bulwark.stream.review.Person;
import io.bulwark.stream.review.QueueIntake;
import io.bulwark.stream.review.ReviewCandidate;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Reports and appeals, as the platform passes them on. */
@Path("/api/v1/review/reports")
@Tag(name = "review")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed({Roles.REVIEWER, Roles.SENIOR, Roles.ADMIN})
public class ReportResource {

    private static final int MOST_WORDS = 4000;
    private static final int MOST_LETTERS = 200;

    private final Asker asker;
    private final Database database;
    private final QueueIntake queue;

    ReportResource(Asker asker, Database database, QueueIntake queue) {
        this.asker = asker;
        this.database = database;
        this.queue = queue;
    }

    /** Takes a report ({@code "kind":"report"}) or an appeal ({@code "kind":"appeal"}); the same again is once. */
    @POST
    @Operation(operationId = "report", summary = "Takes a report or an appeal; the same again is once")
    public ItemDocument report(ReportRequest request) {
        Person person = asker.person();
        Origin kind = kind(request);
        require(request.imageId() != null, "imageId is missing.");
        require(
                request.reporter() != null
                        && !request.reporter().isBlank()
                        && request.reporter().length() <= MOST_LETTERS,
                "reporter has 1 to " + MOST_LETTERS + " characters.");
        String words = request.words() == null ? "" : request.words();
        require(words.length() <= MOST_WORDS, "words has at most " + MOST_WORDS + " characters.");
        return database.inTenant(person.tenant(), handle -> {
            QueueIntake.ImageLocks.take(handle, List.of(request.imageId()));
            ReviewCandidate image = Casebook.find(handle, person.tenant(), request.imageId())
                    .map(Casebook.Case::image)
                    .filter(found -> !found.contentSha256().isEmpty())
                    .orElseThrow(() -> Problem.NOT_FOUND.with(
                            "There is no decided image " + request.imageId() + " whose file was fetched."));
            UUID item = queue.reported(handle, image, kind, request.reporter(), words);
            AuditLog.append(
                    handle,
                    person.tenant(),
                    person.name(),
                    "review." + kind.name().toLowerCase(Locale.ROOT),
                    "item/" + item,
                    Map.of());
            return new ItemDocument(item);
        });
    }

    private static Origin kind(ReportRequest request) {
        require(request != null && request.kind() != null, "kind is missing; it is report or appeal.");
        return switch (request.kind()) {
            case "report" -> Origin.REPORT;
            case "appeal" -> Origin.APPEAL;
            default -> throw Problem.BAD_PARAMETER.with("kind is report or appeal, not " + request.kind() + ".");
        };
    }

    private static void require(boolean holds, String fault) {
        Problem.BAD_PARAMETER.when(!holds, fault);
    }

    /** A report or an appeal about an image; the reporter is whatever name the caller gives them. */
    record ReportRequest(String imageId, String kind, String reporter, String words) {}

    /** The item that a report belongs to. */
    record ItemDocument(UUID itemId) {}
}
