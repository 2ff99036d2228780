package io.bulwark.stream.api;

import io.bulwark.stream.access.Roles;
import io.bulwark.stream.policy.DrawnEffect;
import io.bulwark.stream.policy.DrawnEffect.PolicyTimes.Thresholds;
import io.bulwark.stream.policy.Policies;
import io.bulwark.stream.policy.PolicyRows.PolicyChange;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.promise.Promises;
import io.bulwark.stream.review.Person;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The policies of a tenant: what decides, what is proposed and what that would change. */
@Path("/api/v1/policies")
@Tag(name = "policies")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed({Roles.SENIOR, Roles.CURATOR, Roles.ADMIN})
public class PolicyResource {

    private final Asker asker;
    private final Policies policies;
    private final Promises promises;

    PolicyResource(Asker asker, Policies policies, Promises promises) {
        this.asker = asker;
        this.policies = policies;
        this.promises = promises;
    }

    /** How they stand. */
    @GET
    @Operation(
            operationId = "policies",
            summary =
                    "The policy in force, the proposal and what it would have decided of the verdicts since then, and history",
            description = "`revision` names this state in the requests that change it.")
    public Policies.Standing standing() {
        return policies.standing(asker.person().tenant());
    }

    /** What was done, by whom and when. */
    @GET
    @Path("/changes")
    @Operation(
            operationId = "policyChanges",
            summary = "The last 100 proposals, approvals and roll backs, newest first, with what they change")
    public List<PolicyChange> changes() {
        return policies.changes(asker.person().tenant());
    }

    /** What thresholds would change of the error rates of all traffic. */
    @GET
    @Path("/effect")
    @Operation(
            operationId = "policyEffect",
            summary = "Error rates of all traffic by the thresholds in force and by others, from answered draws",
            description =
                    "Each draw counts by one over its probability. An outcome that thresholds did not decide stays what it was on"
                            + " both sides. How many pictures would be decided otherwise is counted by `/api/v1/cases/backtest`.")
    public DrawnEffect.Effect effect(
            @QueryParam("flag") @Parameter(description = "NSFW from this score on, above 0 up to 1", required = true)
                    String flag,
            @QueryParam("safe") @Parameter(description = "SAFE up to this score, 0 to below flag", required = true)
                    String safe) {
        var wanted = new Thresholds(
                CaseResource.CaseQuestions.given("flag", flag), CaseResource.CaseQuestions.given("safe", safe));
        Problem.BAD_PARAMETER.when(
                !(wanted.flag() > 0 && wanted.flag() <= 1 && wanted.safe() >= 0 && wanted.safe() < wanted.flag()),
                "0 <= safe < flag <= 1 is allowed, found safe=" + safe + ", flag=" + flag + ".");
        String tenant = asker.person().tenant();
        return DrawnEffect.of(promises, tenant, policies.times(tenant), wanted);
    }

    /** Proposes a policy. */
    @POST
    @Path("/proposal")
    @Operation(
            operationId = "proposePolicy",
            summary = "Proposes other thresholds or rules of labels, in the place of an earlier proposal",
            description =
                    "Workers run it beside what is in force and say what it would have decided. What is left out stays as it is in force.")
    public Policies.Standing propose(Policies.Proposal proposal) {
        Problem.BAD_PARAMETER.when(proposal == null, "The body is a proposal.");
        Person person = asker.person();
        return policies.propose(person.tenant(), person.name(), proposal);
    }

    /** Takes a proposal back. */
    @POST
    @Path("/withdrawal")
    @Operation(operationId = "withdrawPolicy", summary = "Takes back what is proposed")
    public Policies.Standing withdraw(PolicyRequest request) {
        Problem.BAD_PARAMETER.when(request == null, "The body names the revision.");
        Person person = asker.person();
        return policies.withdraw(person.tenant(), person.name(), request.revision());
    }

    /** Puts a proposal in force. */
    @POST
    @Path("/approval")
    @Operation(
            operationId = "approvePolicy",
            summary = "Puts what is proposed in force; by another person than its author")
    public Policies.Standing approve(PolicyRequest request) {
        Problem.BAD_PARAMETER.when(request == null, "The body names the revision.");
        Person person = asker.person();
        return policies.approve(person.tenant(), person.name(), request.revision(), request.note());
    }

    /** Goes back. */
    @POST
    @Path("/rollback")
    @Operation(
            operationId = "rollBackPolicy",
            summary = "Puts an earlier policy in force again, at once; without a version the one before")
    public Policies.Standing rollBack(PolicyRequest request) {
        Problem.BAD_PARAMETER.when(request == null, "The body names the revision.");
        Person person = asker.person();
        return policies.rollBack(person.tenant(), person.name(), request.revision(), request.version(), request.note());
    }

    /**
     * A change of the policies.
     *
     * @param revision of the state that was looked at
     * @param version of an earlier policy, to roll back to
     * @param note why
     */
    public record PolicyRequest(Long revision, String version, String note) {}
}
