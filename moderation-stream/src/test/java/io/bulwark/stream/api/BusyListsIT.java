package io.bulwark.stream.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.schemas.testing.TestBroker;
import io.bulwark.stream.testing.ReviewDesk;
import io.bulwark.stream.testing.StreamProcess;
import io.bulwark.stream.testing.TestDatabase;
import io.bulwark.stream.testing.UsersFile;
import java.io.IOException;
import java.net.CookieManager;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Fifty reviewers over the API beside people whose lists cannot finish: the packaged application, a real Kafka and a
 * real PostgreSQL.
 */
@Tag("proof")
class BusyListsIT {

    private static final Logger LOG = Logger.getLogger(BusyListsIT.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int REVIEWERS = 50;
    private static final int DECISIONS = 5;
    private static final long THINKS_MILLIS = 2_000;
    private static final int VIEWERS = 6;
    private static final Duration WITHIN = Duration.ofSeconds(6);
    private static final double MOST_GROWTH = 1.5;
    private static final double MILLIS_MORE = 25;
    private static final List<String> LISTS =
            List.of("/api/v1/cases", "/api/v1/cases/calibration", "/api/v1/cases/backtest?flag=0.5&review=0.1");

    @TempDir
    static Path folder;

    /** Other programs of the machine disturb some rounds; lists that hold people up would disturb each. */
    private static final int ROUNDS = 3;

    private static TestDatabase database;
    private static ReviewDesk desk;
    private static StreamProcess app;
    private static List<HttpClient> reviewers;
    private static HttpClient lead;

    @BeforeAll
    static void start() throws Exception {
        TestBroker.recreateTopics();
        database = TestDatabase.open();
        desk = new ReviewDesk(database.database(), ReviewDesk.RULES);
        UsersFile users = new UsersFile(folder.resolve("users")).with("lead", "default", "admin");
        for (int i = 0; i < REVIEWERS; i++) {
            users.with("reviewer-" + i, "default", "reviewer");
        }
        app = StreamProcess.start(
                TestBroker.bootstrapServers(),
                folder.resolve("state"),
                Map.of(
                        "bulwark.access.users-file",
                        users.path().toString(),
                        "bulwark.access.limits.requests-per-second",
                        "10000",
                        "bulwark.database.url",
                        database.address().url(),
                        "bulwark.database.owner.username",
                        "bulwark_owner",
                        "bulwark.review.golden",
                        "0",
                        "bulwark.review.second.sample",
                        "0"));
        app.awaitReady();
        lead = logIn("lead");
        reviewers = new ArrayList<>();
        for (int i = 0; i < REVIEWERS; i++) {
            reviewers.add(logIn("reviewer-" + i));
        }
        await("the queue is there")
                .atMost(Duration.ofSeconds(60))
                .until(() -> send(lead, get("/api/v1/review/queue")).statusCode() == 200);
    }

    @AfterAll
    static void stop() {
        app.close();
        database.close();
    }

    @Test
    void listsThatCannotFinishAnswer503WithinSixSecondsWhileFiftyReviewersKeepTheirPace() throws Exception {
        assertThat(send(lead, get(LISTS.get(0))).statusCode()).isEqualTo(200);
        work();
        boolean kept = false;
        for (int round = 0; round < ROUNDS && !kept; round++) {
            double alone = work();
            double beside = workBesideLists();
            LOG.infof(
                    "p95 of a claim with its decision over the API: alone %.0f ms, beside lists %.0f ms",
                    alone, beside);
            kept = beside <= MOST_GROWTH * alone + MILLIS_MORE;
        }
        assertThat(kept).as("the pace is kept in one of %d rounds", ROUNDS).isTrue();
        await("lists are answered again")
                .atMost(Duration.ofSeconds(30))
                .until(() -> send(lead, get(LISTS.get(0))).statusCode() == 200);
    }

    /** All work while others ask for lists that cannot finish, each of which is answered in time. */
    private static double workBesideLists() throws Exception {
        ExecutorService viewers = Executors.newFixedThreadPool(VIEWERS);
        var stop = new AtomicBoolean();
        try (Handle blocker = database.asOwner().open()) {
            blocker.begin();
            blocker.execute("LOCK TABLE casebook IN ACCESS EXCLUSIVE MODE");
            List<Future<List<Duration>>> asked = new ArrayList<>();
            for (int i = 0; i < VIEWERS; i++) {
                String list = LISTS.get(i % LISTS.size());
                asked.add(viewers.submit(() -> view(list, stop)));
            }
            double beside = work();
            stop.set(true);
            List<Duration> answers = new ArrayList<>();
            for (Future<List<Duration>> one : asked) {
                answers.addAll(one.get(1, TimeUnit.MINUTES));
            }
            blocker.rollback();
            answers.sort(null);
            LOG.infof(
                    "%d lists answered 503, the slowest after %d ms",
                    answers.size(), answers.get(answers.size() - 1).toMillis());
            assertThat(answers).hasSizeGreaterThanOrEqualTo(VIEWERS).allMatch(took -> took.compareTo(WITHIN) < 0);
            return beside;
        } finally {
            stop.set(true);
            viewers.shutdownNow();
        }
    }

    /** Asks for a list again and again. Returns how long each answer took. */
    private static List<Duration> view(String list, AtomicBoolean stop) throws IOException, InterruptedException {
        List<Duration> took = new ArrayList<>();
        do {
            long begin = System.nanoTime();
            HttpResponse<String> answer = send(lead, get(list));
            took.add(Duration.ofNanos(System.nanoTime() - begin));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
            assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("application/problem+json");
            assertThat(JSON.readTree(answer.body()).path("type").asText())
                    .isEqualTo("urn:bulwark:problem:list-unfinished");
        } while (!stop.get());
        return took;
    }

    /** All reviewers claim and decide. Returns the 95th percentile of a claim with its decision, in milliseconds. */
    private static double work() throws Exception {
        for (int i = 0; i < REVIEWERS * DECISIONS; i++) {
            desk.arrives("image-" + UUID.randomUUID(), 0.5);
        }
        ExecutorService people = Executors.newFixedThreadPool(REVIEWERS);
        try {
            List<Callable<List<Double>>> desks = new ArrayList<>();
            for (HttpClient reviewer : reviewers) {
                var chance = new SplittableRandom(desks.size());
                desks.add(() -> {
                    List<Double> took = new ArrayList<>();
                    for (int n = 0; n < DECISIONS; n++) {
                        TimeUnit.MILLISECONDS.sleep(chance.nextLong(2 * THINKS_MILLIS)); // they look at the picture
                        long begin = System.nanoTime();
                        decide(reviewer);
                        took.add((System.nanoTime() - begin) / 1e6);
                    }
                    return took;
                });
            }
            List<Double> all = new ArrayList<>();
            for (Future<List<Double>> one : people.invokeAll(desks)) {
                all.addAll(one.get());
            }
            all.sort(null);
            return all.get((int) Math.ceil(0.95 * all.size()) - 1);
        } finally {
            people.shutdownNow();
        }
    }

    private static void decide(HttpClient reviewer) throws IOException, InterruptedException {
        HttpResponse<String> claimed = send(reviewer, post("/api/v1/review/claims", Map.of()));
        assertThat(claimed.statusCode()).as(claimed.body()).isEqualTo(200);
        JsonNode claim = JSON.readTree(claimed.body());
        HttpResponse<String> decided = send(
                reviewer,
                post(
                        "/api/v1/review/items/" + claim.path("itemId").asText() + "/decision",
                        Map.of(
                                "leaseId", claim.path("leaseId").asText(),
                                "decisionId", UUID.randomUUID(),
                                "contentSha256", claim.path("contentSha256").asText(),
                                "decision", "SAFE")));
        assertThat(decided.statusCode()).as(decided.body()).isEqualTo(200);
    }

    private static HttpClient logIn(String name) throws IOException, InterruptedException {
        HttpClient browser =
                HttpClient.newBuilder().cookieHandler(new CookieManager()).build();
        HttpRequest request = HttpRequest.newBuilder(app.uri("/login"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "j_username=" + name + "&j_password=" + UsersFile.PASSWORD.replace(" ", "+")))
                .build();
        assertThat(send(browser, request).statusCode()).as(name).isLessThan(400);
        return browser;
    }

    private static HttpRequest get(String path) {
        return HttpRequest.newBuilder(app.uri(path))
                .timeout(Duration.ofSeconds(20))
                .build();
    }

    private static HttpRequest post(String path, Map<String, ?> body) throws IOException {
        return HttpRequest.newBuilder(app.uri(path))
                .timeout(Duration.ofSeconds(20))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)))
                .build();
    }

    private static HttpResponse<String> send(HttpClient person, HttpRequest request)
            throws IOException, InterruptedException {
        return person.send(request, HttpResponse.BodyHandlers.ofString());
    }
}
