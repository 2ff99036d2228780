package io.bulwark.stream.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.bulwark.events.Decider;
import io.bulwark.events.DeciderKind;
import io.bulwark.events.Decision;
import io.bulwark.events.ImageReport;
import io.bulwark.events.ModerationDecision;
import io.bulwark.events.ReportKind;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.stream.outbound.Coop.CoopSignature;
import io.bulwark.stream.outbound.HttpPost.AttemptResult;
import io.bulwark.stream.outbound.Receiver.Event;
import io.bulwark.stream.state.Restriction;
import io.bulwark.stream.testing.Samples;
import io.opentelemetry.context.Context;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CoopTest {

    private static final String SHA256 = "ab".repeat(32);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final ObjectMapper JSON = new ObjectMapper()
            .registerModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS);

    @Test
    void coopTakesADoubtfulImageAsAnItemOfItsContent() {
        try (var peer = new CoopPeer()) {
            Coop coop = coop(peer.url(), CoopPeer.API_KEY);

            assertThat(send(coop, event("moderation.decisions", bytes(decision(Decision.REVIEW, SHA256)))))
                    .isEqualTo(new AttemptResult.Taken());
            assertThat(peer.items).singleElement().satisfies(item -> {
                assertThat(item.path("id").asText()).isEqualTo("shop/" + SHA256 + ":img 1");
                assertThat(item.at("/data/imageId").asText()).isEqualTo("img 1");
                assertThat(item.at("/data/uploaderId").asText()).isEqualTo("u1");
                assertThat(item.at("/data/images/0").asText()).isEqualTo("https://pictures.example/shop/img%201");
                assertThat(item.at("/data/score").asDouble()).isEqualTo(0.5);
            });
        }
    }

    @Test
    void coopGetsReportsButNoAppealsNoOtherDecisionsAndNoContentThatCannotBeViewed() {
        try (var peer = new CoopPeer()) {
            Coop coop = coop(peer.url(), CoopPeer.API_KEY);

            assertThat(send(coop, event("moderation.reports", report(ReportKind.REPORT, SHA256))))
                    .isEqualTo(new AttemptResult.Taken());
            JsonNode report = peer.reports.get(0);
            assertThat(report.at("/reporter/id").asText()).isEqualTo("reader-7");
            assertThat(report.at("/reportedForReason/reason").asText()).isEqualTo("ugly");
            assertThat(report.at("/reportedItem/id").asText()).isEqualTo("shop/" + SHA256 + ":img 1");
            assertThat(coop.message(event("moderation.reports", report(ReportKind.APPEAL, SHA256))))
                    .isEmpty();
            assertThat(coop.message(event("moderation.reports", report(ReportKind.REPORT, null))))
                    .as("its content is not known")
                    .isEmpty();
            assertThat(coop.message(event("moderation.decisions", bytes(decision(Decision.SAFE, SHA256)))))
                    .isEmpty();
            assertThat(coop.message(event("moderation.decisions", bytes(decision(Decision.REVIEW, null)))))
                    .isEmpty();
            assertThat(coop.message(event("moderation.decisions", null))).isEmpty();
        }
    }

    @Test
    void aWrongKeyIsNoFaultOfTheEvent() {
        try (var peer = new CoopPeer()) {
            assertThat(send(
                            coop(peer.url(), "another"),
                            event("moderation.decisions", bytes(decision(Decision.REVIEW, SHA256)))))
                    .isEqualTo(new AttemptResult.Unavailable("status 401", Optional.empty(), false));
            assertThat(peer.items).isEmpty();
        }
    }

    @Test
    void anIdIsReadAsItWasWrittenAndNothingElseIs() {
        for (String image : new String[] {"img", "a:b:c", "a/b", " with\nlines "}) {
            for (String tenant : new String[] {"shop", "a/b", "50%", "a:b"}) {
                var id = new Coop.ItemId(tenant, SHA256, image);
                assertThat(Coop.ItemId.parse(id.toString())).contains(id);
            }
        }
        String capitals = "shop/" + SHA256.toUpperCase(Locale.ROOT) + ":i";
        for (String none : new String[] {
            null,
            "",
            "img",
            "shop/:",
            "shop/abc:img",
            "shop/:img",
            "/" + SHA256 + ":i",
            SHA256 + ":i",
            SHA256 + ":a/b",
            capitals
        }) {
            assertThat(Coop.ItemId.parse(none)).isEmpty();
        }
    }

    @Test
    void onlyCoopsSignatureOverTheseBytesVerifies(@TempDir Path folder) throws Exception {
        KeyPair keys = pair();
        String pem = "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(keys.getPublic().getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
        CoopSignature signature = CoopSignature.read(Files.writeString(folder.resolve("coop.pem"), pem));
        byte[] body = {'{', '}'};

        assertThat(signature.verifies(body, signed(keys, body))).isTrue();
        assertThat(signature.verifies(new byte[] {'{', ' ', '}'}, signed(keys, body)))
                .isFalse();
        assertThat(signature.verifies(body, signed(pair(), body))).isFalse();
        for (String wrong : new String[] {null, "", "AAAA", "not base64!", "t=1234567890,v1=5f7d8e9"}) {
            assertThat(signature.verifies(body, wrong)).isFalse();
        }
    }

    @Test
    void ofARestrictedContentNoReportAndNoDecisionIsSent() {
        var restriction = new Restriction(Set.of());
        Coop coop = coop(URI.create("http://127.0.0.1:1"), CoopPeer.API_KEY, restriction);
        Event report = event("moderation.reports", report(ReportKind.REPORT, SHA256));
        assertThat(coop.message(report)).isPresent();

        restriction.stand(new Restriction.Standing(Set.of(new Restriction.Content("shop", SHA256)), new byte[32]));
        assertThat(coop.message(report)).isEmpty();
        assertThat(coop.message(event(
                        "moderation.decisions",
                        bytes(ModerationDecision.newBuilder(decision(Decision.REVIEW, null))
                                .setLabels(List.of("restricted"))
                                .build()))))
                .isEmpty();
    }

    private static KeyPair pair() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        return generator.generateKeyPair();
    }

    private static String signed(KeyPair keys, byte[] body) throws Exception {
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(keys.getPrivate());
        signature.update(body);
        return Base64.getEncoder().encodeToString(signature.sign());
    }

    private static AttemptResult send(Coop coop, Event event) {
        return new HttpPost(TIMEOUT, Clock.systemUTC())
                .send(coop.request(coop.message(event).orElseThrow(), Instant.now()))
                .join();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\uFEFFkey-42", "key-42\nsecond", "key 42", "k\u00e9y-42"})
    void whatIsNoKeyIsRefusedWithoutBeingTold(String text, @TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("api"), text);
        assertThatThrownBy(() -> Coop.ApiKey.read(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(file + " is no API key of Coop: one line of 1 to 512 visible ASCII characters,"
                        + " without a byte order mark")
                .cause()
                .hasMessage("no key");
    }

    @Test
    void aKeyIsReadWithoutTheEndOfItsLineAndNotShown(@TempDir Path folder) throws Exception {
        Coop.ApiKey key = Coop.ApiKey.read(Files.writeString(folder.resolve("api"), "key-42\r\n"));
        assertThat(key.header).isEqualTo("key-42");
        assertThat(key).hasToString("CoopApiKey");
    }

    private static Coop coop(URI url, String apiKey) {
        return coop(url, apiKey, new Restriction(Set.of()));
    }

    private static Coop coop(URI url, String apiKey, Restriction restriction) {
        return new Coop(
                new Coop.Place(
                        url,
                        Coop.ApiKey.of(apiKey),
                        CoopPeer.ITEM_TYPE,
                        Optional.of("type-of-users"),
                        Optional.of("https://pictures.example/{tenant}/{imageId}"),
                        TIMEOUT),
                new DecisionEvents(
                        Set.of("shop"),
                        Set.of("REVIEW"),
                        false,
                        new EventDecoder<>(ModerationDecision.class, Map.of()),
                        Clock.systemUTC()),
                new EventDecoder<>(ImageReport.class, Map.of()),
                restriction,
                JSON);
    }

    private static Event event(String topic, byte[] value) {
        return new Event(topic, 3, 17, Samples.NOON, "shop/img 1", value, Context.root());
    }

    private static byte[] bytes(ModerationDecision decision) {
        return new EventSerializer<>(ModerationDecision.class).serialize("moderation.decisions", decision);
    }

    private static byte[] report(ReportKind kind, String sha256) {
        return new EventSerializer<>(ImageReport.class)
                .serialize(
                        "moderation.reports",
                        ImageReport.newBuilder()
                                .setTenant("shop")
                                .setImageId("img 1")
                                .setKind(kind)
                                .setContentSha256(sha256)
                                .setReporter("reader-7")
                                .setWords("ugly")
                                .setAt(Samples.NOON)
                                .build());
    }

    private static ModerationDecision decision(Decision decision, String sha256) {
        return ModerationDecision.newBuilder()
                .setTenant("shop")
                .setImageId("img 1")
                .setUploaderId("u1")
                .setDecision(decision)
                .setContentSha256(sha256)
                .setScore(0.5)
                .setDecidedBy(new Decider(DeciderKind.WORKER, "w"))
                .setSince(Samples.NOON)
                .build();
    }

    /**
     * A Coop on this machine: it takes what the schemas of its routes for items and reports take, and answers as they
     * do.
     */
    static final class CoopPeer implements AutoCloseable {

        static final String API_KEY = "key-of-an-organisation";
        static final String ITEM_TYPE = "type-of-images";

        final List<JsonNode> items = new CopyOnWriteArrayList<>();
        final List<JsonNode> reports = new CopyOnWriteArrayList<>();

        private final ObjectMapper json = new ObjectMapper();
        private final HttpServer server;

        CoopPeer() {
            try {
                server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            } catch (IOException noPort) {
                throw new UncheckedIOException(noPort);
            }
            server.createContext("/", this::receive);
            server.start();
        }

        URI url() {
            return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        }

        private void receive(HttpExchange exchange) throws IOException {
            try (exchange) {
                JsonNode body = json.readTree(exchange.getRequestBody());
                boolean known = API_KEY.equals(exchange.getRequestHeaders().getFirst("X-API-KEY"));
                exchange.sendResponseHeaders(
                        known ? status(exchange.getRequestURI().getPath(), body) : 401, -1);
            }
        }

        private int status(String path, JsonNode body) {
            if (path.equals("/api/v1/items/async/")) {
                boolean fine = body.path("items").isArray();
                for (JsonNode item : body.path("items")) {
                    fine &= isItem(item);
                }
                if (fine) {
                    body.path("items").forEach(items::add);
                }
                return fine ? 202 : 400;
            }
            if (path.equals("/api/v1/report")) {
                boolean fine = body.at("/reporter/kind").asText().equals("user")
                        && body.at("/reporter/typeId").isTextual()
                        && body.at("/reporter/id").isTextual()
                        && isInstant(body.path("reportedAt"))
                        && isItem(body.path("reportedItem"));
                if (fine) {
                    reports.add(body);
                }
                return fine ? 201 : 400;
            }
            return 404;
        }

        private static boolean isItem(JsonNode item) {
            return item.path("id").isTextual()
                    && item.path("typeId").asText().equals(ITEM_TYPE)
                    && item.path("data").isObject();
        }

        private static boolean isInstant(JsonNode text) {
            try {
                return text.isTextual() && Instant.parse(text.asText()) != null;
            } catch (DateTimeParseException noInstant) {
                return false;
            }
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }
}
