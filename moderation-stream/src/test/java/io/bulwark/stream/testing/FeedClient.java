package io.bulwark.stream.testing;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Scanner;
import java.util.concurrent.CopyOnWriteArrayList;

/** A plain reader of the live feed, which keeps what it receives. */
public final class FeedClient implements AutoCloseable {

    /** One server-sent event; a comment has the name ":". */
    public record Event(String name, String id, String data) {}

    private final List<Event> events = new CopyOnWriteArrayList<>();
    private final InputStream body;
    private final HttpResponse<InputStream> response;

    private FeedClient(HttpResponse<InputStream> response) {
        this.response = response;
        this.body = response.body();
        var reader = new Thread(this::read, "feed-client");
        reader.setDaemon(true);
        reader.start();
    }

    /** @param lastEventId where to go on; null for a new client */
    public static FeedClient open(StreamProcess app, String lastEventId) {
        HttpRequest.Builder request = HttpRequest.newBuilder(app.uri("/api/feed"));
        if (lastEventId != null) {
            request.header("Last-Event-ID", lastEventId);
        }
        try {
            return new FeedClient(
                    HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofInputStream()));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    public int status() {
        return response.statusCode();
    }

    public void awaitVerdicts(int count) {
        await("verdicts in the feed")
                .atMost(Duration.ofSeconds(30))
                .until(() -> imageIds().size() >= count);
    }

    public void awaitEvent(String name) {
        await(name + " in the feed").atMost(Duration.ofSeconds(30)).until(() -> names().contains(name));
    }

    public List<String> names() {
        return events.stream().map(Event::name).toList();
    }

    public List<String> imageIds() {
        return events.stream()
                .filter(event -> event.name().equals("verdict"))
                .map(FeedClient::imageId)
                .toList();
    }

    public String lastId() {
        return events.get(events.size() - 1).id();
    }

    @Override
    public void close() {
        try {
            body.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private void read() {
        String name = null;
        String id = null;
        String data = null;
        try (var lines = new Scanner(body, StandardCharsets.UTF_8)) {
            while (lines.hasNextLine()) {
                String line = lines.nextLine();
                if (line.isEmpty() && name != null) {
                    events.add(new Event(name, id, data));
                    name = null;
                } else if (line.startsWith(":")) {
                    name = ":";
                } else if (line.startsWith("event:")) {
                    name = line.substring(6).strip();
                } else if (line.startsWith("id:")) {
                    id = line.substring(3).strip();
                } else if (line.startsWith("data:")) {
                    data = line.substring(5).strip();
                }
            }
        }
    }

    private static String imageId(Event event) {
        try {
            return new ObjectMapper().readTree(event.data()).at("/imageId").asText();
        } catch (JsonProcessingException notJson) {
            throw new IllegalStateException("The feed's data is no JSON: " + event.data(), notJson);
        }
    }
}
