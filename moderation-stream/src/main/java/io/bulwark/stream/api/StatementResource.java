package io.bulwark.stream.api;

import io.bulwark.stream.access.Roles;
import io.bulwark.stream.review.Person;
import io.bulwark.stream.review.Statements;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Statements of reasons, a page at a time or as a table. */
@Path("/api/v1")
@Tag(name = "duties")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed({Roles.SENIOR, Roles.ADMIN})
public class StatementResource {

    private final Asker asker;
    private final Statements statements;

    StatementResource(Asker asker, Statements statements) {
        this.asker = asker;
        this.statements = statements;
    }

    /** A page of statements. */
    @GET
    @Path("/statements")
    @Operation(
            operationId = "statements",
            summary = "The reasons of each decision NSFW, oldest first",
            description = "`next` of a page is `after` of the following one; on the last page it is absent.")
    public Statements.Page statements(
            @QueryParam("from") @Parameter(description = "Decided then or later, ISO 8601 in UTC") String from,
            @QueryParam("until") @Parameter(description = "Decided before then, ISO 8601 in UTC") String until,
            @QueryParam("after") @Parameter(description = "`next` of the page before") String after,
            @QueryParam("limit") @DefaultValue("50") @Parameter(description = "1 to 500 statements") String limit) {
        int size = CaseResource.CaseQuestions.parsed("limit", limit, Integer::valueOf)
                .orElseThrow();
        return statements.page(
                asker.person(),
                CaseResource.CaseQuestions.instant("from", from),
                CaseResource.CaseQuestions.instant("until", until),
                Optional.ofNullable(after),
                size);
    }

    /** Statements as a table. */
    @GET
    @Path("/statements.csv")
    @Produces(ListParameters.CSV)
    @Operation(
            operationId = "statementsCsv",
            summary = "The reasons of each decision NSFW as CSV, oldest first",
            description = "For more than `limit` ask again with `from` set to the last line's `decidedAt`.")
    @APIResponse(responseCode = "200", description = "A line of names, then a line a statement")
    public Response table(
            @QueryParam("from") @Parameter(description = "Decided then or later, ISO 8601 in UTC") String from,
            @QueryParam("until") @Parameter(description = "Decided before then, ISO 8601 in UTC") String until,
            @QueryParam("limit") @DefaultValue("10000") @Parameter(description = "1 to 100000 statements")
                    String limit) {
        int most = ListParameters.rows(limit);
        Person person = asker.person();
        Optional<Instant> begin = CaseResource.CaseQuestions.instant("from", from);
        Optional<Instant> end = CaseResource.CaseQuestions.instant("until", until);
        return ListParameters.csv(
                "statements.csv", most, to -> new Statements.StatementTable(to)::add, (after, left) -> {
                    Statements.Page page = statements.page(person, begin, end, after, Math.min(left, Statements.MOST));
                    return new ListParameters.Rows<>(page.statements(), page.next());
                });
    }
}
