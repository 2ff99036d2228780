package io.bulwark.stream.review.intake;

import static io.bulwark.stream.testing.ReviewDesk.ANNA;
import static io.bulwark.stream.testing.ReviewDesk.SARA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.bulwark.events.Decision;
import io.bulwark.events.ReportKind;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.stream.problem.Problem.ProblemException;
import io.bulwark.stream.review.PersonalRows;
import io.bulwark.stream.review.QueueRouting;
import io.bulwark.stream.review.QueueRule;
import io.bulwark.stream.review.ReviewQueue;
import io.bulwark.stream.state.Restriction;
import io.bulwark.stream.testing.ReviewDesk;
import io.bulwark.stream.testing.Samples;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Queues by what producers say of an upload, from a real Kafka's verdicts to a real PostgreSQL. */
class AttributeRoutingIT extends IntakeRig {

    private QueueRouting routing;

    @BeforeEach
    void rules() {
        routing = new QueueRouting(database.database(), Duration.ZERO);
    }

    @Test
    void anItemGoesWhereItsAttributesSayWhicheverTopicIsReadFirst() {
        routing.set(SARA, "ads", rule(1, Map.of("surface", List.of("ads", "shop"))));
        routing.set(SARA, "german-profiles", rule(2, Map.of("surface", List.of("profile"), "country", List.of("DE"))));
        Map<String, Map<String, String>> said = new HashMap<>();
        said.put("banner", Map.of("surface", "ads"));
        said.put("offer", Map.of("surface", "shop", "country", "DE"));
        said.put("face", Map.of("surface", "profile", "country", "DE"));
        said.put("french-face", Map.of("surface", "profile", "country", "FR"));
        said.put("silent", Map.of());
        said.forEach((image, attributes) -> judged(image, attributes));
        try (IntakeLoop verdicts = intake(
                new VerdictIntake(new EventDecoder<>(Verdict.class), new Restriction(Set.of()), ReviewDesk.NO_CASES))) {
            verdicts.start();
            await().atMost(Duration.ofSeconds(40)).until(() -> desk.rows("upload_trait", "default") == 4);
        }
        said.keySet().forEach(image -> send(decision(image, Decision.REVIEW)));
        try (IntakeLoop decisions = intake(decisions(0))) {
            decisions.start();
            awaitCases(5);
        }
        assertThat(queues())
                .containsEntry("banner", "ads")
                .containsEntry("offer", "ads")
                .containsEntry("face", "german-profiles")
                .containsEntry("french-face", "default")
                .containsEntry("silent", "default");

        send(decision("late-banner", Decision.REVIEW));
        try (IntakeLoop both = intake(
                decisions(0),
                new VerdictIntake(new EventDecoder<>(Verdict.class), new Restriction(Set.of()), ReviewDesk.NO_CASES))) {
            both.start();
            awaitCases(6);
            assertThat(queues()).containsEntry("late-banner", "default");
            judged("late-banner", Map.of("surface", "ads"));
            await().atMost(Duration.ofSeconds(40)).until(() -> queues().get("late-banner"), "ads"::equals);
        }
    }

    @Test
    void aChangedRuleMovesWhatWaitsAndALaterReportGoesByTheAttributesToo() {
        judged("banner", Map.of("surface", "ads"));
        judged("clean", Map.of("surface", "ads"), Decision.SAFE);
        send(decision("banner", Decision.REVIEW));
        send(decision("clean", Decision.SAFE));
        producer.send(report("clean", ReportKind.REPORT).build());
        try (IntakeLoop all = intake(
                decisions(0),
                reports(),
                new VerdictIntake(new EventDecoder<>(Verdict.class), new Restriction(Set.of()), ReviewDesk.NO_CASES))) {
            all.start();
            awaitCases(2);
            await().atMost(Duration.ofSeconds(40))
                    .until(() -> queues().size() == 2 && desk.rows("upload_trait", "default") == 2);
        }
        ReviewQueue.Claim held = desk.queue.claim(ANNA).orElseThrow();

        routing.set(SARA, "ads", rule(1, Map.of("surface", List.of("ads"))));

        assertThat(routing.keepUp()).isEqualTo(2);
        assertThat(queues()).containsEntry("banner", "ads").containsEntry("clean", "ads");
        assertThat(routing.queues(SARA).get(0).rule().attributes()).isEqualTo(Map.of("surface", List.of("ads")));
        assertThat(routing.queues(SARA).get(0).held()).isEqualTo(1);
        desk.queue.release(ANNA, held.itemId(), held.leaseId());
    }

    @Test
    void ofAnUploadFromBeforeAnErasureNothingIsKeptHoweverLateAWorkerAnswers() {
        Instant order = Instant.now().minusSeconds(60);
        for (String image : List.of("erased", "again")) {
            database.database().inTenant("default", handle -> {
                PersonalRows.ErasedRows.add(handle, "default", image, order);
                return null;
            });
        }
        producer.send(judgement("erased", Map.of("surface", "ads"), Decision.REVIEW)
                .setUploadedAt(order.minusSeconds(1))
                .build());
        producer.send(judgement("again", Map.of("surface", "ads"), Decision.REVIEW)
                .setUploadedAt(order.plusSeconds(1))
                .build());
        judged("other", Map.of("surface", "ads"));
        try (IntakeLoop verdicts = intake(
                new VerdictIntake(new EventDecoder<>(Verdict.class), new Restriction(Set.of()), ReviewDesk.NO_CASES))) {
            verdicts.start();
            await().atMost(Duration.ofSeconds(40)).until(() -> traits().containsAll(List.of("again", "other")));
            judged("last", Map.of("surface", "ads"));
            await().atMost(Duration.ofSeconds(40)).until(() -> traits().contains("last"));
        }

        assertThat(traits()).containsExactlyInAnyOrder("again", "other", "last");
    }

    private List<String> traits() {
        return database.database()
                .inTenant(
                        "default",
                        handle -> handle.createQuery("SELECT image_id FROM upload_trait")
                                .mapTo(String.class)
                                .list());
    }

    @Test
    void whatIsNoConditionIsRefused() {
        List<Map<String, List<String>>> wrong = List.of(
                Map.of("", List.of("ads")),
                Map.of("surface", List.of()),
                Map.of("surface", List.of("a\0b")),
                Map.of("x".repeat(1_001), List.of("ads")));
        for (Map<String, List<String>> attributes : wrong) {
            assertThatThrownBy(() -> routing.set(SARA, "ads", rule(1, attributes)))
                    .isInstanceOf(ProblemException.class)
                    .hasMessageContaining("ttribute");
        }
        assertThatThrownBy(() -> routing.set(SARA, "default", rule(1, Map.of("surface", List.of("ads")))))
                .hasMessageContaining("default takes what fits no other");
    }

    private void judged(String image, Map<String, String> attributes) {
        judged(image, attributes, Decision.REVIEW);
    }

    private void judged(String image, Map<String, String> attributes, Decision decision) {
        producer.send(judgement(image, attributes, decision).build());
    }

    private static Verdict.Builder judgement(String image, Map<String, String> attributes, Decision decision) {
        return Samples.verdict(image)
                .setTenant("default")
                .setDecision(decision)
                .setDecidedAt(Instant.now())
                .setContentSha256(ReviewDesk.sha256(image))
                .setAttributes(attributes);
    }

    private Map<String, String> queues() {
        return database.database().inTenant("default", handle -> {
            Map<String, String> queues = new HashMap<>();
            handle.createQuery("SELECT image_id, queue FROM queue_item")
                    .map((row, context) -> Map.entry(row.getString(1), row.getString(2)))
                    .forEach(entry -> queues.put(entry.getKey(), entry.getValue()));
            return queues;
        });
    }

    private static QueueRule rule(int position, Map<String, List<String>> attributes) {
        return new QueueRule(
                position, null, null, null, null, null, null, null, null, null, null, null, null, null, attributes);
    }
}
