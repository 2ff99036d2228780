package io.bulwark.stream.api;
import io.bulwark.stream.problem.Problem;

import io.bulwark.stream.review.Person;
import io.bulwark.stream.access.Roles;
import io.bulwark.stream.review.CaseFilter;
import io.bulwark.stream.review.CasePages;
import io.bulwark.stream.review.CaseTable;
import io.bulwark.stream.review.Casebook;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The casebook as a table for spreadsheets, written page by page. */
@Path("/api/v1/cases.csv")
@Tag(name = "cases")
@Blocking
@RolesAllowed({Roles.VIEWER, Roles.REVIEWER, Roles.SENIOR, Roles.CURATOR, Roles.ADMIN})
public class CaseTableResource {

    private static final String CSV = "text/csv; charset=UTF-8";
    private static final int MOST = 100_000;

    private final Asker asker;
    private final CasePages pages;

    CaseTableResource(Asker asker, CasePages pages) {
        this.asker = asker;
        this.pages = pages;
    }

    /** The newest cases that meet all conditions. */
    @GET
    @Produces(CSV)
    @Operation(
            operationId = "casesCsv",
            summary = "The newest cases as CSV",
            description = "A text that a spreadsheet would take for a formula has an apostrophe in front. For more than"
                    + " `limit` cases ask again with `until` set to the last line's `decidedAt`.")
    @APIResponse(responseCode = "200", description = "A line of names, then a line a case")
    public Response table(
            @BeanParam CaseQuestions questions,
            @QueryParam("limit") @DefaultValue("10000") @Parameter(description = "1 to 100000 cases") String limit) {
        int most = CaseQuestions.parsed("limit", limit, Integer::valueOf).orElseThrow();
        if (most < 1 || most > MOST) {
            throw Problem.BAD_PARAMETER.with("limit is 1 to " + MOST + ", not " + most + ".");
        }
        Person person = asker.person();
        CaseFilter filter = questions.filter();
        CasePages.Page first = pages.page(person, filter, Optional.empty(), Math.min(most, CasePages.MOST));
        StreamingOutput table = output -> write(output, person, filter, first, most);
        return Response.ok(table, CSV)
                .header("Content-Disposition", "attachment; filename=\"cases.csv\"")
                .build();
    }

    private void write(OutputStream output, Person person, CaseFilter filter, CasePages.Page first, int most)
            throws IOException {
        Writer writer = new OutputStreamWriter(output, StandardCharsets.UTF_8);
        var table = new CaseTable(writer);
        int left = most;
        CasePages.Page page = first;
        while (true) {
            for (Casebook.Case found : page.cases()) {
                table.add(found);
            }
            left -= page.cases().size();
            if (left == 0 || page.next().isEmpty()) {
                break;
            }
            page = pages.page(person, filter, page.next(), Math.min(left, CasePages.MOST));
        }
        writer.flush();
    }
}
