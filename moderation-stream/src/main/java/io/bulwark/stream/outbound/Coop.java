package io.bulwark.stream.outbound;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.events.ImageReport;
import io.bulwark.events.ModerationDecision;
import io.bulwark.events.ReportKind;
import io.bulwark.schemas.serde.DecodedEvent;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.topic.Topics;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.KafkaException;

/**
 * Decisions that people should look at, and what users report, for <a href="https://github.com/roostorg/coop">Coop</a>: the
 * first as items, the second as reports.
 */
final class Coop implements Receiver {

    private final Place place;
    private final DecisionEvents events;
    private final EventDecoder<ImageReport> reports;
    private final ObjectMapper json;

    /**
     * Where Coop is and what it calls things.
     *
     * @param url without a path
     * @param apiKey goes into the header {@code X-API-KEY}
     * @param itemType Coop's id of the type that images are items of
     * @param userType Coop's id of the type that reporters are of; without it reports are not passed on
     * @param imageUrl where Coop fetches a picture, with {@code {tenant}} and {@code {imageId}}; without it no picture
     */
    record Place(
            URI url,
            CoopApiKey apiKey,
            String itemType,
            Optional<String> userType,
            Optional<String> imageUrl,
            Duration timeout) {

        @Override
        public String toString() {
            return "Coop at " + url;
        }
    }

    /**
     * @param events which decisions are items
     * @param reports reads {@code moderation.reports}
     * @param json writes instants as ISO 8601
     */
    Coop(Place place, DecisionEvents events, EventDecoder<ImageReport> reports, ObjectMapper json) {
        this.place = place;
        this.events = events;
        this.reports = reports;
        this.json = json;
    }

    @Override
    public Set<Topics> topics() {
        return place.userType().isPresent() ? Set.of(Topics.DECISIONS, Topics.REPORTS) : Set.of(Topics.DECISIONS);
    }

    @Override
    public Optional<Message> message(Event event) {
        if (Topics.REPORTS.isNamed(event.topic())) {
            return place.userType().flatMap(type -> report(event, type));
        }
        return events.said(event) instanceof DecisionEvents.Said.Decided decided
                ? item(event, decided.decision())
                : Optional.empty();
    }

    /** Of what could not be fetched there is nothing to look at. */
    private Optional<Message> item(Event event, ModerationDecision decision) {
        return Optional.ofNullable(decision.getContentSha256()).map(sha256 -> {
            var data = data(decision.getTenant(), decision.getImageId());
            data.put("uploaderId", decision.getUploaderId());
            data.put("decision", decision.getDecision().name());
            data.put(
                    "reason",
                    decision.getReason() == null ? null : decision.getReason().name());
            data.put("labels", decision.getLabels());
            data.put("score", decision.getScore());
            data.put("since", decision.getSince());
            data.put("eventId", event.id());
            var item = new Item(
                    new CoopItemId(decision.getTenant(), sha256, decision.getImageId()).toString(),
                    place.itemType(),
                    data);
            return message(event, "/api/v1/items/async/", new Items(List.of(item)));
        });
    }

    /**
     * Appeals are answered in the tool where the decision was made. A report that does not say of which content it is stays
     * here: what is decided on it in Coop could be decided on other content.
     */
    private Optional<Message> report(Event event, String userType) {
        DecodedEvent<ImageReport> decoded = reports.decodeWaiting(event.topic(), event.value());
        if (decoded instanceof DecodedEvent.Undecodable<ImageReport> undecodable) {
            if (undecodable.reason().retriable()) {
                throw new KafkaException(undecodable.detail());
            }
            throw new UnreadableEventException(undecodable.reason().name(), undecodable.detail());
        }
        ImageReport report = ((DecodedEvent.Event<ImageReport>) decoded).value();
        if (report.getKind() != ReportKind.REPORT
                || report.getContentSha256() == null
                || !events.isOfTenant(report.getTenant())) {
            return Optional.empty();
        }
        var item = new Item(
                new CoopItemId(report.getTenant(), report.getContentSha256(), report.getImageId()).toString(),
                place.itemType(),
                data(report.getTenant(), report.getImageId()));
        return Optional.of(message(
                event,
                "/api/v1/report",
                new Report(
                        new Reporter("user", userType, report.getReporter()),
                        report.getAt(),
                        new Reason(report.getWords()),
                        item)));
    }

    private Map<String, Object> data(String tenant, String imageId) {
        var data = new LinkedHashMap<String, Object>();
        data.put("tenant", tenant);
        data.put("imageId", imageId);
        List<String> images = new ArrayList<>();
        place.imageUrl()
                .map(template -> template.replace("{tenant}", encoded(tenant)).replace("{imageId}", encoded(imageId)))
                .ifPresent(images::add);
        data.put("images", images);
        return data;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private Message message(Event event, String path, Object body) {
        try {
            return new Message(event.id(), path, json.writeValueAsBytes(body));
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("A document of plain records has no JSON", impossible);
        }
    }

    @Override
    public HttpRequest request(Message message, Instant now) {
        return HttpRequest.newBuilder(URI.create(place.url() + message.path()))
                .timeout(place.timeout())
                .header("Content-Type", "application/json")
                .header("X-API-KEY", place.apiKey().header())
                .POST(HttpRequest.BodyPublishers.ofByteArray(message.body()))
                .build();
    }

    @Override
    public void close() {
        events.decoder().close();
        reports.close();
    }

    private record Items(List<Item> items) {}

    private record Item(String id, String typeId, Map<String, Object> data) {}

    private record Report(Reporter reporter, Instant reportedAt, Reason reportedForReason, Item reportedItem) {}

    private record Reporter(String kind, String typeId, String id) {}

    private record Reason(String reason) {}
}
