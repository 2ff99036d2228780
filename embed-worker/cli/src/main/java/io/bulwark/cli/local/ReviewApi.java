package io.bulwark.cli.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.events.Decision;
import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** moderation-stream's review, as a reviewer's program uses it. One thread. */
public final class ReviewApi {

    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(20);

    private final HttpClient http;
    private final ObjectMapper json = new ObjectMapper();
    private final URI root;

    /** @param root where moderation-stream answers without a login */
    public ReviewApi(URI root) {
        this(root, HttpClient.newHttpClient());
    }

    private ReviewApi(URI root, HttpClient http) {
        this.root = root.resolve("/api/v1/review/");
        this.http = http;
    }

    /**
     * The review as one of the built-in users has it, with a session as a browser has.
     *
     * @throws CommandFailure if name and password do not belong together
     */
    public static ReviewApi login(URI root, String name, String password) {
        HttpClient http =
                HttpClient.newBuilder().cookieHandler(new CookieManager()).build();
        ReviewApi api = new ReviewApi(root, http);
        HttpRequest request = HttpRequest.newBuilder(root.resolve("/login"))
                .timeout(ANSWER_WITHIN)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "j_username=" + URLEncoder.encode(name, StandardCharsets.UTF_8) + "&j_password="
                                + URLEncoder.encode(password, StandardCharsets.UTF_8)))
                .build();
        HttpResponse<String> answer = api.send(request);
        if (answer.statusCode() >= 400) {
            throw CommandFailure.failed(name + " could not log in at " + root + ": " + answer.statusCode());
        }
        return api;
    }

    /** Makes or changes a queue; {@code rule} is the request's body. For seniors. */
    public void putQueue(String name, Map<String, ?> rule) {
        HttpResponse<String> answer = send("PUT", "queues/" + name, rule);
        if (answer.statusCode() >= 300) {
            throw CommandFailure.failed("queue " + name + ": " + answer.statusCode() + " " + answer.body());
        }
    }

    /** Makes the first version of the rules that protect reviewers. For admins. */
    public void putWellness(Map<String, ?> rules) {
        HttpResponse<String> answer = send("PUT", "wellness", Map.of("version", 0, "rules", rules));
        if (answer.statusCode() >= 300) {
            throw CommandFailure.failed("wellness rules: " + answer.statusCode() + " " + answer.body());
        }
    }

    /** A claimed item. */
    public record Item(UUID id, UUID lease, String imageId, String contentSha256, Decision machine) {}

    /** A decision, and whether it holds without a second person. */
    public record Decided(UUID id, boolean inForce) {}

    /** Whether there is a database now. */
    public boolean isThere() {
        return send("GET", "queue", Map.of()).statusCode() == 200;
    }

    /** The next item; empty where nothing waits. */
    public Optional<Item> claim() {
        HttpResponse<String> answer = post("claims", Map.of());
        if (answer.statusCode() == 204) {
            return Optional.empty();
        }
        JsonNode claim = read(answer);
        return Optional.of(new Item(
                UUID.fromString(claim.path("itemId").asText()),
                UUID.fromString(claim.path("leaseId").asText()),
                claim.path("imageId").asText(),
                claim.path("contentSha256").asText(),
                Decision.valueOf(claim.path("machineDecision").asText())));
    }

    /** Says that the picture was displayed. */
    public void seen(Item item) {
        post("items/" + item.id() + "/view", Map.of("leaseId", item.lease()));
    }

    /** Gives an item up for good. */
    public void skip(Item item, String reason) {
        post("items/" + item.id() + "/skip", Map.of("leaseId", item.lease(), "reason", reason));
    }

    /** Gives an item back; it may come again. */
    public void release(Item item) {
        post("items/" + item.id() + "/release", Map.of("leaseId", item.lease()));
    }

    /** Decides SAFE, or NSFW for these labels. */
    public Decided decide(Item item, Decision decision, List<String> labels) {
        UUID id = UUID.randomUUID();
        JsonNode answer = read(post(
                "items/" + item.id() + "/decision",
                Map.of(
                        "leaseId", item.lease(),
                        "decisionId", id,
                        "contentSha256", item.contentSha256(),
                        "decision", decision.name(),
                        "labels", labels)));
        return new Decided(id, answer.path("state").asText().equals("IN_FORCE"));
    }

    /** Takes a decision back; the item is claimed again. */
    public Undone undo(Item item, Decided decided) {
        JsonNode answer = read(post("items/" + item.id() + "/decisions/" + decided.id() + "/undo", Map.of()));
        UUID lease = UUID.fromString(answer.path("leaseId").asText());
        return new Undone(
                UUID.fromString(answer.path("decisionId").asText()),
                new Item(item.id(), lease, item.imageId(), item.contentSha256(), item.machine()));
    }

    /**
     * What undoing gave.
     *
     * @param id of the decision that restores the one before
     * @param item under its new claim
     */
    public record Undone(UUID id, Item item) {}

    private HttpResponse<String> post(String path, Map<String, ?> body) {
        HttpResponse<String> answer = send("POST", path, body);
        if (answer.statusCode() >= 300) {
            throw CommandFailure.failed(
                    "moderation-stream answered " + path + " with " + answer.statusCode() + " " + answer.body());
        }
        return answer;
    }

    private HttpResponse<String> send(String method, String path, Map<String, ?> body) {
        try {
            return send(HttpRequest.newBuilder(root.resolve(path))
                    .timeout(ANSWER_WITHIN)
                    .header("Content-Type", "application/json")
                    .method(method, HttpRequest.BodyPublishers.ofString(json.writeValueAsString(body)))
                    .build());
        } catch (JsonProcessingException impossible) {
            throw new IllegalArgumentException("a body that is no JSON: " + body.keySet(), impossible);
        }
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException silent) {
            throw CommandFailure.unavailable("moderation-stream does not answer at " + request.uri(), silent);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw CommandFailure.failed("interrupted while asking " + request.uri(), interrupted);
        }
    }

    private JsonNode read(HttpResponse<String> answer) {
        try {
            return json.readTree(answer.body());
        } catch (IOException noJson) {
            throw CommandFailure.failed("moderation-stream answered what is no JSON: " + answer.body(), noJson);
        }
    }
}
