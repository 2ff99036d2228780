package io.bulwark.stream.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.bulwark.events.AttackCampaign;
import io.bulwark.events.AttackKind;
import io.bulwark.events.CampaignState;
import io.bulwark.stream.StreamConfig;
import io.bulwark.stream.access.Roles;
import io.bulwark.stream.document.RecordDocuments;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.query.Peers.Question;
import io.bulwark.stream.review.CampaignRulings;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Campaigns: attack audits that belong together. */
@Path("/api/v1/campaigns")
@Tag(name = "campaigns")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Roles.VIEWER)
public class CampaignResource {

    private final Questions questions;
    private final Asker asker;
    private final CampaignRulings rulings;
    private final boolean enabled;

    CampaignResource(Questions questions, Asker asker, CampaignRulings rulings, StreamConfig config) {
        this.questions = questions;
        this.asker = asker;
        this.rulings = rulings;
        this.enabled = config.stream().campaigns().enabled();
    }

    /**
     * What a person says of a campaign.
     *
     * @param seen ids of the images that they were shown, at most 100; without it, the images that are listed when the
     *     ruling arrives
     */
    public record RulingRequest(String ruling, String note, List<String> seen) {}

    /** The campaigns of the tenant, newest first, page by page. */
    @GET
    @Operation(operationId = "campaigns", summary = "Campaigns, newest first; `next` is the cursor of the next page")
    @APIResponseSchema(CampaignDocument.CampaignsDocument.class)
    public Response campaigns(
            @QueryParam("state") List<String> states,
            @QueryParam("kind") List<String> kinds,
            @QueryParam("limit") @DefaultValue(ListParameters.DEFAULT_LIMIT) String limit,
            @QueryParam("cursor") @DefaultValue("") String cursor) {
        int most = ListParameters.limit(limit);
        Set<CampaignState> wanted = parse("state", states, CampaignState.class);
        Set<AttackKind> of = parse("kind", kinds, AttackKind.class);
        requireEnabled();
        var query = new StringBuilder("limit=" + most + "&cursor=" + Question.encoded(cursor));
        wanted.forEach(each -> query.append("&state=").append(each));
        of.forEach(each -> query.append("&kind=").append(each));
        return questions.answer(
                Question.list("campaigns", query.toString()),
                asker,
                freshness -> questions
                        .state()
                        .campaigns(asker.oneTenant(), freshness)
                        .map(all -> CampaignDocument.CampaignsDocument.of(all, wanted, of, most, cursor)),
                () -> Response.ok(
                                new CampaignDocument.CampaignsDocument(List.of(), null),
                                MediaType.APPLICATION_JSON_TYPE)
                        .build());
    }

    /** One campaign with its members. */
    @GET
    @Path("/{campaignId}")
    @Operation(operationId = "campaign", summary = "A campaign with its oldest members")
    @APIResponseSchema(CampaignDocument.class)
    public Response campaign(@PathParam("campaignId") String campaignId) {
        requireEnabled();
        return questions.answer(
                Question.of("campaigns", campaignId),
                asker,
                freshness -> questions
                        .state()
                        .campaign(asker.oneTenant(), campaignId, freshness)
                        .map(CampaignDocument::whole),
                Problem.NO_CAMPAIGN::response);
    }

    /** Confirms or dismisses a campaign, in the name of who asks. */
    @POST
    @Path("/{campaignId}/ruling")
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed(Roles.SENIOR)
    @Operation(
            operationId = "ruleOnCampaign",
            summary = "Confirms or dismisses a campaign",
            description =
                    "`CONFIRM` makes those of its members' images NSFW that are in `seen`, or all that are listed without it, unless a person decided about them already. `DISMISS` leaves it dismissed while it goes on.")
    @APIResponse(responseCode = "202", description = "The ruling was taken; the campaign shows it in a moment")
    public Response rule(@PathParam("campaignId") String campaignId, RulingRequest request) {
        requireEnabled();
        Response found = known(campaignId);
        if (found.getStatus() != Response.Status.OK.getStatusCode()) {
            return found;
        }
        rulings.rule(
                asker.person(),
                campaignId,
                request == null ? null : request.ruling(),
                request == null ? null : request.note(),
                request == null ? null : request.seen());
        return Response.accepted().build();
    }

    /** The campaign itself where it is known, wherever it lies. */
    private Response known(String campaignId) {
        return questions.answer(
                Question.of("campaigns", campaignId),
                asker,
                freshness -> questions.state().campaign(asker.oneTenant(), campaignId, freshness),
                Problem.NO_CAMPAIGN::response);
    }

    private void requireEnabled() {
        if (!enabled) {
            throw Problem.CAMPAIGNS_OFF.exception();
        }
    }

    private static <E extends Enum<E>> Set<E> parse(String name, List<String> given, Class<E> type) {
        try {
            return given.stream()
                    .flatMap(names -> Arrays.stream(names.split(",")))
                    .filter(text -> !text.isBlank())
                    .map(text -> Enum.valueOf(type, text.strip().toUpperCase(Locale.ROOT)))
                    .collect(Collectors.toSet());
        } catch (IllegalArgumentException unknown) {
            throw Problem.BAD_PARAMETER.with(
                    name + " must be one of " + Arrays.toString(type.getEnumConstants()) + ".");
        }
    }

    /**
     * A campaign: attack audits that belong together.
     *
     * @param kind that of most of its audits
     * @param state OPEN, CLOSED, CONFIRMED or DISMISSED
     * @param severity LOW, MEDIUM or HIGH
     * @param openedAt when its first audit was made
     * @param lastSeenAt when its last one was
     * @param events audits of different files of accounts that came back
     * @param images of accounts that came back, unlisted ones included
     * @param uploaders accounts that came back, up to 1,000
     * @param lowestScore of the true scores, in [0, 1]; null where none is known
     * @param mergedFrom ids of campaigns that became part of this one
     * @param ruledBy who confirmed or dismissed it; null before
     * @param members images, oldest first, at most 100; only of a campaign that is asked for by its id
     * @param membersBeyond images that are not listed; only with members
     * @param uploadersBeyond uploaders of whom no image is listed; only with members
     */
    @Schema(name = "CampaignDocument")
    public record CampaignDocument(
            String campaignId,
            String tenant,
            String kind,
            String state,
            String severity,
            AnchorDocument anchor,
            Instant openedAt,
            Instant lastSeenAt,
            long events,
            long images,
            long uploaders,
            Double lowestScore,
            Double highestScore,
            List<String> mergedFrom,
            String ruledBy,
            Instant ruledAt,
            String note,
            @JsonInclude(JsonInclude.Include.NON_NULL) List<MemberDocument> members,
            @JsonInclude(JsonInclude.Include.NON_NULL) Long membersBeyond,
            @JsonInclude(JsonInclude.Include.NON_NULL) Long uploadersBeyond) {

        /**
         * What its audits have in common.
         *
         * @param type FLAGGED_ENTRY or PERCEPTUAL_BAND
         * @param id of the entry, or the salted digest of the band
         */
        public record AnchorDocument(String type, String id) {}

        /**
         * An image of it.
         *
         * @param score the verdict's true one, in [0, 1]; null where it is not known
         * @param decision the verdict's, or what a person decided since
         * @param angle to the flagged entry in radians; null where there is none
         */
        public record MemberDocument(
                String imageId,
                String uploaderId,
                Instant at,
                Double score,
                String decision,
                String kind,
                Double angle) {}

        /** Without its members, as a list has it. */
        public static CampaignDocument summary(AttackCampaign campaign) {
            return of(campaign, "members", null, "membersBeyond", null, "uploadersBeyond", null);
        }

        /** With its members. */
        public static CampaignDocument whole(AttackCampaign campaign) {
            return of(
                    campaign,
                    "members",
                    campaign.getAttempts().stream()
                            .map(attempt -> RecordDocuments.of(MemberDocument.class, attempt))
                            .toList());
        }

        private static CampaignDocument of(AttackCampaign campaign, Object... members) {
            return RecordDocuments.of(
                    CampaignDocument.class,
                    campaign,
                    Stream.concat(
                                    Stream.of(
                                            "openedAt",
                                            campaign.getWindowStart(),
                                            "lastSeenAt",
                                            campaign.getWindowEnd(),
                                            "uploaders",
                                            campaign.getUploaderCount()),
                                    Arrays.stream(members))
                            .toArray());
        }

        /**
         * A page of campaigns, newest first.
         *
         * @param next what {@code cursor} must be for the next page; null where this is the last
         */
        @Schema(name = "CampaignsDocument")
        public record CampaignsDocument(List<CampaignDocument> campaigns, String next) {

            private static final Comparator<String> NEWEST = Comparator.reverseOrder();

            /**
             * The page that follows a cursor.
             *
             * @param all campaigns, in any order
             * @param states empty for all
             * @param kinds empty for all
             * @param cursor empty from the newest on
             */
            public static CampaignsDocument of(
                    List<AttackCampaign> all,
                    Set<CampaignState> states,
                    Set<AttackKind> kinds,
                    int limit,
                    String cursor) {
                List<AttackCampaign> found = all.stream()
                        .filter(campaign -> states.isEmpty() || states.contains(campaign.getState()))
                        .filter(campaign -> kinds.isEmpty() || kinds.contains(campaign.getKind()))
                        .filter(campaign -> cursor.isEmpty() || cursor(campaign).compareTo(cursor) < 0)
                        .sorted(Comparator.comparing(CampaignsDocument::cursor, NEWEST))
                        .limit(limit + 1L)
                        .toList();
                boolean more = found.size() > limit;
                List<AttackCampaign> page = more ? found.subList(0, limit) : found;
                return new CampaignsDocument(
                        page.stream().map(CampaignDocument::summary).toList(),
                        more ? cursor(page.get(limit - 1)) : null);
            }

            private static String cursor(AttackCampaign campaign) {
                return String.format(
                        "%016x-%s", Math.max(0, campaign.getWindowStart().toEpochMilli()), campaign.getCampaignId());
            }
        }
    }
}
