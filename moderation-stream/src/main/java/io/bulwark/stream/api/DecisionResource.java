package io.bulwark.stream.api;

import com.fasterxml.jackson.core.type.TypeReference;
import io.bulwark.events.ModerationDecision;
import io.bulwark.events.Verdict;
import io.bulwark.stream.access.Roles;
import io.bulwark.stream.database.Database;
import io.bulwark.stream.decision.Precedence;
import io.bulwark.stream.decision.StoredDecision.StoredVerdict;
import io.bulwark.stream.document.DecisionDocument;
import io.bulwark.stream.document.VerdictDocument;
import io.bulwark.stream.feed.FeedCursor;
import io.bulwark.stream.feed.FeedEvent.FeedFilter;
import io.bulwark.stream.feed.VerdictFeed;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.problem.Problem.ProblemException;
import io.bulwark.stream.query.Answer;
import io.bulwark.stream.query.Answer.Freshness;
import io.bulwark.stream.query.Answer.Page;
import io.bulwark.stream.query.Peers.Question;
import io.bulwark.stream.query.StateQueries.DecisionFilter;
import io.bulwark.stream.review.CasePages;
import io.bulwark.stream.state.Restriction;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.logging.Logger;

/** The last word on images, and verdicts: the one in force for an image, and the latest that came. */
@Path("/api/v1")
@Tag(name = "decisions")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Roles.VIEWER)
public class DecisionResource {

    private static final Logger LOG = Logger.getLogger(DecisionResource.class);

    private final Questions questions;
    private final VerdictFeed feed;
    private final Asker asker;
    private final Database database;
    private final CasePages pages;
    private final Restriction restriction;

    DecisionResource(
            Questions questions,
            VerdictFeed feed,
            Asker asker,
            Database database,
            CasePages pages,
            Restriction restriction) {
        this.questions = questions;
        this.feed = feed;
        this.asker = asker;
        this.database = database;
        this.pages = pages;
        this.restriction = restriction;
    }

    /** What holds for an image, wherever it lies. */
    @GET
    @Path("/decisions/{imageId}")
    @Operation(operationId = "decision", summary = "What holds for an image")
    @APIResponseSchema(DecisionDocument.class)
    public Response decision(@PathParam("imageId") String imageId) {
        return questions.answer(
                Question.of("decisions", imageId),
                asker,
                freshness -> questions
                        .state()
                        .decision(asker.oneTenant(), imageId, freshness)
                        .map(holds -> document(asker.oneTenant(), imageId, holds, freshness)),
                Problem.NO_DECISION::response);
    }

    /** With what it was decided by, as far as that is known here. */
    private DecisionDocument document(String tenant, String imageId, ModerationDecision holds, Freshness freshness) {
        if (restriction.covers(tenant, holds.getContentSha256())) {
            return DecisionDocument.of(Restriction.neutral(holds)); // before its case's order has arrived
        }
        if (!Precedence.isPerson(holds.getDecidedBy())) {
            String policy = questions
                    .state()
                    .evidence(tenant, imageId, freshness)
                    .found()
                    .filter(seen -> seen.coordinates().equals(holds.getVerdict()))
                    .map(seen -> seen.verdict().getPolicyVersion())
                    .orElse(null);
            return DecisionDocument.of(holds, policy, null);
        }
        CasePages.Versions versions =
                database.isConfigured() && database.fault().isEmpty()
                        ? versions(tenant, imageId, holds.getSince())
                        : CasePages.Versions.UNKNOWN;
        return DecisionDocument.of(holds, versions.policyVersion(), versions.wordsVersion());
    }

    /** A decision is answered without a database, too. */
    private CasePages.Versions versions(String tenant, String imageId, Instant since) {
        try {
            return pages.versions(tenant, imageId, since);
        } catch (ProblemException unavailable) {
            LOG.debugf("What %s was decided by is not known: %s", imageId, unavailable.getMessage());
            return CasePages.Versions.UNKNOWN;
        }
    }

    /** The decisions of the tenant, in the order of their image ids, page by page. */
    @GET
    @Path("/decisions")
    @Operation(
            operationId = "decisions",
            summary = "Decisions, in the order of their image ids; a Link header leads to the next page")
    @APIResponseSchema(DecisionDocument[].class)
    public Response decisions(
            @QueryParam("limit") @DefaultValue(ListParameters.DEFAULT_LIMIT) String limit,
            @QueryParam("after") @DefaultValue("") String after,
            @QueryParam("decision") List<String> decision,
            @QueryParam("label") List<String> label,
            @Context UriInfo uri) {
        int most = ListParameters.limit(limit);
        String tenant = asker.oneTenant();
        var filter = new DecisionFilter(ListParameters.decisions(decision), Set.copyOf(label));
        List<Page<DecisionDocument>> parts = questions.parts(
                Question.list("decisions", query(most, after, filter)),
                asker,
                () -> questions
                        .state()
                        .decisionsHere(tenant, after, filter, most)
                        .map(here -> here.map(DecisionDocument::of)),
                new TypeReference<List<DecisionDocument>>() {});
        Page<DecisionDocument> page = Page.of(parts, DecisionDocument::imageId, most);
        Response.ResponseBuilder answer = Response.ok(page.values(), MediaType.APPLICATION_JSON_TYPE);
        if (!asker.isFirstHand()) {
            page.reached().ifPresent(id -> answer.header(Questions.REACHED, Question.encoded(id)));
            return answer.build();
        }
        return ListParameters.linked(answer, uri, "after", page.reached());
    }

    private static String query(int limit, String after, DecisionFilter filter) {
        var query = new StringBuilder("limit=" + limit + "&after=" + Question.encoded(after));
        filter.decisions().forEach(name -> query.append("&decision=").append(name));
        filter.labels().forEach(name -> query.append("&label=").append(Question.encoded(name)));
        return query.toString();
    }

    /** The verdict in force for an image, wherever it lies. */
    @GET
    @Path("/verdicts/{imageId}")
    @Tag(name = "verdicts")
    @Operation(operationId = "verdict", summary = "The verdict in force for an image, with its evidence")
    @APIResponseSchema(VerdictDocument.class)
    public Response verdict(@PathParam("imageId") String imageId) {
        return questions.answer(
                Question.of("verdicts", imageId),
                asker,
                freshness -> verdict(asker.oneTenant(), imageId, freshness),
                Problem.NO_VERDICT::response);
    }

    /** The worker's verdict, with what holds in place of what it decided where a person decided since. */
    private Answer<VerdictDocument> verdict(String tenant, String imageId, Freshness freshness) {
        return questions
                .state()
                .evidence(tenant, imageId, freshness)
                .flatMap(seen -> restriction.covers(tenant, seen.verdict().getContentSha256())
                        ? new Answer.Absent<>()
                        : questions.state().decision(tenant, imageId, freshness).map(holds -> document(seen, holds)));
    }

    private static VerdictDocument document(StoredVerdict evidence, ModerationDecision holds) {
        Verdict.Builder verdict = Verdict.newBuilder(evidence.verdict());
        if (Precedence.isPerson(holds.getDecidedBy())) {
            verdict.setDecision(holds.getDecision())
                    .setReason(null)
                    .setReasonDetail(null)
                    .setDecidedBy(holds.getDecidedBy())
                    .setDecidedAt(holds.getSince());
        }
        return VerdictDocument.of(verdict.build(), evidence.verdict().getDecision(), evidence.coordinates());
    }

    /**
     * The verdicts that came last, newest first, of all partitions; at most {@code bulwark.stream.feed.history}.
     * Where there are more, a {@code Link} with {@code rel="next"} says where they are.
     */
    @GET
    @Path("/verdicts")
    @Tag(name = "verdicts")
    @Operation(
            operationId = "recentVerdicts",
            summary = "The verdicts that came last, newest first; a Link header leads to the next page")
    @APIResponseSchema(VerdictDocument[].class)
    public Response recent(
            @QueryParam("limit") @DefaultValue(ListParameters.DEFAULT_LIMIT) String limit,
            @QueryParam("decision") List<String> decision,
            @QueryParam("before") String before,
            @Context UriInfo uri) {
        Optional<FeedCursor> place = FeedCursor.parse(before);
        Problem.BAD_PARAMETER.when(before != null && place.isEmpty(), "before must be a cursor that an answer gave.");
        var filter = new FeedFilter(asker.tenant(), ListParameters.decisions(decision), 1);
        VerdictFeed.Recent page = feed.recent(ListParameters.limit(limit), place, filter);
        return ListParameters.linked(
                Response.ok(page.verdicts(), MediaType.APPLICATION_JSON_TYPE),
                uri,
                "before",
                page.next().map(FeedCursor::toString));
    }
}
