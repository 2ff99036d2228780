package io.bulwark.stream;

import static io.bulwark.stream.testing.ConsoleBrowser.texts;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.bulwark.events.Decision;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.testing.Broker;
import io.bulwark.schemas.testing.TestBroker;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.stream.testing.ConsoleBrowser;
import io.bulwark.stream.testing.EventProducer;
import io.bulwark.stream.testing.Samples;
import io.bulwark.stream.testing.Scenes;
import io.bulwark.stream.testing.StreamProcess;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Opens the console's live feed in a real browser while verdicts arrive, and does what a moderator does, without a
 * database. Skipped where there is no Chromium or no Node.js.
 */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class ConsoleIT {

    @TempDir
    static Path state;

    private static JsonNode report;
    private static List<Verdict> verdicts;

    @BeforeAll
    static void watchTheConsole() throws Exception {
        ConsoleBrowser browser = ConsoleBrowser.orSkip("the console");
        verdicts = Scenes.someMinutes(Instant.now());
        try (Broker broker = TestBroker.fresh()) {
            broker.createTopics(TopicNames.UNPREFIXED, 2);
            try (StreamProcess app = StreamProcess.start(broker.bootstrapServers(), state, Map.of());
                    EventProducer producer = new EventProducer(broker.bootstrapServers())) {
                app.awaitReady();
                report = browser.run(
                        "console.mjs", cues(producer), app.uri("/").toString(), Integer.toString(verdicts.size()));
            }
        }
    }

    private static Map<String, Runnable> cues(EventProducer producer) {
        return Map.of(
                "OPEN",
                () -> {
                    verdicts.forEach(producer::send);
                    producer.send(Scenes.twinDisagreement(Instant.now()));
                },
                "PAUSED",
                () -> producer.send(harmless("img-while-paused")),
                "LATE AUDIT",
                () -> producer.send(Samples.audit("img-revolver-2210")
                        .setDetectedAt(Instant.now())
                        .build()),
                "CUT",
                () -> producer.send(harmless("img-while-cut")));
    }

    private static Verdict harmless(String imageId) {
        return Scenes.worker(imageId, "acct-1", Instant.now())
                .setDecision(Decision.SAFE)
                .setScore(0.1)
                .setMargin(0.25)
                .build();
    }

    @Test
    void beforeTheFirstVerdictThePageSaysWhatItWaitsFor() {
        assertThat(report.at("/empty").asText()).contains("Waiting for the first verdict", "bulwark upload");
    }

    @Test
    void everyVerdictArrivesAsARowWithItsNearestNeighbour() {
        assertThat(report.at("/rows")).hasSize(verdicts.size());
        JsonNode rifle = row("img-rifle-4102");
        assertThat(rifle.at("/decision").asText()).isEqualTo("NSFW");
        assertThat(rifle.at("/score").asText()).isEqualTo("0.97");
        assertThat(rifle.at("/nearest").asText()).contains("weapons", "0.96", "ref-rifle-1");
        assertThat(rifle.at("/spoken").asText()).contains("NSFW, image img-rifle-4102, score 0.97, nearest weapons");
        assertThat(report.at("/counts").toString())
                .isEqualTo(
                        "{\"ALL\":\"24\",\"SAFE\":\"17\",\"NSFW\":\"3\",\"REVIEW\":\"2\",\"REFUSED\":\"2\",\"AUDITED\":\"1\"}");
    }

    @Test
    void theScoreBarShowsTheThresholdsThatOtherVerdictsOfTheTenantTold() {
        assertThat(row("img-rifle-4102").at("/thresholds").asInt()).isEqualTo(2);
        assertThat(row("img-apple-1040").at("/thresholds").asInt()).isEqualTo(2);
        assertThat(row("img-cocktail-0077").at("/thresholds").asInt()).isZero();
    }

    @Test
    void knownContentShowsItsLabel() {
        JsonNode medal = row("img-medal-0042");
        assertThat(medal.at("/spoken").asText()).contains("NSFW", "Known", "label weapons");
    }

    @Test
    void theDetailsShowEveryViewWithItsNeighboursLabelsAndSimilaritiesWorstFirst() {
        JsonNode views = report.at("/details/views");
        assertThat(report.at("/details/title").asText()).isEqualTo("img-rifle-4102");
        assertThat(views).hasSize(2);
        assertThat(views.at("/0/name").asText()).isEqualTo("tile 2 of 3");
        assertThat(texts(views.at("/0/neighbours")))
                .hasSize(5)
                .startsWith("ref-rifle-1 weapons 0.960", "ref-rifle-2 weapons 0.923")
                .contains("ref-rifle-4 safe 0.849");
        assertThat(texts(views.at("/0/classes"))).startsWith("Neutral 86.0 %", "Drawing 11.0 %");
        assertThat(report.at("/details/timings").asText()).contains("decode", "4.1 ms", "together", "15.7 ms");
    }

    @Test
    void anAuditedImageIsMarkedForThoseWhoSeeAndThoseWhoHear() {
        assertThat(row("img-rifle-4102").at("/alarm").asText()).contains("Audit");
        assertThat(row("img-rifle-4102").at("/spoken").asText()).contains("attack audit: twin disagreement");
        assertThat(row("img-apple-1040").at("/alarm").asText()).isEmpty();
        assertThat(texts(report.at("/auditedOnly"))).containsExactly("img-rifle-4102");
    }

    @Test
    void theDetailsShowWhatTheTwinsSayOfAnAuditedImageSideBySide() {
        assertThat(report.at("/details/audits")).hasSize(1);
        JsonNode audit = report.at("/details/audits/0");
        assertThat(audit.at("/kind").asText()).isEqualTo("Twin disagreement");
        assertThat(audit.at("/sides/0").toString()).contains("Robust encoder", "NSFW", "0.970");
        assertThat(texts(audit.at("/sides/0/nearest"))).hasSize(5).startsWith("weapons 0.960 ref-rifle-1");
        assertThat(audit.at("/sides/1").toString()).contains("Clean twin", "SAFE", "0.080");
        assertThat(texts(audit.at("/sides/1/nearest"))).hasSize(5).startsWith("safe 0.910 ref-flute-1");
        assertThat(audit.at("/facts").asText())
                .contains("twin-disagreement 0.467, above its threshold 0.118", "Drift", "0.5247");
    }

    @Test
    void anAuditThatComesAfterItsVerdictMarksTheRowThatIsThere() {
        assertThat(report.at("/lateAlarm").asText()).contains("img-revolver-2210", "attack audit");
    }

    @Test
    void theDetailsShowWhatTheUploaderDid() {
        assertThat(texts(report.at("/details/windows")))
                .anySatisfy(counts -> assertThat(counts.split(" ")).hasSize(7));
    }

    @Test
    void dataIsShownAsTextAndNeverRuns() {
        assertThat(row(Scenes.MARKUP_ID).at("/decision").asText()).isEqualTo("SAFE");
        assertThat(report.at("/injected").asText()).isEqualTo("nothing");
    }

    @Test
    void theBrowserFindsNothingToComplainOf() {
        assertThat(texts(report.at("/errors"))).isEmpty();
    }

    @Test
    void noChipLiesUnderTheSidePanel() {
        assertThat(report.at("/covered").toString()).isEqualTo("{\"1081\":[],\"1280\":[],\"1366\":[],\"1440\":[]}");
    }

    @Test
    void statisticsThatAreNotThereYetAreAskedForAgain() {
        assertThat(report.at("/askedForWindows").asInt()).isEqualTo(2);
    }

    @Test
    void afterAReconnectNothingIsMissingAndNothingTwice() {
        assertThat(report.at("/rowsAfterCut").asInt()).isEqualTo(1);
    }

    @Test
    void withoutADatabaseThePageSaysSoAndListsDecisionsByTheirIds() {
        assertThat(report.at("/noDatabase").asText()).contains("No database", "bulwark.database.url");
        assertThat(report.at("/withoutDatabase").asInt()).isPositive();
    }

    @Test
    void thePageForbidsWhatItDoesNotNeed() {
        assertThat(report.at("/headers/content-security-policy").asText())
                .contains("default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'");
        assertThat(report.at("/headers/x-content-type-options").asText()).isEqualTo("nosniff");
        assertThat(report.at("/headers/referrer-policy").asText()).isEqualTo("no-referrer");
    }

    @Test
    void theKeyboardOpensClosesAndMoves() {
        assertThat(report.at("/focusAfterEscape").asText()).isEqualTo("img-rifle-4102");
        assertThat(report.at("/focusAfterDown").asBoolean()).isTrue();
        assertThat(report.at("/openedByKeyboard").asInt()).isEqualTo(1);
    }

    @Test
    void filterAndSearchNarrowTheList() {
        assertThat(texts(report.at("/nsfwOnly"))).containsExactly("NSFW", "NSFW", "NSFW");
        assertThat(report.at("/filterInAddress").asText()).isEqualTo("#/decisions?live=1&decision=NSFW");
        assertThat(report.at("/nothingMatches").asText()).contains("Nothing matches");
        assertThat(report.at("/rowsAfterSearch").asInt()).isEqualTo(verdicts.size());
    }

    @Test
    void aPausedPageHoldsBackWhatArrives() {
        assertThat(report.at("/rowsWhilePaused").asInt()).isEqualTo(verdicts.size());
        assertThat(report.at("/rowsAfterPause").asInt()).isEqualTo(verdicts.size() + 1);
    }

    private static JsonNode row(String image) {
        for (JsonNode row : report.at("/rows")) {
            if (row.at("/image").asText().equals(image)) {
                return row;
            }
        }
        throw new AssertionError("There is no row of " + image + " among " + report.at("/rows"));
    }
}
