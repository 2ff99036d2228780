package io.bulwark.stream.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.bulwark.events.Decider;
import io.bulwark.events.DeciderKind;
import io.bulwark.events.Decision;
import io.bulwark.events.ModerationDecision;
import io.bulwark.events.ReplacedDecision;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.stream.document.DecisionDocument;
import io.bulwark.stream.outbound.DecisionEvents.UnreadableEventException;
import io.bulwark.stream.outbound.HttpPost.AttemptResult;
import io.bulwark.stream.outbound.Receiver.Event;
import io.bulwark.stream.outbound.Webhook.WebhookSecret;
import io.bulwark.stream.testing.Samples;
import io.bulwark.stream.testing.StandardWebhooks;
import io.bulwark.stream.testing.WebhookPeer;
import io.opentelemetry.context.Context;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookTest {

    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final String OTHER = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final ObjectMapper JSON = new ObjectMapper()
            .registerModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS);

    /** The example that the libraries of Standard Webhooks are tested with. */
    @Test
    void theSignatureIsThatOfTheSpecification() {
        assertThat(WebhookSecret.of(SECRET)
                        .sign(
                                "msg_p5jXN8AQM9LWM0D4loKWxJek",
                                1614265330,
                                "{\"test\": 2432232314}".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    @Test
    void theBodyIsTheDecisionAsTheApiAnswersItUnderTheRecordsPlace() throws IOException {
        ModerationDecision decision = decision(Decision.NSFW).build();
        JsonNode body = JSON.readTree(message(webhook(), decision).orElseThrow().body());

        assertThat(body.path("id").asText()).isEqualTo("moderation.decisions-3-17");
        assertThat(body.path("type").asText()).isEqualTo("decision.made");
        assertThat(body.path("timestamp").asText()).isEqualTo(Samples.NOON.toString());
        assertThat(body.path("data")).isEqualTo(JSON.valueToTree(DecisionDocument.of(decision)));
        assertThat(body.path("data").path("decidedBy").path("kind").asText()).isEqualTo("REVIEWER");
    }

    @Test
    void aForgottenImageIsSentWhateverTheFilterOfDecisions() throws IOException {
        Webhook strict = webhook(Set.of("shop"), Set.of("NSFW"), true);
        JsonNode body = JSON.readTree(
                strict.message(event("shop/img-1", null)).orElseThrow().body());

        assertThat(body.path("type").asText()).isEqualTo("decision.forgotten");
        assertThat(body.path("data")).isEqualTo(JSON.valueToTree(Map.of("tenant", "shop", "imageId", "img-1")));
        assertThat(strict.message(event("other/img-1", null))).isEmpty();
    }

    @Test
    void filtersLeaveOutTenantsDecisionsAndWhatChangesNothing() {
        ModerationDecision nsfw = decision(Decision.NSFW).build();
        ModerationDecision safe = decision(Decision.SAFE).build();
        ModerationDecision again =
                decision(Decision.NSFW).setReplaced(replaced(Decision.NSFW)).build();
        ModerationDecision changed =
                decision(Decision.NSFW).setReplaced(replaced(Decision.REVIEW)).build();

        assertThat(message(webhook(Set.of("other"), Set.of(), false), nsfw)).isEmpty();
        assertThat(message(webhook(Set.of("shop"), Set.of(), false), nsfw)).isPresent();
        assertThat(message(webhook(Set.of(), Set.of("NSFW"), false), safe)).isEmpty();
        assertThat(message(webhook(Set.of(), Set.of("NSFW"), false), again)).isPresent();
        assertThat(message(webhook(Set.of(), Set.of(), true), again)).isEmpty();
        assertThat(message(webhook(Set.of(), Set.of(), true), changed)).isPresent();
        assertThat(message(webhook(Set.of(), Set.of(), true), nsfw)).isPresent();
    }

    @Test
    void anUnreadableEventSaysWhy() {
        assertThatThrownBy(() -> webhook().message(event("shop/img-1", new byte[] {9, 9})))
                .isInstanceOf(UnreadableEventException.class);
        assertThatThrownBy(() -> webhook().message(event("no tenant", null)))
                .isInstanceOfSatisfying(
                        UnreadableEventException.class,
                        bad -> assertThat(bad.reason()).isEqualTo("BAD_KEY"));
    }

    @Test
    void bothSecretsSignWhileTheReceiverChanges() throws GeneralSecurityException {
        var both = new Webhook(
                URI.create("https://shop.example/hook"),
                List.of(WebhookSecret.of(OTHER), WebhookSecret.of(SECRET)),
                events(Set.of(), Set.of(), false),
                TIMEOUT,
                JSON);
        Receiver.Message message = both.message(event("shop/img-1", null)).orElseThrow();
        Instant now = Instant.parse("2026-11-27T12:00:00Z");

        for (String known : List.of(SECRET, OTHER)) {
            assertThat(verifies(known, both.request(message, now), message, now))
                    .isTrue();
        }
        String stranger = "whsec_" + "A".repeat(32);
        assertThat(verifies(stranger, both.request(message, now), message, now)).isFalse();
        assertThat(verifies(SECRET, both.request(message, now), message, now.plusSeconds(301)))
                .as("a replay")
                .isFalse();
    }

    @Test
    void aRealReceiverTakesWhatIsSignedAndRefusesWhatIsNot() {
        try (var peer = new WebhookPeer(SECRET)) {
            var post = new HttpPost(TIMEOUT, Clock.systemUTC());
            Event event = event("shop/img-1", bytes(decision(Decision.NSFW).build()));

            assertThat(send(post, webhook(peer, SECRET), event)).isEqualTo(new AttemptResult.Taken());
            assertThat(send(post, webhook(peer, OTHER), event))
                    .isEqualTo(new AttemptResult.Unavailable("status 401", Optional.empty(), false));
            assertThat(peer.taken)
                    .singleElement()
                    .satisfies(taken ->
                            assertThat(taken.at("/data/imageId").asText()).isEqualTo("img-1"));
            assertThat(peer.refused).hasValue(1);
        }
    }

    @Test
    void aRedirectIsNotFollowedAndAnAbsentReceiverIsUnavailable() {
        var post = new HttpPost(Duration.ofMillis(500), Clock.systemUTC());
        var peer = new WebhookPeer(SECRET);
        Event event = event("shop/img-1", null);
        peer.fault = 302;
        assertThat(send(post, webhook(peer, SECRET), event))
                .isEqualTo(new AttemptResult.Unavailable("status 302", Optional.empty(), false));
        peer.close();
        assertThat(send(post, webhook(peer, SECRET), event)).isInstanceOf(AttemptResult.Unavailable.class);
    }

    @Test
    void whatAReceiverSaysBesidesItsStatusDoesNotMatter() {
        try (var peer = new WebhookPeer(SECRET)) {
            peer.chatter = 1 << 20;
            var post = new HttpPost(TIMEOUT, Clock.systemUTC());
            assertThat(send(post, webhook(peer, SECRET), event("shop/img-1", null)))
                    .isEqualTo(new AttemptResult.Taken());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "secret", "whsec_", "whsec_c2hvcnQ=", "whsec_!!!!", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"})
    void whatIsNoSecretIsRefusedWithoutBeingTold(String text, @TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("secret"), text);
        assertThatThrownBy(() -> WebhookSecret.read(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(file + " is no secret of webhooks: whsec_ and 24 to 64 bytes in Base64");
        assertThat(WebhookSecret.of(SECRET)).hasToString("WebhookSecret");
    }

    private static boolean verifies(String secret, HttpRequest request, Receiver.Message message, Instant now)
            throws GeneralSecurityException {
        return StandardWebhooks.verifies(
                List.of(secret),
                header(request, "webhook-id"),
                header(request, "webhook-timestamp"),
                header(request, "webhook-signature"),
                message.body(),
                now);
    }

    private static String header(HttpRequest request, String name) {
        return request.headers().firstValue(name).orElseThrow();
    }

    private static AttemptResult send(DeliveryRounds.Post post, Webhook webhook, Event event) {
        return post.send(webhook.request(webhook.message(event).orElseThrow(), Instant.now()))
                .join();
    }

    private static Webhook webhook() {
        return webhook(Set.of(), Set.of(), false);
    }

    private static Webhook webhook(WebhookPeer peer, String secret) {
        return new Webhook(
                peer.url(), List.of(WebhookSecret.of(secret)), events(Set.of(), Set.of(), false), TIMEOUT, JSON);
    }

    private static Webhook webhook(Set<String> tenants, Set<String> decisions, boolean changesOnly) {
        return new Webhook(
                URI.create("https://shop.example/hook"),
                List.of(WebhookSecret.of(SECRET)),
                events(tenants, decisions, changesOnly),
                TIMEOUT,
                JSON);
    }

    private static DecisionEvents events(Set<String> tenants, Set<String> decisions, boolean changesOnly) {
        return new DecisionEvents(
                tenants,
                decisions,
                changesOnly,
                new EventDecoder<>(ModerationDecision.class, Map.of()),
                Clock.fixed(Samples.NOON, ZoneOffset.UTC));
    }

    private static Optional<Receiver.Message> message(Webhook webhook, ModerationDecision decision) {
        return webhook.message(event("shop/img-1", bytes(decision)));
    }

    private static Event event(String key, byte[] value) {
        return new Event("moderation.decisions", 3, 17, Samples.NOON, key, value, Context.root());
    }

    private static byte[] bytes(ModerationDecision decision) {
        return new EventSerializer<>(ModerationDecision.class).serialize("moderation.decisions", decision);
    }

    private static ModerationDecision.Builder decision(Decision decision) {
        return ModerationDecision.newBuilder()
                .setTenant("shop")
                .setImageId("img-1")
                .setUploaderId("u1")
                .setDecision(decision)
                .setScore(0.9)
                .setDecidedBy(new Decider(DeciderKind.REVIEWER, "ana"))
                .setSince(Samples.NOON);
    }

    private static ReplacedDecision replaced(Decision decision) {
        return new ReplacedDecision(decision, new Decider(DeciderKind.WORKER, "w"), Samples.NOON, null);
    }
}
