package io.bulwark.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.events.AttackAudit;
import io.bulwark.events.Decision;
import io.bulwark.schemas.testing.Broker;
import io.bulwark.schemas.testing.TestBroker;
import io.bulwark.stream.campaign.Traffic;
import io.bulwark.stream.testing.EventProducer;
import io.bulwark.stream.testing.FeedClient;
import io.bulwark.stream.testing.Samples;
import io.bulwark.stream.testing.StreamProcess;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Two instances share the partitions; the last test stops one of them. */
@Tag("proof")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TwoInstancesIT {

    private static final int IMAGES = 24;
    private static final List<String> IDS =
            IntStream.range(0, IMAGES).mapToObj(i -> "image/" + i + " ü").toList();

    /** Whose partitions are not all on one of the two. */
    private static final List<String> CAMPAIGN_TENANTS = List.of("default", "shop", "forum");

    private static final int NOTICED_BY = 100;
    private static final List<AttackAudit> ATTACK = attackOfTheLastHour();

    /** Longer than a stop takes on a busy machine. */
    private static final Duration SESSION_TIMEOUT = Duration.ofSeconds(45);

    @TempDir
    static Path stateOfOne;

    @TempDir
    static Path stateOfTwo;

    private static Broker broker;
    private static StreamProcess one;
    private static StreamProcess two;
    private static EventProducer producer;

    @BeforeAll
    static void start() {
        broker = TestBroker.fresh();
        broker.createTopics();
        producer = new EventProducer(broker.bootstrapServers());
        Map<String, String> settings = Map.of("bulwark.stream.session-timeout", SESSION_TIMEOUT.toSeconds() + "s");
        one = StreamProcess.start(broker.bootstrapServers(), stateOfOne, settings);
        two = StreamProcess.start(broker.bootstrapServers(), stateOfTwo, settings);
        one.awaitReady();
        two.awaitReady();
    }

    @AfterAll
    static void stop() {
        producer.close();
        one.close();
        two.close();
        broker.close();
    }

    @Test
    @Order(1)
    void eachAnswersEveryKeyWhereverItLies() {
        IDS.forEach(id -> producer.send(Samples.verdict(id)
                .setUploaderId("uploader of " + id)
                .setDecision(Decision.NSFW)
                .setDecidedAt(Instant.now())
                .build()));
        IDS.forEach(id -> producer.send(Samples.audit(id)
                .setUploaderId("uploader of " + id)
                .setDetectedAt(Instant.now())
                .build()));

        for (StreamProcess instance : List.of(one, two)) {
            for (String id : IDS) {
                awaitAnswer(instance, "verdicts", id);
                awaitAnswer(instance, "uploaders", "uploader of " + id);
                awaitAnswer(instance, "audits", id);
                awaitAnswer(instance, "uploaders", "uploader of " + id, "/audits");
            }
        }
    }

    @Test
    @Order(2)
    void eachHoldsAShareAndAQuestionThatHoppedIsNotPassedOn() {
        for (StreamProcess instance : List.of(one, two)) {
            List<Integer> statuses = IDS.stream()
                    .map(id -> instance.get(StreamProcess.path("verdicts", id), "Bulwark-Hop", "elsewhere:1"))
                    .map(HttpResponse::statusCode)
                    .toList();
            assertThat(statuses).contains(200, 503).doesNotContain(404);
        }
    }

    @Test
    @Order(2)
    void eachCountsTheAuditsOfBoth() throws Exception {
        String period = "/api/v1/audits/summary?since=" + Instant.now().minus(Duration.ofHours(1));
        for (StreamProcess instance : List.of(one, two)) {
            int audits = 0;
            for (JsonNode count :
                    new ObjectMapper().readTree(instance.get(period).body()).at("/counts")) {
                assertThat(count.at("/kind").asText()).isEqualTo("TWIN_DISAGREEMENT");
                audits += count.at("/audits").asInt();
            }
            assertThat(audits).isEqualTo(IMAGES);
        }
    }

    @Test
    @Order(3)
    void anUnknownKeyIsUnknownOnBoth() {
        for (StreamProcess instance : List.of(one, two)) {
            for (String id : List.of("no-such-1", "no-such-2", "no-such-3")) {
                HttpResponse<String> answer = instance.get("/api/verdicts/" + id);
                assertThat(answer.statusCode()).isEqualTo(404);
                assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
                assertThat(answer.body()).contains("urn:bulwark:problem:no-verdict");
            }
        }
    }

    @Test
    @Order(4)
    void theFeedOfEachShowsTheVerdictsOfAllPartitions() {
        try (FeedClient feedOfOne = FeedClient.open(one, null);
                FeedClient feedOfTwo = FeedClient.open(two, null)) {
            feedOfOne.awaitVerdicts(IMAGES);
            feedOfTwo.awaitVerdicts(IMAGES);
            assertThat(feedOfOne.imageIds()).containsExactlyInAnyOrderElementsOf(IDS);
            assertThat(feedOfTwo.imageIds()).containsExactlyInAnyOrderElementsOf(IDS);
        }
    }

    @Test
    @Order(5)
    void aClientThatIsSentToTheOtherInstanceGoesOnWhereItStopped() {
        String cursor;
        try (FeedClient before = FeedClient.open(one, null)) {
            before.awaitVerdicts(IMAGES);
            cursor = before.lastId();
        }
        producer.send(Samples.verdict("since").build());
        try (FeedClient after = FeedClient.open(two, cursor)) {
            after.awaitVerdicts(1);
            assertThat(after.imageIds()).containsExactly("since");
            assertThat(after.names()).doesNotContain("gap");
        }
    }

    @Test
    @Order(6)
    void eachTellsOfACampaignWhereverItsTenantLies() {
        CAMPAIGN_TENANTS.forEach(tenant -> attack(tenant, 0, NOTICED_BY));

        for (StreamProcess instance : List.of(one, two)) {
            CAMPAIGN_TENANTS.forEach(tenant -> awaitCampaign(instance, tenant, NOTICED_BY));
        }
    }

    @Test
    @Order(9)
    void whenOneStopsTheOtherTakesOverAtOnce() {
        long stopped = System.nanoTime();
        one.close();
        for (String id : IDS) {
            awaitAnswer(two, "verdicts", id);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - stopped))
                .as("before the session timeout")
                .isLessThan(SESSION_TIMEOUT.minusSeconds(5));
        assertThat(two.isReady()).isTrue();
    }

    @Test
    @Order(10)
    void aCampaignThatWasRestoredGoesOnAsTheOneThatItWas() {
        List<String> before = CAMPAIGN_TENANTS.stream()
                .map(tenant -> awaitCampaign(two, tenant, NOTICED_BY))
                .toList();
        CAMPAIGN_TENANTS.forEach(tenant -> attack(tenant, NOTICED_BY, ATTACK.size()));

        assertThat(CAMPAIGN_TENANTS)
                .map(tenant -> awaitCampaign(two, tenant, ATTACK.size()))
                .isEqualTo(before);
    }

    private static List<AttackAudit> attackOfTheLastHour() {
        Duration since = Duration.between(Samples.NOON, Instant.now().minus(Duration.ofHours(1)));
        return new Traffic(1)
                .attack(120, 20).inOrder().stream()
                        .map(audit -> AttackAudit.newBuilder(audit)
                                .setDetectedAt(audit.getDetectedAt().plus(since).truncatedTo(ChronoUnit.MILLIS))
                                .build())
                        .toList();
    }

    private static void attack(String tenant, int from, int to) {
        ATTACK.subList(from, to)
                .forEach(audit -> producer.send(AttackAudit.newBuilder(audit)
                        .setTenant(tenant)
                        .setImageId(tenant + audit.getImageId())
                        .build()));
    }

    /** @return its id */
    private static String awaitCampaign(StreamProcess instance, String tenant, int images) {
        var ids = new ArrayList<String>();
        await("campaign of " + tenant).atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            HttpResponse<String> answer = instance.get("/api/v1/campaigns?tenant=" + tenant);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            JsonNode campaigns = new ObjectMapper().readTree(answer.body()).path("campaigns");
            assertThat(campaigns.findValuesAsText("images")).containsExactly(Integer.toString(images));
            ids.add(campaigns.at("/0/campaignId").asText());
        });
        String id = ids.get(ids.size() - 1);
        assertThat(instance.get("/api/v1/campaigns/" + id + "?tenant=" + tenant).body())
                .contains("\"members\"", "attacker-1", "\"angle\"");
        return id;
    }

    private static void awaitAnswer(StreamProcess instance, String collection, String key) {
        awaitAnswer(instance, collection, key, "");
    }

    private static void awaitAnswer(StreamProcess instance, String collection, String key, String detail) {
        await(collection + " " + key + detail).atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            HttpResponse<String> answer = instance.get(StreamProcess.path(collection, key) + detail);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(new ObjectMapper().readTree(answer.body()).findValuesAsText("uploaderId"))
                    .first()
                    .asString()
                    .endsWith(key.replace("uploader of ", ""));
        });
    }
}
