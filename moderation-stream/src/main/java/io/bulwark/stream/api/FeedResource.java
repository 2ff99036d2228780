package io.bulwark.stream.api;

import io.bulwark.stream.StreamConfig;
import io.bulwark.stream.access.Roles;
import io.bulwark.stream.feed.FeedCursor;
import io.bulwark.stream.feed.FeedCursor.FeedTopic;
import io.bulwark.stream.feed.FeedEvent;
import io.bulwark.stream.feed.FeedEvent.FeedFilter;
import io.bulwark.stream.feed.VerdictFeed;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.problem.Problem.ProblemException;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.BackPressureFailure;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Singleton;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/**
 * The live feed as server-sent events: {@code opened}, perhaps {@code gap}, then {@code verdict} with a verdict
 * document each and {@code audit} with an audit document each, or {@code decision} with a decision document each, and a
 * comment as heartbeat. Every event's id is a place to come back to with {@code Last-Event-ID}. A feed ends after an
 * hour, so that a client that comes back is asked who it is.
 */
@Path("/api/v1/feed")
@Tag(name = "feed")
@RolesAllowed(Roles.VIEWER)
@Singleton
public class FeedResource {

    private static final Duration LONGEST = Duration.ofHours(1);

    private final VerdictFeed feed;
    private final int feedsEach;
    private final Asker asker;
    private final Map<String, Integer> watching = new ConcurrentHashMap<>();

    FeedResource(VerdictFeed feed, StreamConfig config, Asker asker) {
        this.feed = feed;
        this.feedsEach = config.access().limits().feeds();
        this.asker = asker;
    }

    @GET
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @Operation(
            operationId = "feed",
            summary = "Verdicts and attack audits, or decisions, as they arrive, as server-sent events")
    public Multi<OutboundSseEvent> watch(
            @HeaderParam(HttpHeaders.LAST_EVENT_ID_HEADER) String lastEventId,
            @QueryParam("of") @DefaultValue("verdicts") String of,
            @QueryParam("decision") List<String> decision,
            @QueryParam("sample") @DefaultValue("1") String sample,
            @Context Sse sse) {
        var filter = new FeedFilter(topics(of), asker.tenant(), ListParameters.decisions(decision), share(sample));
        String name = asker.visitor().name();
        if (watching.merge(name, 1, Integer::sum) > feedsEach) {
            leave(name);
            throw Problem.TOO_MANY_FEEDS.with(
                    "You watch " + feedsEach + " feeds already, which is bulwark.access.limits.feeds.");
        }
        return seat(lastEventId, filter, name)
                .select()
                .first(LONGEST)
                .onTermination()
                .invoke(() -> leave(name))
                .map(event -> event(sse, event))
                .onFailure(BackPressureFailure.class)
                .recoverWithCompletion();
    }

    private Multi<FeedEvent> seat(String lastEventId, FeedFilter filter, String name) {
        try {
            return feed.watch(FeedCursor.parse(lastEventId), filter);
        } catch (ProblemException full) {
            leave(name);
            throw full;
        }
    }

    private void leave(String name) {
        watching.computeIfPresent(name, (same, count) -> count == 1 ? null : count - 1);
    }

    private static Set<FeedTopic> topics(String of) {
        return switch (of) {
            case "verdicts" -> FeedFilter.BY_WORKERS;
            case "decisions" -> Set.of(FeedTopic.DECISIONS);
            default -> throw Problem.BAD_PARAMETER.with("of must be verdicts or decisions.");
        };
    }

    private static double share(String text) {
        if (text.matches("0?\\.[0-9]{1,4}|1(\\.0{1,4})?") && Double.parseDouble(text) > 0) {
            return Double.parseDouble(text);
        }
        throw Problem.BAD_PARAMETER.with("sample must be a number above 0 and at most 1, with four decimals at most.");
    }

    private static OutboundSseEvent event(Sse sse, FeedEvent event) {
        if (event instanceof FeedEvent.Beat) {
            return sse.newEventBuilder()
                    .id(event.cursor().toString())
                    .comment("heartbeat")
                    .build();
        }
        if (event instanceof FeedEvent.Shown shown) {
            return event(sse, shown.item().topic().event(), event, shown.item().json());
        }
        return event(sse, event instanceof FeedEvent.Gap ? "gap" : "opened", event, "{}");
    }

    private static OutboundSseEvent event(Sse sse, String name, FeedEvent event, String data) {
        return sse.newEventBuilder()
                .id(event.cursor().toString())
                .name(name)
                .mediaType(MediaType.TEXT_PLAIN_TYPE)
                .data(String.class, data)
                .build();
    }
}
