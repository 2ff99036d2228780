package io.bulwark.stream.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.events.Decision;
import io.bulwark.events.Erasure;
import io.bulwark.events.Subject;
import io.bulwark.schemas.preview.PreviewQuestion;
import io.bulwark.schemas.testing.TestBroker;
import io.bulwark.stream.review.PersonalRows;
import io.bulwark.stream.review.QueueIntake;
import io.bulwark.stream.testing.EventProducer;
import io.bulwark.stream.testing.ReviewDesk;
import io.bulwark.stream.testing.Samples;
import io.bulwark.stream.testing.SpanCollector;
import io.bulwark.stream.testing.StreamProcess;
import io.bulwark.stream.testing.StubExplanation;
import io.bulwark.stream.testing.StubPreview;
import io.bulwark.stream.testing.TestDatabase;
import io.bulwark.stream.testing.WebhookPeer;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a worker's verdict to a person's decision in force: the packaged application, a real Kafka and a real PostgreSQL. */
class ReviewApiIT {

    private static final Logger LOG = Logger.getLogger(ReviewApiIT.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String WEBHOOK_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final KeyPair COOP = pair();

    @TempDir
    static Path folder;

    private static TestDatabase database;
    private static StreamProcess app;
    private static StreamProcess without;
    private static EventProducer producer;
    private static StubPreview preview;
    private static StubPreview explain;
    private static SpanCollector spans;
    private static WebhookPeer shop;

    @BeforeAll
    static void start() throws IOException {
        preview = new StubPreview();
        explain = new StubPreview();
        Path keys = Files.writeString(folder.resolve("keys"), "test:" + "5a".repeat(32));
        TestBroker.recreateTopics();
        database = TestDatabase.open();
        producer = new EventProducer(TestBroker.bootstrapServers());
        spans = new SpanCollector();
        shop = new WebhookPeer(WEBHOOK_SECRET);
        var settings = new HashMap<>(coop());
        settings.putAll(Map.of(
                "bulwark.tracing.exporter",
                "otlp",
                "bulwark.tracing.endpoint",
                spans.url(),
                "bulwark.outbound.webhooks.shop.url",
                shop.url().toString(),
                "bulwark.outbound.webhooks.shop.allow-http",
                "true",
                "bulwark.outbound.webhooks.shop.secret-files",
                Files.writeString(folder.resolve("webhook-secret"), WEBHOOK_SECRET)
                        .toString()));
        settings.putAll(Map.of(
                "bulwark.database.url",
                database.address().url(),
                "bulwark.database.owner.username",
                "bulwark_owner",
                "bulwark.review.sample",
                "0",
                "bulwark.review.golden",
                "0",
                "bulwark.review.second.sample",
                "0",
                "bulwark.preview.url",
                preview.url(),
                "bulwark.preview.secret",
                StubPreview.SECRET,
                "bulwark.explain.url",
                explain.url(),
                "bulwark.review.evidence.key-file",
                keys.toString()));
        app = StreamProcess.start(TestBroker.bootstrapServers(), folder.resolve("with"), settings);
        app.awaitReady();
    }

    private static Map<String, String> coop() throws IOException {
        String key = "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(COOP.getPublic().getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
        return Map.of(
                "bulwark.outbound.coop.public-key-file",
                Files.writeString(folder.resolve("coop.pem"), key).toString(),
                "bulwark.outbound.coop.item-type",
                "images",
                "bulwark.outbound.coop.actions.ban",
                "NSFW/porn,nudity",
                "bulwark.outbound.coop.actions.allow",
                "SAFE");
    }

    private static KeyPair pair() {
        try {
            return KeyPairGenerator.getInstance("RSA").generateKeyPair();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @AfterAll
    static void stop() {
        if (without != null) {
            without.close();
        }
        app.close();
        producer.close();
        preview.close();
        explain.close();
        shop.close();
        spans.close();
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

    /** What the worker makes of an upload's trace is TracedPipelineTest's. */
    @Test
    void oneTraceLeadsFromTheVerdictToTheReviewersDecisionAndToTheWebhook() throws Exception {
        String trace = UUID.randomUUID().toString().replace("-", "");
        String image = Samples.unique("traced");
        producer.send(
                Samples.verdict(image)
                        .setDecision(Decision.REVIEW)
                        .setDecidedAt(Instant.now())
                        .setContentSha256(ReviewDesk.sha256(image))
                        .build(),
                "00-" + trace + "-00f067aa0ba902b7-01");
        JsonNode claim = await().atMost(Duration.ofSeconds(60))
                .until(() -> post("/api/v1/review/claims", "{}"), answer -> answer.statusCode() == 200)
                .body()
                .transform(ReviewApiIT::json);
        assertThat(claim.get("imageId").asText()).isEqualTo(image);
        HttpResponse<String> decided = post(
                "/api/v1/review/items/" + claim.get("itemId").asText() + "/decision",
                "{\"leaseId\":\"" + claim.get("leaseId").asText() + "\",\"decisionId\":\"" + UUID.randomUUID()
                        + "\",\"contentSha256\":\"" + claim.get("contentSha256").asText()
                        + "\",\"decision\":\"NSFW\",\"labels\":[\"porn\"]}");
        assertThat(decided.statusCode()).as(decided.body()).isEqualTo(200);

        // Each of two decisions is posted at least once.
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            assertThat(spans.names(trace)).contains("process moderation.decisions", "INSERT", "review");
            assertThat(parents(trace)).hasSize(2);
            assertThat(shop.traces).filteredOn(named -> named.contains(trace)).hasSizeGreaterThanOrEqualTo(2);
        });
        LOG.infof("webhooks taken %d, refused %s%s", shop.traces.size(), shop.refused, spans.tree(trace));
        SpanCollector.Span review = spans.named(trace, "review");
        SpanCollector.Span item = spans.named(trace, "process moderation.decisions");
        assertThat(item.parent()).isEqualTo("00f067aa0ba902b7");
        assertThat(review.parent()).isEqualTo(item.id());
        assertThat(parents(trace)).containsExactlyInAnyOrder("00f067aa0ba902b7", review.id());
        SpanCollector.Span request = spans.named("POST /api/v1/review/items/{itemId}/decision");
        assertThat(review.links()).containsExactly(request.trace());
        assertThat(spans.texts()).noneMatch(text -> text.contains(image));
    }

    /** The spans that attempts at the webhook follow from. */
    private static Set<String> parents(String trace) {
        return spans.of(trace).stream()
                .filter(span -> span.name().equals("POST webhooks.shop"))
                .map(SpanCollector.Span::parent)
                .collect(Collectors.toSet());
    }

    @Test
    void aDecisionInCoopIsAReviewOnceAndOnlyWithItsSignature() throws Exception {
        String image = Samples.unique("from-coop");
        producer.send(Samples.verdict(image)
                .setDecision(Decision.REVIEW)
                .setDecidedAt(Instant.now())
                .setContentSha256(ReviewDesk.sha256(image))
                .build());
        awaitCase(image, "REVIEW");
        String item = "default/" + ReviewDesk.sha256(image) + ":" + image;
        String ban = action(item, "ban", "\"mod@coop.example\"");
        String allow = action(item, "allow", "\"mod@coop.example\"");

        assertProblem(fromCoop(ban, null), 401, "bad-signature");
        assertProblem(fromCoop(ban, signed(pair(), ban)), 401, "bad-signature");
        assertProblem(fromCoop(ban, signed(COOP, allow)), 401, "bad-signature");
        assertThat(decisionsOn(image)).isZero();

        HttpResponse<byte[]> banned = fromCoop(ban, signed(COOP, ban));
        assertThat(banned.statusCode()).isEqualTo(200);
        assertThat(json(text(banned)).get("state").asText()).isEqualTo("IN_FORCE");
        awaitCase(image, "NSFW");
        assertThat(text(fromCoop(ban, signed(COOP, ban)))).isEqualTo(text(banned));
        assertThat(decisionsOn(image)).isEqualTo(1);
        assertThat(json(app.get("/api/v1/decisions/" + image).body())
                        .at("/decidedBy/id")
                        .asText())
                .isEqualTo("coop:mod@coop.example");

        assertThat(fromCoop(allow, signed(COOP, allow)).statusCode()).isEqualTo(200);
        awaitCase(image, "SAFE");
        assertRefused(ban, 409, "already-decided");
        assertThat(decisionsOn(image)).isEqualTo(2);

        assertRefused(action(item, "unknown", "\"mod@coop.example\""), 400, "bad-parameter");
        assertRefused(action(item, "ban", "null"), 403, "not-allowed");
        assertRefused(
                action("default/" + "ab".repeat(32) + ":" + image, "ban", "\"mod@coop.example\""),
                409,
                "content-changed");
        assertRefused(
                action("default/" + "ab".repeat(32) + ":no-such-image", "ban", "\"mod@coop.example\""),
                404,
                "not-found");
        assertRefused(
                action("another" + item.substring("default".length()), "ban", "\"mod@coop.example\""),
                403,
                "not-allowed");
        assertRefused(action(item.substring("default/".length()), "ban", "\"mod@coop.example\""), 400, "bad-parameter");
        assertRefused("{}", 400, "bad-parameter");
        assertThat(decisionsOn(image)).isEqualTo(2);
    }

    private static void assertRefused(String body, int status, String type) throws Exception {
        assertProblem(fromCoop(body, signed(COOP, body)), status, type);
    }

    private static long decisionsOn(String image) {
        return database.database()
                .inTenant(
                        "default",
                        handle -> handle.createQuery("SELECT count(*) FROM decision WHERE image_id = :image")
                                .bind("image", image)
                                .mapTo(Long.class)
                                .one());
    }

    private static String action(String item, String action, String actor) {
        return "{\"item\":{\"id\":\"" + item + "\",\"typeId\":\"images\"},\"action\":{\"id\":\"" + action
                + "\"},\"policies\":[],\"rules\":[],\"custom\":{},\"actorEmail\":" + actor + "}";
    }

    private static String signed(KeyPair keys, String body) throws GeneralSecurityException {
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(keys.getPrivate());
        signature.update(body.getBytes(StandardCharsets.UTF_8));
        return Base64.getEncoder().encodeToString(signature.sign());
    }

    private static HttpResponse<byte[]> fromCoop(String body, String signature)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(app.uri("/api/v1/coop/actions"))
                .timeout(Duration.ofSeconds(10))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (signature != null) {
            request.header("Coop-Signature", signature);
        }
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private static String text(HttpResponse<byte[]> answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    @Test
    void thePictureOfADecisionIsPassedOnAndThatOfAnOpenItemOutlivesTheUpload() throws Exception {
        preview.replies(StubPreview.picture(2));
        String image = Samples.unique("pictured");
        producer.send(Samples.verdict(image)
                .setDecision(Decision.REVIEW)
                .setDecidedAt(Instant.now())
                .setContentSha256(ReviewDesk.sha256(image))
                .build());
        String path = "/api/v1/images/" + image + "/picture";
        HttpResponse<byte[]> shown = await().atMost(Duration.ofSeconds(60))
                .until(() -> picture(path + "?frames=strip"), answer -> answer.statusCode() == 200);
        assertThat(shown.body()).isEqualTo(StubPreview.JPEG);
        assertThat(shown.headers().firstValue("Content-Type")).hasValue("image/jpeg");
        assertThat(shown.headers().firstValue("Bulwark-Frames")).hasValue("2");
        assertThat(shown.headers().allValues("Cache-Control")).containsExactly("no-store");
        assertThat(preview.asked())
                .contains(new PreviewQuestion("images.uploaded", 0, 1, ReviewDesk.sha256(image), true));
        assertProblem(picture(path + "?frames=all"), 400, "bad-parameter");

        UUID item = QueueIntake.itemId(ReviewDesk.doubtful("default", image, 0.5));
        await("evidence")
                .atMost(Duration.ofSeconds(30))
                .until(() -> database.asSuperuser()
                        .withHandle(
                                handle -> handle.createQuery("SELECT count(*) = 2 FROM evidence WHERE item_id = :item")
                                        .bind("item", item)
                                        .mapTo(Boolean.class)
                                        .one()));
        assertProblem(picture(path + "/explanation"), 422, "not-explained");
        preview.replies(StubPreview.picture(1));
        explain.replies(StubExplanation.reply());
        HttpResponse<byte[]> explained = picture(path + "/explanation");
        assertThat(explained.statusCode()).isEqualTo(200);
        assertThat(json(new String(explained.body(), StandardCharsets.UTF_8))
                        .at("/gradient")
                        .binaryValue())
                .isEqualTo(StubExplanation.PNG);
        explain.replies(StubPreview.problem(503, "busy"));
        HttpResponse<byte[]> busy = picture(path + "/explanation");
        assertProblem(busy, 503, "busy");
        assertThat(busy.headers().firstValue("Retry-After")).isPresent();
        preview.replies(StubPreview.problem(404, "picture-gone"));
        assertProblem(picture(path), 404, "picture-gone");
        assertProblem(picture(path + "/explanation"), 404, "picture-gone");
        HttpResponse<byte[]> kept = picture("/api/v1/review/items/" + item + "/picture");
        assertThat(kept.statusCode()).isEqualTo(200);
        assertThat(kept.body()).isEqualTo(StubPreview.JPEG);
        preview.replies(StubPreview.problem(409, "picture-changed"));
        assertProblem(picture(path), 409, "picture-changed");
        preview.replies(StubPreview.problem(503, "busy"));
        assertProblem(picture(path), 503, "no-preview");
        assertThat(app.get("/api/v1/audit-log").body().lines())
                .filteredOn(line -> json(line).get("action").asText().equals("picture.fetched"))
                .extracting(line -> json(line).get("subject").asText())
                .containsExactly("upload/images.uploaded/0/1", "item/" + item);
        assertThat(app.get("/api/v1/audit-log").body().lines())
                .filteredOn(line -> json(line).get("action").asText().equals("picture.explained"))
                .extracting(line -> json(line).get("subject").asText())
                .containsExactly("upload/images.uploaded/0/1");
        assertThat(json(app.get("/api/v1/system").body()).at("/pictures/kept").asBoolean())
                .isTrue();
        assertThat(app.get("/q/metrics").body()).contains("bulwark_review_evidence_total{outcome=\"kept\"");
        database.asOwner()
                .useHandle(handle -> handle.execute(
                        "UPDATE bulwark.queue_item SET stage = 'CLOSED',"
                                + " closed_at = clock_timestamp() WHERE item_id = ?",
                        item));
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
        assertThat(json(app.get("/api/v1/cases/calibration").body())
                        .at("/bins/0/judged")
                        .isInt())
                .isTrue();
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
    void aListThatCannotFinishAnswers503WithinSixSecondsWhileClaimsAreAnswered() throws Exception {
        try (Handle blocker = database.asOwner().open()) {
            blocker.begin();
            blocker.execute("LOCK TABLE bulwark.casebook IN ACCESS EXCLUSIVE MODE");
            long begin = System.nanoTime();
            HttpResponse<String> list = app.get("/api/v1/cases");
            Duration took = Duration.ofNanos(System.nanoTime() - begin);
            assertThat(list.statusCode()).as(list.body()).isEqualTo(503);
            assertThat(list.body()).contains("urn:bulwark:problem:list-unfinished");
            assertThat(list.headers().firstValue("Retry-After")).isPresent();
            assertThat(took).isLessThan(Duration.ofSeconds(6));
            assertThat(post("/api/v1/review/claims", "{}").statusCode()).isIn(200, 204);
            blocker.rollback();
        }
        assertThat(app.get("/api/v1/cases").statusCode()).isEqualTo(200);
    }

    @Test
    void anErasedImageIsGoneFromPeoplesWorkAndAHeldOneStays() throws Exception {
        String free = Samples.unique("free");
        String held = Samples.unique("held");
        for (String image : List.of(free, held)) {
            producer.send(Samples.verdict(image)
                    .setDecidedAt(Instant.now())
                    .setContentSha256(ReviewDesk.sha256(image))
                    .build());
            awaitCase(image, "SAFE");
        }
        HttpResponse<String> hold = HTTP.send(
                HttpRequest.newBuilder(app.uri("/api/v1/holds/image/" + held))
                        .header("Content-Type", "application/json")
                        .PUT(HttpRequest.BodyPublishers.ofString("{\"reason\":\"file 7\"}"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(hold.statusCode()).as(hold.body()).isEqualTo(202);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> app.get("/api/v1/holds").body().contains(held));
        for (String image : List.of(free, held)) {
            producer.send(new Erasure("default", Subject.IMAGE, image, "keeper", "asked for", Instant.now()));
        }
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(
                        () -> assertThat(app.get("/api/v1/audit-log").body().lines())
                                .extracting(line -> json(line).get("action").asText())
                                .contains("erasure.done", "erasure.refused"));
        assertThat(rows(free)).isZero();
        assertThat(rows(held)).isPositive();
    }

    private static long rows(String image) {
        return database
                .database()
                .inTenant("default", handle -> PersonalRows.count(handle, "default", Subject.IMAGE, image))
                .values()
                .stream()
                .mapToLong(Long::longValue)
                .sum();
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

    private static HttpResponse<byte[]> picture(String path) throws IOException, InterruptedException {
        return HTTP.send(
                HttpRequest.newBuilder(app.uri(path))
                        .timeout(Duration.ofSeconds(10))
                        // as the console asks
                        .header("Accept", "application/json, application/problem+json, */*;q=0.5")
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
    }

    private static void assertProblem(HttpResponse<byte[]> answer, int status, String type) {
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).contains("urn:bulwark:problem:" + type);
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
