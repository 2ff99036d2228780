package io.bulwark.stream;

import static io.bulwark.stream.testing.ConsoleBrowser.texts;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.bulwark.events.Decision;
import io.bulwark.events.ModerationPolicy;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.testing.Broker;
import io.bulwark.schemas.testing.TestBroker;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.testing.CommandPolicies;
import io.bulwark.stream.testing.ConsoleBrowser;
import io.bulwark.stream.testing.EventProducer;
import io.bulwark.stream.testing.MailPeer;
import io.bulwark.stream.testing.Scenes;
import io.bulwark.stream.testing.SeenPictures;
import io.bulwark.stream.testing.StreamProcess;
import io.bulwark.stream.testing.TestDatabase;
import io.bulwark.stream.testing.TopicDump;
import io.bulwark.stream.testing.UsersFile;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * People review in real browsers: the packaged application with logins, a Kafka and a PostgreSQL. Skipped where there is
 * no Chromium or no Node.js.
 */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class ConsoleReviewIT {

    private static final int DOUBTFUL = 40;
    private static final String MODEL = "model-1";
    private static final Path PICTURES = Path.of("..", "deploy", "local", "samples", "held-out", "gambling");

    /** Runs the application with everybody's logins, and drives it. */
    private static void inTheConsole(Path folder, Visit visit) throws Exception {
        ConsoleBrowser browser = ConsoleBrowser.orSkip("the review");
        var users = new UsersFile(folder.resolve("users"))
                .with("anna", "default", "reviewer")
                .with("ben", "default", "reviewer")
                .with("rita", "default", "reviewer")
                .with("vera", "default", "viewer")
                .with("cleo", "default", "curator")
                .with("sven", "default", "senior")
                .with("dina", "default", "child-safety")
                .with("ada", "default", "admin");
        try (Broker broker = TestBroker.fresh();
                MailPeer mails = new MailPeer();
                TestDatabase database = TestDatabase.open()) {
            broker.createTopics(TopicNames.UNPREFIXED, 2);
            try (StreamProcess app = StreamProcess.start(
                            broker.bootstrapServers(),
                            folder.resolve("state"),
                            Map.ofEntries(
                                    entry(
                                            "bulwark.access.users-file",
                                            users.path().toString()),
                                    entry(
                                            "bulwark.database.url",
                                            database.address().url()),
                                    entry("bulwark.database.owner.username", "bulwark_owner"),
                                    entry("bulwark.restricted.labels", "listed"),
                                    entry("bulwark.review.sample", "0"),
                                    entry("bulwark.review.golden", "0"),
                                    entry("bulwark.review.second.sample", "0"),
                                    entry("bulwark.notifications.email.to", "lead@shop.example"),
                                    entry("bulwark.notifications.console-url", "https://bulwark.example"),
                                    entry("bulwark.notifications.events", "DUTY_URGENT"),
                                    entry("quarkus.mailer.from", "bulwark@shop.example"),
                                    entry("quarkus.mailer.host", "127.0.0.1"),
                                    entry("quarkus.mailer.port", Integer.toString(mails.port())),
                                    entry("bulwark.preview.url", "http://127.0.0.1:9"),
                                    entry("bulwark.preview.secret", "what the browser is given instead of it"),
                                    entry("bulwark.explain.url", "http://127.0.0.1:9"),
                                    entry("bulwark.console.concepts-url", "https://sheets.example/concepts/")));
                    EventProducer producer = new EventProducer(broker.bootstrapServers())) {
                app.awaitReady();
                producer.send(CommandPolicies.inForce("default", 0.8, 0.3));
                SeenPictures.addReference(producer, MODEL);
                Stream.concat(
                                Scenes.someMinutes(Instant.now()).stream(),
                                Scenes.doubtful(DOUBTFUL, Instant.now()).stream())
                        .forEach(verdict -> {
                            producer.send(SeenPictures.of(verdict.getImageId(), MODEL, "whole"));
                            producer.send(verdict);
                        });
                producer.send(Scenes.twinDisagreement(Instant.now()));
                producer.send(
                        Verdict.newBuilder(Scenes.doubtful(1, Instant.now()).get(0))
                                .setImageId("img-listed")
                                .setContentSha256("5a".repeat(32))
                                .setDecision(Decision.NSFW)
                                .setReason(null)
                                .setDecidingLabel("listed")
                                .build());
                String login = UsersFile.basic("ada", UsersFile.PASSWORD);
                await().atMost(Duration.ofSeconds(60))
                        .untilAsserted(() -> assertThat(app.get("/api/v1/review/queue", "Authorization", login)
                                        .body())
                                .containsPattern("\"waiting\":4[0-9]"));
                await().atMost(Duration.ofSeconds(60))
                        .untilAsserted(() -> assertThat(app.get("/api/v1/policies", "Authorization", login)
                                        .body())
                                .contains("\"revision\":1"));
                visit.begin(new Sitting(browser, app, broker, producer, mails));
            }
        }
    }

    private interface Visit {
        void begin(Sitting sitting) throws Exception;
    }

    /** What runs while the browsers are open. */
    private record Sitting(
            ConsoleBrowser browser, StreamProcess app, Broker broker, EventProducer producer, MailPeer mails) {

        JsonNode review(Map<String, Runnable> cues, String... part) throws Exception {
            return browser.run(
                    "review.mjs",
                    cues,
                    Stream.concat(
                                    Stream.of(
                                            app.uri("/").toString(),
                                            UsersFile.PASSWORD,
                                            PICTURES.toAbsolutePath().toString()),
                                    Stream.of(part))
                            .toArray(String[]::new));
        }
    }

    /** Decisions by keyboard, undo, notes, and two people at once. */
    @Nested
    class ReviewersAtWork {

        private static JsonNode report;

        @BeforeAll
        static void work(@TempDir Path folder) throws Exception {
            inTheConsole(folder, sitting -> report = sitting.review(Map.of(), "work"));
        }

        @Test
        void tenDecisionsAreMadeByKeyboardFromTheLoginOn() {
            assertThat(report.at("/made").asInt()).isEqualTo(10);
            assertThat(report.at("/decided"))
                    .hasSize(10)
                    .allSatisfy(made -> assertThat(made.at("/sent/decision").asText())
                            .isEqualTo(made.at("/key").asText().equals("s") ? "SAFE" : "NSFW"))
                    .allSatisfy(made -> assertThat(made.at("/sent/labels").isEmpty())
                            .isEqualTo(made.at("/key").asText().equals("s")));
            assertThat(report.at("/decided"))
                    .extracting(made -> made.at("/item").asText())
                    .doesNotHaveDuplicates();
            assertThat(report.at("/viewed").asInt()).isEqualTo(204);
            assertThat(report.at("/grey").asInt()).isEqualTo(1);
        }

        @Test
        void anUndoneDecisionIsInHandAgainAndWhatWasInHandComesAfterIt() {
            assertThat(report.at("/undone").asBoolean()).isTrue();
            assertThat(report.at("/madeAfterUndo").asInt()).isEqualTo(9);
            assertThat(report.at("/waitedMeanwhile").asBoolean()).isTrue();
        }

        @Test
        void twoReviewersAtOnceNeverHoldOneItem() {
            assertThat(texts(report.at("/inHands"))).hasSize(2).doesNotHaveDuplicates();
            assertThat(texts(report.at("/claims/anna"))).hasSize(4);
            assertThat(texts(report.at("/claims/ben")))
                    .hasSize(4)
                    .doesNotContainAnyElementsOf(texts(report.at("/claims/anna")));
            assertThat(report.at("/released").asInt()).isEqualTo(204);
        }

        @Test
        void notesReasonsAndMissingLabelsAreDealtWith() {
            assertThat(report.at("/note").asText()).contains("anna", "Is this a statue?");
            assertThat(report.at("/hint").asText()).contains("needs a label");
            assertThat(report.at("/stillInHand").asBoolean()).isTrue();
        }

        @Test
        void axeFindsNothingSeriousWhereReviewersWork() {
            assertThat(texts(report.at("/axe"))).isEqualTo(List.of());
        }

        @Test
        void neitherBrowserFindsAnythingToComplainOf() {
            assertThat(texts(report.at("/errors"))).isEmpty();
        }
    }

    /** Every page, as every role sees it, in light and dark. */
    @Nested
    @Tag("proof")
    class EveryPage {

        private static JsonNode report;
        private static Map<String, ModerationPolicy> published;
        private static String mail;

        @BeforeAll
        static void visitAll(@TempDir Path folder) throws Exception {
            inTheConsole(folder, sitting -> {
                report = sitting.review(
                        Map.of("a policy is proposed", () -> decideBeside(sitting.broker(), sitting.producer())));
                published = await().atMost(Duration.ofSeconds(30))
                        .until(
                                () -> policies(sitting.broker()),
                                now -> now.get("default").getRevision() == 4);
                await("the mail about the notice")
                        .atMost(Duration.ofSeconds(60))
                        .until(() -> !sitting.mails().taken.isEmpty());
                mail = sitting.mails().taken.get(0);
            });
        }

        /** As a worker does while a proposal runs beside what is in force. */
        private static void decideBeside(Broker broker, EventProducer producer) {
            var proposal = await().atMost(Duration.ofSeconds(30))
                    .until(() -> policies(broker).get("default").getShadow(), Objects::nonNull);
            producer.send(Verdict.newBuilder(Scenes.doubtful(1, Instant.now()).get(0))
                    .setImageId("img-beside")
                    .setShadowDecision(Decision.SAFE)
                    .setShadowPolicyVersion(proposal.getVersion())
                    .build());
        }

        private static Map<String, ModerationPolicy> policies(Broker broker) {
            return TopicDump.latest(broker.bootstrapServers(), Topics.POLICIES.topicName(), ModerationPolicy.class);
        }

        @Test
        void aLeadChangesAThresholdSeesItsEffectGetsApprovalAndRollsBackWithoutAShell() {
            assertThat(report.at("/policyBefore").asText()).isEqualTo("safe ≤ 0.3, flag ≥ 0.8");
            assertThat(texts(report.at("/policyEffect")))
                    .hasSize(2)
                    .doesNotHaveDuplicates()
                    .allMatch(text -> text.contains("would be decided otherwise"));
            assertThat(report.at("/policyDrawn").asInt()).isEqualTo(200);
            assertThat(report.at("/policyCurve").asInt()).isOne();
            assertThat(report.at("/policyRefused").asText()).contains("0 <= safe < flag <= 1");
            assertThat(report.at("/policyOwn/0").asInt())
                    .as("an author approves nothing")
                    .isZero();
            assertThat(report.at("/policyOwn/1").asText()).contains("another person approves");
            assertThat(texts(report.at("/policyDifferences"))).containsExactly("flag\t0.8\t0.95", "safe\t0.3\t0.4");
            assertThat(report.at("/policyShadow").asText()).contains("Of 1 verdict", "decided 1 otherwise");
            assertThat(report.at("/policyApproved").asText()).isEqualTo("safe ≤ 0.4, flag ≥ 0.95");
            assertThat(report.at("/policyBack").asText()).isEqualTo("safe ≤ 0.3, flag ≥ 0.8");
            assertThat(texts(report.at("/policyLog")))
                    .hasSize(4)
                    .first()
                    .asString()
                    .contains("sven", "rolled back", "flag 0.95 → 0.8", "Real pictures pass.");
            assertThat(published.get("default").getRevision()).isEqualTo(4);
            assertThat(published.get("default").getInForce().getFlag()).isEqualTo(0.8);
            assertThat(published.get("default").getInForce().getApprover()).isEqualTo("sven");
            assertThat(published.get("default").getInForce().getMadeFor().getModelFingerprint())
                    .isEqualTo("model-1");
        }

        @Test
        void aDecisionNamesItsPolicy() {
            assertThat(report.at("/decidedBy").asText())
                    .contains(
                            "Policy",
                            published.get("default").getInForce().getVersion().substring(0, 8));
        }

        @Test
        void anAdministratorSeesWhoCanSeeAPictureAndWhoDid() {
            assertThat(report.at("/viewers").asText()).contains("On this page", "anna, ben, rita, sven", "decided");
            assertThat(report.at("/viewersHidden").asInt()).isZero();
        }

        @Test
        void anAppealIsInTheQueue() {
            assertThat(report.at("/appeal").asText()).contains("in the queue");
        }

        @Test
        void aCuratorAnswersWhatAReviewerProposed() {
            assertThat(report.at("/proposed").asInt()).isEqualTo(1);
            assertThat(report.at("/answered").asText()).isEqualTo("Approved.");
        }

        @ParameterizedTest
        @CsvSource({
            "vera, ''",
            "rita, claim picture report",
            "cleo, proposals",
            "sven, claim picture report hold golden",
            "ada, claim picture report hold proposals auditLog golden"
        })
        void eachRoleSeesWhatItMay(String name, String sights) {
            var seen = new TreeSet<String>();
            report.at("/roles/" + name).fields().forEachRemaining(sight -> {
                if (sight.getValue().asBoolean()) {
                    seen.add(sight.getKey());
                }
            });
            assertThat(seen).containsExactlyInAnyOrder(sights.isEmpty() ? new String[0] : sights.split(" "));
        }

        @Test
        void whatIsHiddenIsRefusedAsWell() {
            report.at("/refused")
                    .fields()
                    .forEachRemaining(asked -> assertThat(asked.getValue().asInt())
                            .as(asked.getKey())
                            .isIn(403, 404));
            assertThat(report.at("/refused")).hasSize(6);
        }

        @Test
        void aFilterIsInTheAddressAndCanBeKept() {
            assertThat(report.at("/all").asInt())
                    .isGreaterThan(report.at("/filtered").asInt());
            assertThat(report.at("/filtered").asInt()).isPositive();
            assertThat(report.at("/filteredAgain").asInt())
                    .isEqualTo(report.at("/filtered").asInt());
            assertThat(report.at("/kept").asText()).isEqualTo("NSFW");
        }

        @Test
        void whatIsFoundIsATableForSpreadsheetsToo() {
            assertThat(texts(report.at("/csv"))).hasSize(report.at("/filtered").asInt() + 1);
            assertThat(texts(report.at("/csv")).get(1)).contains("NSFW");
            assertThat(texts(report.at("/byImage"))).containsExactly("img-rifle-4102");
            assertThat(texts(report.at("/byReason"))).containsExactly("img-broken-0001");
        }

        @Test
        void decisionsOfWorkersAndPeopleAreShownAsTheyComeIntoForce() {
            assertThat(texts(report.at("/inForce"))).contains("SAFE anna").anyMatch(row -> row.startsWith("REVIEW"));
        }

        @Test
        void theBarOfAVerdictHasTheColourOfTheVerdictAndNotOfWhatHoldsNow() {
            assertThat(texts(report.at("/decidedSafe"))).containsExactly("SAFE", "REVIEW");
        }

        @Test
        void otherThresholdsAreTriedOnWhatWasDecided() {
            assertThat(texts(report.at("/changes")))
                    .hasSize(2)
                    .doesNotHaveDuplicates()
                    .allMatch(text -> text.contains("would be decided otherwise"));
            assertThat(report.at("/tried").asText()).isEqualTo("0.5");
            assertThat(report.at("/judgedBars").asInt()).isPositive();
            assertThat(report.at("/conflicts").asInt()).isPositive();
        }

        @Test
        void seniorsSeeHowReviewersAgree() {
            assertThat(texts(report.at("/reviewers"))).contains("anna", "ben");
        }

        @Test
        void aSeniorMakesAQueueAndAReviewerClaimsFromIt() {
            assertThat(report.at("/queueRefused").asText()).contains("scoreFrom");
            assertThat(report.at("/queueRow").asText()).contains("night", "everything", "every reviewer");
            assertThat(texts(report.at("/claimedFrom"))).contains("night");
            assertThat(report.at("/aboutOne").asBoolean()).isTrue();
            assertThat(report.at("/copies").asText()).contains("copy-1", "copy-2", "acct-2");
            assertThat(report.at("/about").asText()).contains("3 items");
            assertThat(report.at("/aboutAll").asText()).contains("6 items");
            assertThat(texts(report.at("/alike"))).as("the listed ones").containsExactly("1", "2");
            assertThat(report.at("/nearBefore").asInt())
                    .as("shown when asked for")
                    .isZero();
            assertThat(texts(report.at("/near")))
                    .as("displayed and not left out")
                    .containsExactly("1", "3");
            assertThat(report.at("/queueChoice").asInt())
                    .as("no choice among one")
                    .isZero();
        }

        @Test
        void aLabelOfTheListHasItsKeyAndItsMeaningForEveryReviewer() {
            assertThat(report.at("/labelRow").asText()).contains("Q", "parody", "A joke about a game.", "a real table");
            assertThat(report.at("/meaning").asText()).contains("A joke about a game.", "a painted card");
            assertThat(texts(report.at("/labelsSent"))).contains("parody");
        }

        @Test
        void anActionOnAnAccountIsAppealedAgainstAndAnotherSeniorAnswers() {
            assertThat(report.at("/accountRule").asText()).contains("repeated", "Suspend", "all", "3", "7 days");
            assertThat(report.at("/ownAction").asInt())
                    .as("who acted takes in no appeal")
                    .isZero();
            assertThat(report.at("/ownAppeal").asText()).contains("They are toys.", "another senior answers");
            assertThat(report.at("/accountAction").asText()).contains("Ban", "sven", "It sells arms.", "Lifted by ada");
        }

        @Test
        void whatAnAdminSetsForPicturesAReviewerCannotTurnOff() {
            assertThat(report.at("/wellness").asText()).contains("grey", "gore, minor: 20 an hour");
            assertThat(texts(report.at("/exposures")).get(0)).contains("gore", "6 of 14 (43 %)");
            assertThat(texts(report.at("/exposures")).get(1)).contains("weapons", "few");
            assertThat(texts(report.at("/lockedGrey")))
                    .singleElement()
                    .asString()
                    .startsWith("Grey");
            assertThat(report.at("/stillGrey").asInt()).isEqualTo(1);
        }

        @Test
        void aPictureThatCannotBeShownIsASentence() {
            assertThat(report.at("/sentences/picture-gone").asText()).contains("is gone");
            assertThat(report.at("/sentences/picture-changed").asText()).contains("another picture");
            assertThat(report.at("/sentences/no-preview").asText()).contains("No preview service");
            assertThat(report.at("/blurredUntilAsked").asBoolean()).isTrue();
        }

        @Test
        void attacksAreShownOverTimeAndTheTableSaysWhatTheBarsDo() {
            assertThat(report.at("/timeline").asText()).contains("Twin disagreement 1");
            assertThat(texts(report.at("/timelineRows"))).containsExactly("1");
        }

        @Test
        void robustAccuracyIsHeldAgainstItsObjectiveByItsInterval() {
            assertThat(texts(report.at("/robust"))).containsExactly("Objective held", "Below the objective");
        }

        @Test
        void aCampaignIsOpenedAndDismissedWithANoteByKeyboard() {
            assertThat(report.at("/attempts").asInt()).isEqualTo(200);
            assertThat(report.at("/accounts").asInt()).isEqualTo(20);
            assertThat(report.at("/rulings")).hasSize(1);
            JsonNode ruling = report.at("/rulings/0");
            assertThat(ruling.path("ruling").asText()).isEqualTo("DISMISS");
            assertThat(ruling.path("note").asText()).isEqualTo("A school class with one camera.");
            assertThat(texts(ruling.path("seen")))
                    .as("the page's images")
                    .hasSize(200)
                    .contains("img-attempt-0");
            assertThat(report.at("/ruled").asText()).contains("sven", "A school class with one camera.");
        }

        @Test
        void whereADecisionComesFromIsAskedForByHandAndBlurredLikeAPicture() {
            assertThat(report.at("/busy").asText()).contains("2 wait");
            assertThat(report.at("/mapsBlurred").asInt()).isEqualTo(3);
            assertThat(report.at("/mapsClear").asInt()).isEqualTo(3);
            assertThat(report.at("/explanation").asText())
                    .contains("+0.118", "nearer to flagged references", "0.930 of the copy", "weapons/rifle-12.png");
            assertThat(report.at("/sheets").asText()).isEqualTo("https://sheets.example/concepts/");
        }

        @Test
        void theKeysAreListedAndTheColoursAreAChoice() {
            assertThat(report.at("/help").asText()).contains("claim the next item", "undo");
            assertThat(report.at("/darkByChoice").asText()).isEqualTo("dark");
        }

        /** By keyboard: a claim with its reason, the case in words, a ruling. Others learn that they may not. */
        @Test
        void designatedStaffDecideARestrictedCaseWithoutAPicture() {
            assertThat(report.at("/restricted/image").asText()).isEqualTo("img-listed");
            assertThat(report.at("/restricted/pictures").asInt()).isZero();
            assertThat(report.at("/restricted/state").asText()).isEqualTo("Not confirmed; another person checks");
            assertThat(report.at("/restricted/others").asText()).contains("These cases are for designated staff.");
        }

        @Test
        void axeFindsNothingSeriousOnAnyPageInLightAndDark() {
            assertThat(texts(report.at("/axe"))).isEqualTo(List.of());
        }

        @Test
        void noBrowserFindsAnythingToComplainOf() {
            assertThat(texts(report.at("/errors"))).isEmpty();
        }

        @Test
        void aDeadlineThatIsNearIsMailedWithALinkAndNoImage() {
            assertThat(mail)
                    .contains("To: lead@shop.example", "1 duty NOTICE", "https://bulwark.example/#/review")
                    .doesNotContain("reader-1", "img-", "acct-");
        }

        @Test
        void whatHasAClockComesFirstWithTheTimeThatIsLeft() {
            assertThat(report.at("/dutyRefused").asText()).contains("escalatesAfterSeconds");
            assertThat(report.at("/dutyRow").asText()).contains("Intimate image", "48 h", "left");
            assertThat(report.at("/dutyFirst").asBoolean()).isTrue();
            assertThat(texts(report.at("/dutyTags")))
                    .contains("Intimate image", "Report")
                    .anyMatch(tag -> tag.endsWith("left"));
        }
    }
}
