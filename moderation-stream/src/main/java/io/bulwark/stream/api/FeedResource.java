package io.bulwark.stream.api;

import io.bulwark.stream.StreamConfig;
import io.bulwark.stream.feed.FeedCursor;
import io.bulwark.stream.feed.FeedEvent;
import io.bulwark.stream.feed.VerdictFeed;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.BackPressureFailure;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;

/**
 * The live feed as server-sent events: {@code opened}, perhaps {@code gap}, then {@code verdict} with a verdict document
 * each and {@code audit} with an audit document each, and a comment as heartbeat. Every event's id is a place to come back to with {@code Last-Event-ID}.
 */
@Path("/api/feed")
public class FeedResource {

    private final VerdictFeed feed;
    private final StreamConfig.Feed settings;

    FeedResource(VerdictFeed feed, StreamConfig config) {
        this.feed = feed;
        this.settings = config.stream().feed();
    }

    @GET
    @Produces(MediaType.SERVER_SENT_EVENTS)
    public Multi<OutboundSseEvent> watch(
            @HeaderParam(HttpHeaders.LAST_EVENT_ID_HEADER) String lastEventId, @Context Sse sse) {
        Multi<OutboundSseEvent> events = feed.watch(FeedCursor.parse(lastEventId))
                .orElseThrow(() -> new WebApplicationException(Problem.feedFull(settings.maxClients())))
                .map(event -> event(sse, event));
        Multi<OutboundSseEvent> heartbeats = Multi.createFrom()
                .ticks()
                .every(settings.heartbeat())
                .onOverflow()
                .drop()
                .map(tick -> sse.newEventBuilder().comment("heartbeat").build());
        return Multi.createBy()
                .merging()
                .streams(events, heartbeats)
                .onFailure(BackPressureFailure.class)
                .recoverWithCompletion();
    }

    private static OutboundSseEvent event(Sse sse, FeedEvent event) {
        if (event instanceof FeedEvent.Arrived arrived) {
            return event(sse, "verdict", event, arrived.json());
        }
        if (event instanceof FeedEvent.Audited audited) {
            return event(sse, "audit", event, audited.json());
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
