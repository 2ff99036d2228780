package io.bulwark.stream.api;
import io.bulwark.stream.problem.Problem;

import io.bulwark.stream.access.Roles;
import io.bulwark.stream.api.ReviewDocuments.BacktestDocument;
import io.bulwark.stream.api.ReviewDocuments.CalibrationDocument;
import io.bulwark.stream.api.ReviewDocuments.CasePageDocument;
import io.bulwark.stream.review.Backtest;
import io.bulwark.stream.review.CasePages;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Pages of the casebook, newest first, and what is counted of it. */
@Path("/api/v1/cases")
@Tag(name = "cases")
@Blocking
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed({Roles.VIEWER, Roles.REVIEWER, Roles.SENIOR, Roles.CURATOR, Roles.ADMIN})
public class CaseResource {

    private final Asker asker;
    private final CasePages pages;
    private final Backtest backtest;

    CaseResource(Asker asker, CasePages pages, Backtest backtest) {
        this.asker = asker;
        this.pages = pages;
        this.backtest = backtest;
    }

    /** A page of the cases that meet all conditions. */
    @GET
    @Operation(
            operationId = "cases",
            summary = "The latest decision of every image, newest first",
            description = "`next` of a page is `after` of the following one; on the last page it is absent.")
    public CasePageDocument page(
            @BeanParam CaseQuestions questions,
            @QueryParam("after") @Parameter(description = "`next` of the page before") String after,
            @QueryParam("limit") @DefaultValue("50") @Parameter(description = "1 to 500 cases") String limit) {
        int size = CaseQuestions.parsed("limit", limit, Integer::valueOf).orElseThrow();
        return CasePageDocument.of(pages.page(asker.person(), questions.filter(), Optional.ofNullable(after), size));
    }

    /** What other thresholds would have made of the scores. */
    @GET
    @Path("/backtest")
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
        double from = given("flag", flag);
        double above = given("review", review);
        return new BacktestDocument(from, above, backtest.run(asker.person(), questions.filter(), from, above));
    }

    /** How scores and what people decided go together. */
    @GET
    @Path("/calibration")
    @RolesAllowed({Roles.SENIOR, Roles.CURATOR, Roles.ADMIN})
    @Operation(
            operationId = "calibration",
            summary = "How many of each range of scores people called NSFW",
            description =
                    "Ranges of 0.05; those without a case are left out. People see what a worker was not sure of and a"
                            + " sample of the rest, so `judged` is no even sample of `cases`.")
    public CalibrationDocument calibration(@BeanParam CaseQuestions questions) {
        return new CalibrationDocument(backtest.calibration(asker.person(), questions.filter()));
    }

    private static double given(String name, String text) {
        return CaseQuestions.parsed(name, text, Double::valueOf)
                .orElseThrow(() -> Problem.BAD_PARAMETER.with(name + " is missing."));
    }
}
