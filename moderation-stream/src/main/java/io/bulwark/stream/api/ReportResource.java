package io.bulwark.stream.api;

import io.bulwark.events.Duty;
import io.bulwark.stream.access.Roles;
import io.bulwark.stream.auditlog.AuditLog;
import io.bulwark.stream.database.Database;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.review.Casebook;
import io.bulwark.stream.review.Duties;
import io.bulwark.stream.review.ItemRow.Origin;
import io.bulwark.stream.review.Person;
import io.bulwark.stream.review.QueueIntake;
import io.bulwark.stream.review.ReviewCandidate;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Reports, appeals and duties, as the platform passes them on. */
@Path("/api/v1/review/reports")
@Tag(name = "review")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed({Roles.REVIEWER, Roles.SENIOR, Roles.ADMIN})
public class ReportResource {

    private static final int MOST_WORDS = 4000;
    private static final int MOST_LETTERS = 200;

    /** Duties that stop other work at once, so that a reviewer alone cannot open them. */
    private static final Set<Duty> BY_SENIORS = EnumSet.of(Duty.ORDER, Duty.IMMINENT_HARM);

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
    @Operation(
            operationId = "report",
            summary = "Takes a report or an appeal; the same again is once",
            description = "`duty` names a clock that begins with `receivedAt`, without it now: NOTICE, TRUSTED_NOTICE,"
                    + " COMPLAINT (an appeal), ORDER, INTIMATE_IMAGE or IMMINENT_HARM. ORDER and IMMINENT_HARM are"
                    + " for seniors.")
    public ItemDocument report(ReportRequest request) {
        Person person = asker.person();
        Optional<Duties.Notice> duty = duty(request);
        Problem.NOT_ALLOWED.when(
                duty.filter(notice -> BY_SENIORS.contains(notice.duty())).isPresent() && !person.isSenior(),
                "An ORDER or an IMMINENT_HARM is passed on by a senior or an administrator.");
        Origin kind = kind(request, duty);
        require(request.imageId() != null, "imageId is missing.");
        CaseResource.CaseQuestions.text("imageId", request.imageId());
        CaseResource.CaseQuestions.text("reporter", request.reporter());
        CaseResource.CaseQuestions.text("words", request.words());
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
            UUID item = queue.reported(handle, image, kind, request.reporter(), words, duty);
            AuditLog.append(
                    handle,
                    person.tenant(),
                    person.name(),
                    "review." + kind.name().toLowerCase(Locale.ROOT),
                    "item/" + item,
                    duty.<Map<String, ?>>map(
                                    notice -> Map.of("duty", notice.duty().name()))
                            .orElse(Map.of()));
            return new ItemDocument(item);
        });
    }

    private static Optional<Duties.Notice> duty(ReportRequest request) {
        if (request == null || request.duty() == null) {
            return Optional.empty();
        }
        Instant received = CaseResource.CaseQuestions.instant("receivedAt", request.receivedAt())
                .orElseGet(() -> Clock.systemUTC().instant());
        return Optional.of(new Duties.Notice(Duties.named(request.duty()), received));
    }

    private static Origin kind(ReportRequest request, Optional<Duties.Notice> duty) {
        if (request != null && request.kind() == null && duty.isPresent()) {
            return duty.get().origin();
        }
        require(request != null && request.kind() != null, "kind is missing; it is report or appeal.");
        Origin kind = switch (request.kind()) {
            case "report" -> Origin.REPORT;
            case "appeal" -> Origin.APPEAL;
            default -> throw Problem.BAD_PARAMETER.with("kind is report or appeal, not " + request.kind() + ".");
        };
        require(
                duty.filter(notice -> notice.origin() != kind).isEmpty(),
                "A COMPLAINT is an appeal, and every other duty a report.");
        return kind;
    }

    private static void require(boolean holds, String fault) {
        Problem.BAD_PARAMETER.when(!holds, fault);
    }

    /**
     * A report or an appeal about an image; the reporter is whatever name the caller gives them.
     *
     * @param duty the clock that it begins; null for none
     * @param receivedAt when the platform received it, ISO 8601 in UTC
     */
    record ReportRequest(String imageId, String kind, String reporter, String words, String duty, String receivedAt) {}

    /** The item that a report belongs to. */
    record ItemDocument(UUID itemId) {}
}
