package io.bulwark.stream.review.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.events.Decision;
import io.bulwark.schemas.testing.TestBroker;
import io.bulwark.stream.testing.EventProducer;
import io.bulwark.stream.testing.ReviewDesk;
import io.bulwark.stream.testing.Samples;
import io.bulwark.stream.testing.StreamProcess;
import io.bulwark.stream.testing.TestDatabase;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a worker's verdict to a person's decision in force: the packaged application, a real Kafka and a real PostgreSQL. */
class ReviewApiIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    static Path folder;

    private static TestDatabase database;
    private static StreamProcess app;
    private static StreamProcess without;
    private static EventProducer producer;

    @BeforeAll
    static void start() {
        TestBroker.recreateTopics();
        database = TestDatabase.open();
        producer = new EventProducer(TestBroker.bootstrapServers());
        app = StreamProcess.start(
                TestBroker.bootstrapServers(),
                folder.resolve("with"),
                Map.of(
                        "bulwark.database.url", database.address().url(),
                        "bulwark.database.owner.username", "bulwark_owner",
                        "bulwark.review.sample", "0",
                        "bulwark.review.golden", "0",
                        "bulwark.review.second.sample", "0"));
        app.awaitReady();
    }

    @AfterAll
    static void stop() {
        if (without != null) {
            without.close();
        }
        app.close();
        producer.close();
        database.close();
    }

    @Test
    void aDoubtfulImageIsClaimedDecidedUndoneAndEachHoldsAtOnce() throws Exception {
        String image = Samples.unique("doubtful");
        producer.send(Samples.verdict(image)
                .setDecision(Decision.REVIEW)
                .setDecidedAt(Instant.now())
                .setContentSha256(ReviewDesk.sha256(image))
                .build());
        JsonNode claim = await().atMost(Duration.ofSeconds(60))
                .until(() -> post("/api/v1/review/claims", "{}"), answer -> answer.statusCode() == 200)
                .body()
                .transform(ReviewApiIT::json);
        assertThat(claim.get("imageId").asText()).isEqualTo(image);
        String item = "/api/v1/review/items/" + claim.get("itemId").asText();
        String lease = "{\"leaseId\":\"" + claim.get("leaseId").asText() + "\"}";
        assertThat(post(item + "/renewal", lease).statusCode()).isEqualTo(200);
        assertThat(post(item + "/view", lease).statusCode()).isEqualTo(204);
        assertThat(post(item + "/notes", "{\"words\":\"A statue?\"}").statusCode())
                .isEqualTo(204);
        UUID decision = UUID.randomUUID();
        String body = "{\"leaseId\":\"" + claim.get("leaseId").asText() + "\",\"decisionId\":\"" + decision
                + "\",\"contentSha256\":\"" + claim.get("contentSha256").asText()
                + "\",\"decision\":\"NSFW\",\"labels\":[\"porn\"]}";
        HttpResponse<String> decided = post(item + "/decision", body);
        assertThat(decided.statusCode()).as(decided.body()).isEqualTo(200);
        assertThat(json(decided.body()).get("state").asText()).isEqualTo("IN_FORCE");
        awaitCase(image, "NSFW");
        HttpResponse<String> undone = post(item + "/decisions/" + decision + "/undo", "{}");
        assertThat(undone.statusCode()).as(undone.body()).isEqualTo(200);
        assertThat(json(undone.body()).get("leaseId").asText()).isNotEmpty();
        awaitCase(image, "REVIEW");
        HttpResponse<String> again = post(item + "/decisions/" + decision + "/undo", "{}");
        assertThat(again.statusCode()).isEqualTo(409);
        assertThat(again.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(again.body()).contains("urn:bulwark:problem:already-decided");
        assertThat(app.get("/api/v1/audit-log").body().lines())
                .extracting(line -> json(line).get("action").asText())
                .containsSubsequence(
                        "review.fetched", "review.seen", "review.noted", "review.decided", "review.undone");
        assertThat(json(app.get("/api/v1/review/queue").body()).get("held").asInt())
                .isEqualTo(1);
    }

    @Test
    void casesAreATableAndACountAndEveryRequestIsDescribed() throws Exception {
        String image = Samples.unique("=formula");
        producer.send(Samples.verdict(image)
                .setDecidedAt(Instant.now())
                .setContentSha256(ReviewDesk.sha256(image))
                .build());
        awaitCase(image, "SAFE");
        HttpResponse<String> table = app.get("/api/v1/cases.csv?decision=safe");
        assertThat(table.statusCode()).as(table.body()).isEqualTo(200);
        assertThat(table.headers().firstValue("Content-Type").orElse("")).startsWith("text/csv");
        assertThat(table.body()).startsWith("\"imageId\",").contains("\r\n\"'" + image + "\",");
        assertThat(json(app.get("/api/v1/cases?reason=uncertain&image=" + image.replace("=", "%3D"))
                                .body())
                        .get("cases"))
                .isEmpty();
        HttpResponse<String> backtest = app.get("/api/v1/cases/backtest?flag=0.05&review=0.01");
        assertThat(json(backtest.body()).at("/counts/0/would").asText())
                .as(backtest.body())
                .isEqualTo("NSFW");
        assertThat(app.get("/api/v1/cases/backtest?flag=0.5").statusCode()).isEqualTo(400);
        assertThat(json(app.get("/api/v1/review/agreement").body()).get("reviewers"))
                .isNotNull();
        JsonNode paths = json(app.get("/api/openapi?format=json").body()).get("paths");
        paths.fields().forEachRemaining(path -> {
            if (path.getKey().matches("/api/v1/(review|cases|audit-log).*")) {
                path.getValue()
                        .forEach(operation -> assertThat(
                                        operation.path("summary").asText())
                                .as("%s", path.getKey())
                                .isNotBlank());
            }
        });
        assertThat(paths.has("/api/v1/cases.csv")).isTrue();
    }

    @Test
    void withoutADatabaseItIsReadyAndSaysWhatIsMissing() throws Exception {
        without = StreamProcess.start(
                TestBroker.bootstrapServers(),
                folder.resolve("without"),
                Map.of("bulwark.stream.application-id", "without-database"));
        without.awaitReady();
        assertThat(without.get("/q/health/ready").body()).contains("bulwark.database.url");
        HttpResponse<String> queue = without.get("/api/v1/review/queue");
        assertThat(queue.statusCode()).isEqualTo(503);
        assertThat(queue.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(queue.body()).contains("urn:bulwark:problem:no-database", "bulwark.database.url");
    }

    private static void awaitCase(String image, String decision) {
        await("decision of " + image).atMost(Duration.ofSeconds(30)).until(() -> {
            for (JsonNode found : json(app.get("/api/v1/cases").body()).get("cases")) {
                if (found.get("imageId").asText().equals(image)) {
                    return found.get("decision").asText().equals(decision);
                }
            }
            return false;
        });
    }

    private static HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
        return HTTP.send(
                HttpRequest.newBuilder(app.uri(path))
                        .timeout(Duration.ofSeconds(10))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static JsonNode json(String body) {
        try {
            return JSON.readTree(body);
        } catch (IOException noJson) {
            throw new IllegalStateException("No JSON: " + body, noJson);
        }
    }
}
