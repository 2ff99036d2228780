package io.bulwark.stream;

import static io.bulwark.stream.testing.ConsoleBrowser.texts;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.bulwark.events.Decision;
import io.bulwark.events.LabelAction;
import io.bulwark.events.LabelScore;
import io.bulwark.events.Reason;
import io.bulwark.schemas.testing.Broker;
import io.bulwark.schemas.testing.TestBroker;
import io.bulwark.stream.testing.ConsoleBrowser;
import io.bulwark.stream.testing.EventProducer;
import io.bulwark.stream.testing.RawHttp;
import io.bulwark.stream.testing.Scenes;
import io.bulwark.stream.testing.StreamProcess;
import io.bulwark.stream.testing.TestDatabase;
import io.bulwark.stream.testing.UsersFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A team decides all items of four queues in Chromium, by keyboard, while a lead watches. {@code -Dteam.items=3000
 * -Dteam.reviewers=12 -Dteam.seniors=2 -Dteam.think=1000} is the full size; without, it is a small one. Skipped where there
 * is no Chromium or no Node.js.
 */
@Tag("proof")
@Timeout(value = 70, unit = TimeUnit.MINUTES)
class TeamInBrowsersIT {

    private static final Path PICTURES = Path.of("..", "deploy", "local", "samples", "held-out", "gambling");
    private static final int ITEMS = Integer.getInteger("team.items", 60);
    private static final int REVIEWERS = Integer.getInteger("team.reviewers", 3);
    private static final int SENIORS = Integer.getInteger("team.seniors", 1);
    private static final int THINK_MILLIS = Integer.getInteger("team.think", 0);

    /** Items that a person may be given in an hour; twice a person's mean share, as claims are made ahead. */
    private static final int LIMIT = 2 * ITEMS / (REVIEWERS + SENIORS) + 4;

    /** Deadlines of the four queues in seconds, by score from the lowest on. */
    private static final List<Integer> DEADLINES = List.of(600, 900, 1800, 3600);

    private static final double LOWEST = 0.36;
    private static final double WIDTH = 0.07;

    @TempDir
    static Path folder;

    private record Outcome(long items, long inTime, long open, long twice) {}

    @Test
    void aTeamDecidesAllItemsOfFourQueuesEachOnceInTimeAndWithinLimits() throws Exception {
        ConsoleBrowser browser = ConsoleBrowser.orSkip("a team at work");
        List<String> names = new ArrayList<>();
        var users = new UsersFile(folder.resolve("users")).with("lead", "default", "admin");
        for (int i = 1; i <= REVIEWERS + SENIORS; i++) {
            boolean senior = i > REVIEWERS;
            names.add((senior ? "senior-" : "reviewer-") + i);
            users.with(names.get(i - 1), "default", senior ? "reviewer,senior" : "reviewer");
        }
        try (Broker broker = TestBroker.fresh();
                TestDatabase database = TestDatabase.open()) {
            broker.createTopics();
            Map<String, String> settings = Map.ofEntries(
                    entry("bulwark.access.users-file", users.path().toString()),
                    entry("bulwark.database.url", database.address().url()),
                    entry("bulwark.database.owner.username", "bulwark_owner"),
                    entry("bulwark.review.sample", "0"),
                    entry("bulwark.review.golden", "0"),
                    entry("bulwark.review.second.sample", "0"),
                    entry("bulwark.preview.url", "http://127.0.0.1:9"),
                    entry("bulwark.preview.secret", "what the browser is given instead of it"));
            try (StreamProcess app = StreamProcess.start(broker.bootstrapServers(), folder.resolve("state"), settings);
                    EventProducer producer = new EventProducer(broker.bootstrapServers())) {
                app.awaitReady();
                rules(app);
                for (int i = 0; i < ITEMS; i++) {
                    producer.send(Scenes.worker("team-" + i, "acct-" + i % 7, Instant.now())
                            .setDecision(Decision.REVIEW)
                            .setReason(Reason.UNCERTAIN)
                            .setScore(LOWEST + WIDTH * (i % DEADLINES.size()) + WIDTH / 2)
                            .setMargin(0)
                            .setLabels(List.of(new LabelScore("weapons", 0.5, LabelAction.FLAG)))
                            .setViews(List.of())
                            .build());
                }
                await("the items are in the queue")
                        .atMost(Duration.ofMinutes(5))
                        .until(() -> outcome(database).items() == ITEMS);
                List<String> arguments = new ArrayList<>(List.of(
                        app.uri("/").toString(),
                        UsersFile.PASSWORD,
                        PICTURES.toAbsolutePath().toString(),
                        Integer.toString(ITEMS),
                        Integer.toString(THINK_MILLIS)));
                arguments.addAll(names);
                JsonNode report = browser.run("team.mjs", Map.of(), arguments.toArray(String[]::new));
                Outcome outcome = outcome(database);
                long given = given(database);
                System.out.printf(
                        "%d items, %d people in browsers, %.0f s: in-time=%d open=%d decided twice=%d, a person was given"
                                + " %d of %d, from a key to the next item p50=%d p95=%d ms, decided %s%n",
                        ITEMS,
                        names.size(),
                        report.at("/seconds").asDouble(),
                        outcome.inTime(),
                        outcome.open(),
                        outcome.twice(),
                        given,
                        LIMIT,
                        report.at("/p50").asInt(),
                        report.at("/p95").asInt(),
                        report.at("/by"));

                assertThat(texts(report.at("/errors"))).isEmpty();
                assertThat(texts(report.at("/twice"))).as("in two hands").isEmpty();
                assertThat(report.at("/decided").asInt()).isEqualTo(ITEMS);
                assertThat(texts(report.at("/unheard")))
                        .as("pages on which keys did nothing")
                        .isEmpty();
                assertThat(texts(report.at("/idle")))
                        .as("pages of people who decided nothing")
                        .isEmpty();
                assertThat(outcome.open()).as("not decided").isZero();
                assertThat(outcome.twice()).as("decided twice").isZero();
                assertThat(outcome.inTime()).as("in time").isGreaterThanOrEqualTo((long) Math.ceil(0.95 * ITEMS));
                assertThat(given).isLessThanOrEqualTo(LIMIT);
                assertThat(report.at("/waiting/0").asInt())
                        .as("the lead's page")
                        .isPositive();
            }
        }
    }

    /** Four queues with deadlines, and a limit an hour for everybody. */
    private static void rules(StreamProcess app) throws IOException {
        var headers = Map.of(
                "Content-Type", "application/json", "Authorization", UsersFile.basic("lead", UsersFile.PASSWORD));
        for (int i = 0; i < DEADLINES.size(); i++) {
            String rule = "{\"position\":%d,\"scoreFrom\":%s,\"scoreTo\":%s,\"deadlineSeconds\":%d}"
                    .formatted(i + 1, LOWEST + WIDTH * i, LOWEST + WIDTH * (i + 1), DEADLINES.get(i));
            put(app, "queues/within-" + DEADLINES.get(i), headers, rule);
        }
        put(app, "wellness", headers, "{\"version\":0,\"rules\":{\"limits\":[{\"perHour\":" + LIMIT + "}]}}");
    }

    private static void put(StreamProcess app, String path, Map<String, String> headers, String body)
            throws IOException {
        await(path)
                .atMost(Duration.ofMinutes(1))
                .untilAsserted(
                        () -> assertThat(RawHttp.send(app.port(), "PUT", "/api/v1/review/" + path, headers, body))
                                .extracting(RawHttp.Answer::status)
                                .as(path)
                                .isIn(200, 201, 204));
    }

    /** Of decisions that were not taken back. */
    private static Outcome outcome(TestDatabase database) {
        return database.asSuperuser()
                .withHandle(handle -> handle.createQuery("""
                        WITH firsts AS (SELECT item_id, count(*) AS times, min(decided_at) AS at FROM decision
                        WHERE kind = 'DECIDED' GROUP BY item_id)
                        SELECT count(*) AS items, count(*) FILTER (WHERE firsts.at <= due_at) AS in_time,
                        count(*) FILTER (WHERE firsts.at IS NULL) AS open, count(*) FILTER (WHERE firsts.times > 1) AS twice
                        FROM queue_item LEFT JOIN firsts USING (item_id)""")
                        .map((row, context) -> new Outcome(
                                row.getLong("items"),
                                row.getLong("in_time"),
                                row.getLong("open"),
                                row.getLong("twice")))
                        .one());
    }

    /** The most items that one person was given; the whole run lies within an hour or the count is too large. */
    private static long given(TestDatabase database) {
        return database.asSuperuser()
                .withHandle(handle -> handle.createQuery(
                                "SELECT coalesce(max(given), 0) FROM (SELECT count(*) AS given FROM wellness_exposure"
                                        + " GROUP BY person) people")
                        .mapTo(Long.class)
                        .one());
    }
}
