package io.bulwark.stream.api;

import io.bulwark.stream.access.Roles;
import io.bulwark.stream.account.AccountActions;
import io.bulwark.stream.account.AccountAppeals;
import io.bulwark.stream.account.AccountPages;
import io.bulwark.stream.account.AccountPolicy;
import io.bulwark.stream.account.AccountPolicy.AccountPolicies;
import io.bulwark.stream.account.UploadsAgain;
import io.bulwark.stream.problem.Problem;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What uploaders' strikes lead to: the tenant's policy, actions on accounts and appeals against them. */
@Path("/api/v1")
@Tag(name = "accounts")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed({Roles.REVIEWER, Roles.SENIOR, Roles.ADMIN})
public class AccountResource {

    private final Asker asker;
    private final AccountPolicies policies;
    private final AccountActions actions;
    private final AccountAppeals appeals;
    private final AccountPages pages;
    private final UploadsAgain again;

    AccountResource(
            Asker asker,
            AccountPolicies policies,
            AccountActions actions,
            AccountAppeals appeals,
            AccountPages pages,
            UploadsAgain again) {
        this.asker = asker;
        this.policies = policies;
        this.actions = actions;
        this.appeals = appeals;
        this.pages = pages;
        this.again = again;
    }

    /** The policy that holds. */
    @GET
    @Path("/accounts/policy")
    @Operation(operationId = "accountPolicy", summary = "What strikes weigh and lead to; version 0 is none")
    public AccountPolicy policy() {
        return policies.latest(asker.person());
    }

    /** Its versions. */
    @GET
    @Path("/accounts/policy/versions")
    @Operation(
            operationId = "accountPolicyVersions",
            summary = "The last 100 versions of the account policy, latest first")
    public List<AccountPolicy> versions() {
        return policies.versions(asker.person());
    }

    /** Makes the next version. */
    @PUT
    @Path("/accounts/policy")
    @RolesAllowed({Roles.SENIOR, Roles.ADMIN})
    @Operation(
            operationId = "changeAccountPolicy",
            summary = "Makes the next version of the account policy",
            description = "`version` is the one that it was made from. What was decided before the first version is no"
                    + " strike. It becomes a row of the audit log.")
    @APIResponse(responseCode = "409", description = "account-policy-changed: another version was made meanwhile")
    public AccountPolicy change(AccountPolicy given) {
        return policies.change(asker.person(), ReviewResource.body(given));
    }

    /** An account. */
    @GET
    @Path("/uploaders/{uploaderId}/account")
    @Operation(
            operationId = "account",
            summary = "An account's strikes, scores, actions, appeals and equal files",
            description = "At most 100 of each, newest first.")
    public AccountPages.Account account(@PathParam("uploaderId") String uploaderId) {
        return pages.of(asker.person(), uploaderId);
    }

    /** Takes an action. */
    @POST
    @Path("/uploaders/{uploaderId}/actions")
    @RolesAllowed({Roles.SENIOR, Roles.ADMIN})
    @Operation(
            operationId = "takeAction",
            summary = "Takes an action on an account",
            description = "It goes to moderation.uploader-actions, and holds until it is lifted or ends.")
    public ActionDocument take(@PathParam("uploaderId") String uploaderId, ActionRequest request) {
        ActionRequest given = ReviewResource.body(request);
        return new ActionDocument(
                actions.take(asker.person(), uploaderId, given.action(), given.reason(), given.durationSeconds()));
    }

    /** Sends uploads to review again. */
    @POST
    @Path("/uploaders/{uploaderId}/reviews")
    @RolesAllowed({Roles.SENIOR, Roles.ADMIN})
    @Operation(
            operationId = "reviewUploads",
            summary = "Sends the latest uploads that a worker called SAFE to people, at most 100",
            description = "What a person decided stays decided. `alike` of a decision then names equal files.")
    public WaitingDocument review(@PathParam("uploaderId") String uploaderId, ReviewsRequest request) {
        Integer most = ReviewResource.body(request).most();
        return new WaitingDocument(again.review(asker.person(), uploaderId, most == null ? UploadsAgain.MOST : most));
    }

    /** Lifts an action. */
    @POST
    @Path("/accounts/actions/{actionId}/lift")
    @RolesAllowed({Roles.SENIOR, Roles.ADMIN})
    @Operation(operationId = "liftAction", summary = "Lifts an action that stands")
    public void lift(@PathParam("actionId") UUID actionId, WhyRequest request) {
        actions.lift(asker.person(), actionId, ReviewResource.body(request).reason());
    }

    /** Takes in an appeal. */
    @POST
    @Path("/accounts/actions/{actionId}/appeal")
    @Operation(
            operationId = "appealAction",
            summary = "Takes in an appeal against an action; the same again is once",
            description = "A senior who had no part in the action answers it. Who had a part cannot take it in.")
    @APIResponse(responseCode = "204", description = "It waits for a senior")
    @APIResponse(
            responseCode = "409",
            description = "already-decided: the action does not hold, or an appeal was answered or has other words")
    public void appeal(@PathParam("actionId") UUID actionId, AppealRequest request) {
        appeals.take(asker.person(), actionId, ReviewResource.body(request).words());
    }

    /** Answers an appeal. */
    @POST
    @Path("/accounts/actions/{actionId}/appeal/answer")
    @RolesAllowed({Roles.SENIOR, Roles.ADMIN})
    @Operation(
            operationId = "answerAppeal",
            summary = "Lifts an action on appeal or keeps it; that is final",
            description = "A person who took the action or decided what it rests on cannot answer.")
    public void answer(@PathParam("actionId") UUID actionId, AnswerAppealRequest request) {
        Problem.BAD_PARAMETER.when(
                ReviewResource.body(request).lifted() == null,
                "The request needs {\"lifted\":true} or false, and a reason.");
        appeals.answer(asker.person(), actionId, request.lifted(), request.reason());
    }

    /** The appeals that wait. */
    @GET
    @Path("/accounts/appeals")
    @RolesAllowed({Roles.SENIOR, Roles.ADMIN})
    @Operation(operationId = "accountAppeals", summary = "The oldest appeals against actions that wait, at most 100")
    public List<AccountAppeals.Waiting> appeals() {
        return appeals.waiting(asker.person());
    }

    /** An action of a person; without a duration it holds until it is lifted. */
    record ActionRequest(AccountPolicy.Action action, String reason, Long durationSeconds) {}

    /** The action that was taken. */
    record ActionDocument(UUID actionId) {}

    /** How many uploads go to people; without a number 100. */
    record ReviewsRequest(Integer most) {}

    /** How many of them wait now. */
    record WaitingDocument(int waiting) {}

    /** Why. */
    record WhyRequest(String reason) {}

    /** What the account's owner says. */
    record AppealRequest(String words) {}

    /** What a senior says of an appeal. */
    record AnswerAppealRequest(Boolean lifted, String reason) {}
}
