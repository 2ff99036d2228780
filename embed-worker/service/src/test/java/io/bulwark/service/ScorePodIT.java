package io.bulwark.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.events.Neighbour;
import io.bulwark.events.Verdict;
import io.bulwark.events.ViewEvidence;
import io.bulwark.schemas.testing.TestBroker;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.service.testing.Pictures;
import io.bulwark.service.testing.PreviewFiles;
import io.bulwark.service.testing.References;
import io.bulwark.service.testing.SampleUploads;
import io.bulwark.service.testing.Traffic;
import io.bulwark.service.testing.WorkerUnderTest;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.junit.QuarkusIntegrationTest;
import io.restassured.RestAssured;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The packaged program as a score server: its own process, a real broker, over HTTP, beside a worker with the same bank. */
@QuarkusIntegrationTest
@QuarkusTestResource(value = ScorePodIT.Broker.class, restrictToAnnotatedClass = true)
class ScorePodIT {

    private static final String NAME = "score-pod-it";
    private static final String TOKEN = "a token that is hard to guess";
    private static final int ROOM = 2;
    private static final int IMAGES = 4;
    private static final String BOUNDARY = "----a-boundary";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Map<String, String> POLICY = Map.of(
            "bulwark.policy.k", "3",
            "bulwark.policy.made-for", "any",
            "bulwark.policy.known-similarity", "2",
            "bulwark.batch.largest", "4",
            "bulwark.batch.measure", "20ms");

    @AutoClose
    private static Traffic traffic;

    @BeforeAll
    static void fillTheBank() {
        traffic = new Traffic();
        References.fill(traffic, NAME);
    }

    @Test
    void itGivesTheStreamsDecisionWithTheStreamsNeighboursAndWritesTheEmbeddings() throws Exception {
        awaitReady();
        Map<String, byte[]> pictures = new HashMap<>();
        for (int i = 0; i < 3 * IMAGES; i++) {
            pictures.put("same-" + i, i % 2 == 0 ? Pictures.board(50 + i) : Pictures.discs(50 + i));
        }
        Map<String, JsonNode> scored = new HashMap<>();
        List<String> names = List.copyOf(pictures.keySet());
        for (int from = 0; from < names.size(); from += IMAGES) {
            HttpResponse<String> answer = ask(multipart(pictures, names.subList(from, from + IMAGES)));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            JSON.readTree(answer.body())
                    .path("images")
                    .forEach(image -> scored.put(image.path("imageId").asText(), image.path("verdict")));
        }
        assertThat(embeddings()).containsAll(names);

        try (WorkerUnderTest worker = WorkerUnderTest.startWithDefaults(NAME).awaitReady()) {
            pictures.forEach((name, file) -> traffic.upload(SampleUploads.inline(name, file)));
            List<Verdict> verdicts = traffic.awaitVerdicts(pictures.size());
            assertThat(verdicts).allSatisfy(verdict -> assertSame(scored.get(verdict.getImageId()), verdict));
        }
    }

    private static void assertSame(JsonNode scored, Verdict verdict) {
        assertThat(scored.path("decision").asText())
                .isEqualTo(verdict.getDecision().name());
        assertThat(scored.path("score").asDouble()).isEqualTo(verdict.getScore(), within(1e-5));
        assertThat(scored.path("bankVersion").asText()).isEqualTo(verdict.getBankVersion());
        assertThat(scored.path("policyVersion").asText()).isEqualTo(verdict.getPolicyVersion());
        assertThat(scored.path("modelFingerprint").asText()).isEqualTo(verdict.getModelFingerprint());
        assertThat(scored.path("preprocessFingerprint").asText()).isEqualTo(verdict.getPreprocessFingerprint());
        assertThat(scored.path("contentSha256").asText()).isEqualTo(verdict.getContentSha256());
        assertThat(scored.path("upload").isNull()).isTrue();
        assertThat(scored.path("views")).hasSameSizeAs(verdict.getViews());
        for (int i = 0; i < verdict.getViews().size(); i++) {
            ViewEvidence view = verdict.getViews().get(i);
            JsonNode same = scored.path("views").get(i);
            assertThat(same.path("view").asText()).isEqualTo(view.getView());
            List<Neighbour> neighbours = view.getNeighbours();
            assertThat(same.path("neighbours")).hasSameSizeAs(neighbours);
            for (int k = 0; k < neighbours.size(); k++) {
                JsonNode neighbour = same.path("neighbours").get(k);
                assertThat(neighbour.path("referenceId").asText())
                        .isEqualTo(neighbours.get(k).getReferenceId());
                assertThat(neighbour.path("similarity").asDouble())
                        .isEqualTo(neighbours.get(k).getSimilarity(), within(1e-5));
            }
        }
    }

    @Test
    void aRequestWithoutATokenOrWithAFaultIsRefusedWithTheReason() throws Exception {
        awaitReady();
        byte[] file = Pictures.board(1);
        assertProblem(
                send(request(multipart(Map.of("a", file), List.of("a")), "multipart/form-data", null)),
                401,
                "no-token");
        assertProblem(
                send(request(multipart(Map.of("a", file), List.of("a")), "multipart/form-data", "guessed")),
                401,
                "no-token");
        assertProblem(send(request(file, "image/png", "")), 401, "no-token");
        assertProblem(send(request(file, "image/png", TOKEN)), 415, "unsupported-media-type");
        assertProblem(json("{\"images\":[]}"), 400, "malformed");
        assertProblem(json("no json"), 400, "malformed");
        assertProblem(json("{\"images\":[{\"imageId\":\"a\"}]}"), 400, "malformed");
        assertProblem(
                json("{\"images\":" + "[1,2,3,4,5]".replaceAll("\\d", "{\"location\":\"https://a.example/\"}") + "}"),
                413,
                "too-large");
        assertProblem(ask(multipart(Map.of("a", new byte[3 << 20]), List.of("a"))), 413, "too-large");

        JsonNode answer = JSON.readTree(json("{\"images\":[{\"imageId\":\"inside\",\"location\":"
                                + "\"http://169.254.169.254/latest\"}]}")
                        .body())
                .at("/images/0");
        assertThat(answer.path("imageId").asText()).isEqualTo("inside");
        assertThat(answer.path("decision").asText()).isEqualTo("REFUSED");
        assertThat(answer.at("/verdict/reason").asText()).isEqualTo("LOCATION_FORBIDDEN");
        assertThat(answer.at("/verdict/uploaderId").asText()).isEqualTo("shop-backend");
        assertThat(answer.at("/verdict/tenant").asText()).isEqualTo("shop");
    }

    /** Neither by an upgrade nor by a client that begins with it: a proxy does not see what such a connection carries. */
    @Test
    void cleartextHttp2IsNotSpoken() throws Exception {
        String upgraded =
                answer("GET /q/health/live HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\n"
                        + "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n");
        assertThat(upgraded).startsWith("HTTP/1.1 200");
        assertThat(answer("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0"))
                .satisfiesAnyOf(
                        answer -> assertThat(answer).isEmpty(),
                        answer -> assertThat(answer).startsWith("HTTP/"));
    }

    /** The first bytes of the answer to these. */
    private static String answer(String bytes) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), RestAssured.port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readNBytes(12), StandardCharsets.ISO_8859_1);
        }
    }

    /** hepa names every file alike; what it does not know as {@code sfw} it takes for unsafe. */
    @Test
    void hepasPrescreenGetsOneWordAndItsImagesKeepTheirEmbeddingsApart() throws Exception {
        awaitReady();
        byte[] file = Pictures.board(50);
        JsonNode verdict = JSON.readTree(
                        ask(multipart(Map.of("asked", file), List.of("asked"))).body())
                .at("/images/0");
        String expected = verdict.path("decision").asText().equals("SAFE") ? "sfw" : "nsfw";

        assertThat(JSON.readTree(prescreened(file, TOKEN).body()).path("result").asText())
                .isEqualTo(expected);
        assertThat(JSON.readTree(prescreened("no picture".getBytes(StandardCharsets.UTF_8), TOKEN)
                                .body())
                        .path("result")
                        .asText())
                .isEqualTo("nsfw");
        assertProblem(prescreened(file, "guessed"), 401, "no-token");
        assertThat(embeddings()).doesNotContain("image").anyMatch(key -> key.startsWith("score-"));
    }

    private static HttpResponse<String> prescreened(byte[] file, String token)
            throws IOException, InterruptedException {
        String body = new String(multipart(Map.of("image", file), List.of("image")), StandardCharsets.ISO_8859_1)
                .replaceFirst("name=\"image\"", "name=\"files\"");
        return send(HttpRequest.newBuilder(URI.create("http://localhost:" + RestAssured.port + "/predict"))
                .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
                .header("Authorization", "Bearer " + token)
                .POST(BodyPublishers.ofByteArray(body.getBytes(StandardCharsets.ISO_8859_1)))
                .build());
    }

    /** Ten times the capacity: some are answered, the rest get a time to retry, and then there is capacity again. */
    @Test
    void aRequestBeyondTheCapacityGetsATimeToRetry() throws Exception {
        awaitReady();
        List<CompletableFuture<HttpResponse<String>>> sent = new ArrayList<>();
        for (int i = 0; i < 10 * ROOM; i++) {
            byte[] body = multipart(Map.of("crowd-" + i, Pictures.board(i)), List.of("crowd-" + i));
            sent.add(HTTP.sendAsync(request(body, "multipart/form-data", TOKEN), BodyHandlers.ofString()));
        }
        List<HttpResponse<String>> answers =
                sent.stream().map(CompletableFuture::join).toList();
        assertThat(answers).extracting(HttpResponse::statusCode).containsOnly(200, 429);
        assertThat(answers)
                .filteredOn(answer -> answer.statusCode() == 429)
                .allSatisfy(answer ->
                        assertThat(answer.headers().firstValue("Retry-After")).hasValue("1"));
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> ask(multipart(Map.of("after", Pictures.board(1)), List.of("after")))
                                .statusCode()
                        == 200);
        assertThat(RestAssured.get("/q/metrics").asString())
                .contains("bulwark_score_seconds_count{outcome=\"scored\"}")
                .contains("bulwark_score_seconds_count{outcome=\"full\"}");
    }

    private static void awaitReady() {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> RestAssured.get("/q/health/ready").statusCode() == 200);
    }

    private static HttpResponse<String> ask(byte[] multipart) throws IOException, InterruptedException {
        return send(request(multipart, "multipart/form-data", TOKEN));
    }

    private static HttpResponse<String> json(String body) throws IOException, InterruptedException {
        return send(request(body.getBytes(StandardCharsets.UTF_8), "application/json", TOKEN));
    }

    private static HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        return HTTP.send(request, BodyHandlers.ofString());
    }

    private static HttpRequest request(byte[] body, String type, String token) {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://localhost:" + RestAssured.port + ScoreBody.ScoreShape.SCORE.path()))
                .header("Content-Type", type.startsWith("multipart") ? type + "; boundary=" + BOUNDARY : type)
                .POST(BodyPublishers.ofByteArray(body));
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return request.build();
    }

    private static byte[] multipart(Map<String, byte[]> files, List<String> names) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        names.forEach(name -> {
            body.writeBytes(("--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"image\"; filename=\"" + name
                            + "\"\r\nContent-Type: application/octet-stream\r\n\r\n")
                    .getBytes(StandardCharsets.UTF_8));
            body.writeBytes(files.get(name));
            body.writeBytes("\r\n".getBytes(StandardCharsets.UTF_8));
        });
        body.writeBytes(("--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.UTF_8));
        return body.toByteArray();
    }

    private static void assertProblem(HttpResponse<String> answer, int status, String type) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(answer.body()).contains("urn:bulwark:problem:" + type);
    }

    /** The keys of all embeddings. */
    private static Set<String> embeddings() {
        Set<String> keys = new HashSet<>();
        try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", TestBroker.bootstrapServers()),
                new StringDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(Topics.EMBEDDINGS.topicName()).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> keys.add(record.key()));
            }
        }
        return keys;
    }

    /** Tells the process where the test's broker is, and what it is there for. */
    public static final class Broker implements QuarkusTestResourceLifecycleManager {

        @Override
        public Map<String, String> start() {
            TestBroker.recreateTopics();
            try {
                Path tokens = Files.createTempFile("score-tokens", "");
                tokens.toFile().deleteOnExit();
                Files.writeString(
                        tokens, "shop-backend:shop:" + PreviewFiles.sha256(TOKEN.getBytes(StandardCharsets.UTF_8)));
                Map<String, String> settings = new HashMap<>(POLICY);
                settings.put("bulwark.kafka.bootstrap-servers", TestBroker.bootstrapServers());
                settings.put("bulwark.bank.name", NAME);
                settings.put("bulwark.score.enabled", "true");
                settings.put("bulwark.score.prescreen", "true");
                settings.put("bulwark.score.tokens-file", tokens.toString());
                settings.put("bulwark.score.requests", Integer.toString(ROOM));
                settings.put("bulwark.score.images", Integer.toString(IMAGES));
                settings.put("bulwark.score.max-bytes", "2M");
                settings.put("bulwark.score.deadline", "60s");
                settings.put("bulwark.fetch.prompt", "10s"); // a busy machine is no slow location
                return settings;
            } catch (IOException unwritable) {
                throw new UncheckedIOException(unwritable);
            }
        }

        @Override
        public void stop() {
            // The broker lives as long as the JVM.
        }
    }
}
