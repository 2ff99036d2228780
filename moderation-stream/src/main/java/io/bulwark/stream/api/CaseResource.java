package io.bulwark.stream.api;

import io.bulwark.stream.access.Roles;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.problem.Problem.ProblemException;
import io.bulwark.stream.review.CasePages;
import io.bulwark.stream.review.Person;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Pages of the casebook, newest first, and what is counted of it. */
@Path("/api/v1")
@Tag(name = "cases")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed({Roles.VIEWER, Roles.REVIEWER, Roles.SENIOR, Roles.CURATOR, Roles.ADMIN})
public class CaseResource {

    private final Asker asker;
    private final CasePages pages;

    CaseResource(Asker asker, CasePages pages) {
        this.asker = asker;
        this.pages = pages;
    }

    /** A page of the cases that meet all conditions. */
    @GET
    @Path("/cases")
    @Operation(
            operationId = "cases",
            summary = "The latest decision of every image, newest first",
            description = "`next` of a page is `after` of the following one; on the last page it is absent.")
    public CasePages.Page page(
            @BeanParam CaseQuestions questions,
            @QueryParam("after") @Parameter(description = "`next` of the page before") String after,
            @QueryParam("limit") @DefaultValue("50") @Parameter(description = "1 to 500 cases") String limit) {
        int size = CaseQuestions.parsed("limit", limit, Integer::valueOf).orElseThrow();
        return pages.page(asker.person(), questions.filter(), Optional.ofNullable(after), size);
    }

    /** What other thresholds would have made of the scores. */
    @GET
    @Path("/cases/backtest")
    @RolesAllowed({Roles.SENIOR, Roles.CURATOR, Roles.ADMIN})
    @Operation(
            operationId = "backtest",
            summary = "What other thresholds would have made of the stored scores",
            description =
                    "Counts by what the thresholds would have decided, what holds, and whether a person decided so."
                            + " It knows one score an image: thresholds of single labels, known copies and unfamiliar images are"
                            + " decided otherwise.")
    public BacktestDocument backtest(
            @BeanParam CaseQuestions questions,
            @QueryParam("flag") @Parameter(description = "NSFW from this score on, 0 to 1", required = true)
                    String flag,
            @QueryParam("review") @Parameter(description = "REVIEW above this score, 0 to flag", required = true)
                    String review) {
        double from = CaseQuestions.given("flag", flag);
        double above = CaseQuestions.given("review", review);
        return new BacktestDocument(from, above, pages.run(asker.person(), questions.filter(), from, above));
    }

    /** How scores and what people decided go together. */
    @GET
    @Path("/cases/calibration")
    @RolesAllowed({Roles.SENIOR, Roles.CURATOR, Roles.ADMIN})
    @Operation(
            operationId = "calibration",
            summary = "How many of each range of scores people called NSFW",
            description =
                    "Ranges of 0.05; those without a case are left out. People see what a worker was not sure of and a"
                            + " sample of the rest, so `judged` is no even sample of `cases`.")
    public CalibrationDocument calibration(@BeanParam CaseQuestions questions) {
        return new CalibrationDocument(pages.calibration(asker.person(), questions.filter()));
    }

    /** The newest cases that meet all conditions. */
    @GET
    @Path("/cases.csv")
    @Produces(ListParameters.CSV)
    @Operation(
            operationId = "casesCsv",
            summary = "The newest cases as CSV",
            description = "A text that a spreadsheet would take for a formula has an apostrophe in front. For more than"
                    + " `limit` cases ask again with `until` set to the last line's `decidedAt`.")
    @APIResponse(responseCode = "200", description = "A line of names, then a line a case")
    public Response table(
            @BeanParam CaseQuestions questions,
            @QueryParam("limit") @DefaultValue("10000") @Parameter(description = "1 to 100000 cases") String limit) {
        int most = ListParameters.rows(limit);
        Person person = asker.person();
        CasePages.CaseFilter filter = questions.filter();
        return ListParameters.csv("cases.csv", most, to -> new CasePages.CaseTable(to)::add, (after, left) -> {
            CasePages.Page page = pages.page(person, filter, after, Math.min(left, CasePages.MOST));
            return new ListParameters.Rows<>(page.cases(), page.next());
        });
    }

    /** The conditions that lists of cases take; all hold at once. */
    public static final class CaseQuestions {

        /** The database's times reach further back and on, by some. */
        private static final Instant FIRST = Instant.parse("0000-01-01T00:00:00Z");

        private static final Instant END = Instant.parse("+10000-01-01T00:00:00Z");

        @QueryParam("image")
        @Parameter(description = "This image")
        String image;

        @QueryParam("decision")
        @Parameter(description = "SAFE, NSFW, REVIEW or REFUSED")
        String decision;

        @QueryParam("reason")
        @Parameter(description = "Why the worker could not decide, or refused, such as UNCERTAIN")
        String reason;

        @QueryParam("uploader")
        @Parameter(description = "Of this uploader")
        String uploader;

        @QueryParam("label")
        @Parameter(description = "One of the labels")
        String label;

        @QueryParam("reviewer")
        @Parameter(description = "Decided by this person")
        String reviewer;

        @QueryParam("audited")
        @Parameter(description = "true: only images of which an attack is suspected")
        boolean audited;

        @QueryParam("from")
        @Parameter(description = "Decided then or later, ISO 8601 in UTC")
        String from;

        @QueryParam("until")
        @Parameter(description = "Decided before then, ISO 8601 in UTC")
        String until;

        @QueryParam("leastScore")
        @Parameter(description = "This score or more, 0 to 1")
        String leastScore;

        @QueryParam("mostScore")
        @Parameter(description = "This score or less, 0 to 1")
        String mostScore;

        /** @throws ProblemException where one of them cannot be read */
        CasePages.CaseFilter filter() {
            return new CasePages.CaseFilter(
                    text("image", image),
                    text("decision", decision).map(CaseQuestions::upper),
                    text("reason", reason).map(CaseQuestions::upper),
                    text("uploader", uploader),
                    text("label", label),
                    text("reviewer", reviewer),
                    audited,
                    instant("from", from),
                    instant("until", until),
                    parsed("leastScore", leastScore, Double::valueOf),
                    parsed("mostScore", mostScore, Double::valueOf));
        }

        private static String upper(String word) {
            return word.toUpperCase(Locale.ROOT);
        }

        /** @throws ProblemException where the database holds no such text */
        static Optional<String> text(String name, String text) {
            Problem.BAD_PARAMETER.when(text != null && text.indexOf('\0') >= 0, name + " has the character U+0000.");
            return Optional.ofNullable(text);
        }

        /** @throws ProblemException where it cannot be read, or lies outside the years 0 to 9999 */
        static Optional<Instant> instant(String name, String text) {
            Optional<Instant> read = parsed(name, text, Instant::parse);
            Problem.BAD_PARAMETER.when(
                    read.filter(at -> at.isBefore(FIRST) || !at.isBefore(END)).isPresent(),
                    name + " lies in the years 0 to 9999: '" + text + "'.");
            return read;
        }

        /** A number that has to be there. */
        static double given(String name, String text) {
            return parsed(name, text, Double::valueOf)
                    .orElseThrow(() -> Problem.BAD_PARAMETER.with(name + " is missing."));
        }

        /** @throws ProblemException naming the parameter that cannot be read */
        static <T> Optional<T> parsed(String name, String text, Function<String, T> parse) {
            try {
                return Optional.ofNullable(text).map(parse);
            } catch (NumberFormatException | DateTimeParseException unfit) {
                throw Problem.BAD_PARAMETER.with(name + " cannot be read: '" + text + "'.");
            }
        }
    }

    /** What thresholds would have made of the cases. */
    record BacktestDocument(double flag, double review, List<CasePages.Count> counts) {}

    /** How scores and what people decided go together. */
    record CalibrationDocument(List<CasePages.Bin> bins) {}
}
