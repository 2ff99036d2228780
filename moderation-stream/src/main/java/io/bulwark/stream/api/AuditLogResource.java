package io.bulwark.stream.api;

import io.bulwark.stream.access.Roles;
import io.bulwark.stream.auditlog.AuditLog;
import io.bulwark.stream.database.Database;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.review.Person;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import java.util.List;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The tenant's audit log, a JSON object a line, as {@code bulwark audit-log verify} reads it. */
@Path("/api/v1/audit-log")
@Tag(name = "audit-log")
@Produces("application/x-ndjson")
@RolesAllowed(Roles.ADMIN)
public class AuditLogResource {

    private static final int MOST = 10_000;

    private final Asker asker;
    private final Database database;

    AuditLogResource(Asker asker, Database database) {
        this.asker = asker;
        this.database = database;
    }

    /** Rows after a position. Fewer than {@code limit} means: that was all. */
    @GET
    @Operation(
            operationId = "auditLog",
            summary = "Rows of the audit log after a position",
            description = "Fewer than `limit` means: that was all.")
    @APIResponse(responseCode = "200", description = "A JSON object a line, as `bulwark audit-log verify` reads it")
    public String rows(
            @QueryParam("after") @DefaultValue("0") @Parameter(description = "The last row that is known") long after,
            @QueryParam("limit") @DefaultValue("1000") @Parameter(description = "1 to 10000 rows") int limit) {
        Problem.BAD_PARAMETER.when(limit < 1 || limit > MOST, "limit is 1 to " + MOST + ", not " + limit + ".");
        Person person = asker.person();
        return lines(database.list(person.tenant(), handle -> AuditLog.after(handle, person.tenant(), after, limit)));
    }

    /** The end of the log, to be kept elsewhere. */
    @GET
    @Path("/anchor")
    @Operation(operationId = "auditLogEnd", summary = "The end of the audit log, to be kept elsewhere")
    @APIResponse(responseCode = "200", description = "A JSON object a line")
    public String anchor() {
        return lines(database.inTenant(asker.person().tenant(), AuditLog::ends));
    }

    /** The signed checkpoints of the log, after which it may begin. */
    @GET
    @Path("/checkpoints")
    @Operation(
            operationId = "auditLogCheckpoints",
            summary = "What the log was where months of it were dropped, signed")
    @APIResponse(responseCode = "200", description = "A JSON object a line, as `bulwark audit-log verify` reads it")
    public String checkpoints() {
        return lines(database.inTenant(asker.person().tenant(), AuditLog::checkpoints));
    }

    private static String lines(List<?> entries) {
        return entries.stream().map(AuditLog::line).collect(Collectors.joining());
    }
}
