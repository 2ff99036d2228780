package io.bulwark.stream.review.intake;

import static io.bulwark.stream.testing.ReviewDesk.ANNA;
import static io.bulwark.stream.testing.ReviewDesk.BEN;
import static io.bulwark.stream.testing.ReviewDesk.SARA;
import static io.bulwark.stream.testing.ReviewDesk.says;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.Decision;
import io.bulwark.events.ModerationDecision;
import io.bulwark.schemas.promise.AnsweredDraw;
import io.bulwark.schemas.testing.TestBroker;
import io.bulwark.schemas.topic.TenantKey;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.promise.PromiseDraws;
import io.bulwark.stream.review.CasePages;
import io.bulwark.stream.review.Decisions;
import io.bulwark.stream.review.ItemRow;
import io.bulwark.stream.review.ReviewQueue;
import io.bulwark.stream.testing.ReviewDesk;
import io.bulwark.stream.testing.Samples;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What intake makes of decisions and audits. */
class IntakeIT extends IntakeRig {

    @Test
    void aDoubtfulImageIsClaimableAndASafeOneIsACaseOnly() {
        send(decision("doubtful", Decision.REVIEW));
        send(decision("safe", Decision.SAFE));
        try (IntakeLoop intake = intake(decisions(0))) {
            intake.start();
            awaitCases(2);
        }
        ReviewQueue.Claim claim = desk.queue.claim(ANNA).orElseThrow();
        assertThat(claim.imageId()).isEqualTo("doubtful");
        assertThat(claim.machineReason()).isEqualTo("UNCERTAIN");
        assertThat(claim.contentSha256()).isEqualTo(ReviewDesk.sha256("doubtful"));
        assertThat(desk.queue.claim(ANNA)).isEmpty();
    }

    @Test
    void underAPrefixTopicsOfThatPrefixAloneAreRead() {
        var acme = new TopicNames("intake-it.");
        TestBroker.createTopics(acme);
        send(decision("of-no-prefix", Decision.REVIEW));
        send(acme, decision("of-acme", Decision.REVIEW));
        try (IntakeLoop intake = intake(acme, decisions(0))) {
            intake.start();
            awaitCases(1);
        }
        assertThat(desk.queue.claim(ANNA)).map(ReviewQueue.Claim::imageId).hasValue("of-acme");
        assertThat(desk.queue.claim(ANNA)).isEmpty();
    }

    @Test
    void ofEveryOutcomeADrawIsLookedAtAndTheReviewerCannotTell() {
        for (Decision decision : List.of(Decision.SAFE, Decision.NSFW, Decision.REVIEW)) {
            send(decision(decision.name(), decision));
        }
        try (IntakeLoop intake = intake(decisions(1))) {
            intake.start();
            awaitCases(3);
        }
        for (int i = 0; i < 3; i++) {
            ReviewQueue.Claim claim = desk.queue.claim(ANNA).orElseThrow();
            assertThat(claim.origins()).containsExactly("REVIEW");
            assertThat(claim.machineDecision()).isEqualTo("REVIEW");
            assertThat(claim.machineReason()).isEqualTo("UNCERTAIN");
            assertThat(desk.decisions.decide(ANNA, says(claim, "SAFE")).state())
                    .as("two people decide what was drawn")
                    .isEqualTo(Decisions.Outcome.State.PROPOSED);
        }
        assertThat(desk.queue.claim(ANNA)).isEmpty();
        assertThat(answers()).isEmpty();
        for (int i = 0; i < 2; i++) {
            desk.decisions.decide(BEN, says(desk.queue.claim(BEN).orElseThrow(), "SAFE"));
        }
        desk.decisions.decide(BEN, says(desk.queue.claim(BEN).orElseThrow(), "NSFW", "porn"));
        assertThat(answers()).as("where two differ a senior decides").containsExactly("SAFE", "SAFE");
        ReviewQueue.Claim differ = desk.queue.claim(SARA).orElseThrow();
        Decisions.Outcome senior = desk.decisions.decide(SARA, says(differ, "NSFW", "porn"));
        assertThat(answers()).containsExactlyInAnyOrder("SAFE", "SAFE", "NSFW");
        desk.decisions.undo(SARA, differ.itemId(), senior.decisionId(), UUID.randomUUID());
        List<AnsweredDraw> listed = database.database()
                .inTenant("default", handle -> PromiseDraws.settled(handle, "default", Instant.now()));
        assertThat(listed)
                .as("what seniors and curators may list")
                .hasSize(3)
                .allSatisfy(draw -> assertThat(draw.probability()).isEqualTo(1))
                .filteredOn(draw -> draw.people() != null)
                .hasSize(2)
                .extracting(AnsweredDraw::content)
                .isSubsetOf(
                        AnsweredDraw.content("default", ReviewDesk.sha256("SAFE")),
                        AnsweredDraw.content("default", ReviewDesk.sha256("NSFW")),
                        AnsweredDraw.content("default", ReviewDesk.sha256("REVIEW")));
        assertThat(answers()).as("an answer that was taken back is none").containsExactly("SAFE", "SAFE");
    }

    /** Before this release nothing was drawn, and one person alone decided. */
    @Test
    void whatAPersonDecidedBeforeIsNotDrawnWhenItsMachineDecidesAgain() {
        send(decision("before", Decision.REVIEW));
        send(decision("waits", Decision.REVIEW));
        try (IntakeLoop intake = intake(decisions(0))) {
            intake.start();
            awaitCases(2);
        }
        ReviewQueue.Claim claim = desk.queue.claim(ANNA).orElseThrow();
        desk.decisions.decide(ANNA, says(claim, "SAFE"));
        for (String image : List.of("before", "waits", "after")) {
            send(ModerationDecision.newBuilder(decision(image, Decision.SAFE))
                    .setSince(SINCE.plusSeconds(60))
                    .build());
        }
        try (IntakeLoop intake = intake(decisions(1))) {
            intake.start();
            awaitCases(3);
            await().atMost(Duration.ofSeconds(30)).until(() -> desk.rows("promise_draw", "default") >= 2);
        }
        assertThat(desk.rows("promise_draw", "default")).isEqualTo(2);
        for (int i = 0; i < 2; i++) {
            desk.decisions.decide(ANNA, says(desk.queue.claim(ANNA).orElseThrow(), "SAFE"));
            ReviewQueue.Claim second = desk.queue.claim(BEN).orElseThrow();
            assertThat(second.imageId()).isNotEqualTo(claim.imageId());
            assertThat(second.stage()).isEqualTo(ItemRow.Stage.FIRST);
            desk.decisions.decide(BEN, says(second, "SAFE"));
        }
        assertThat(answers()).as("no draw stays without an answer").hasSize(2);
    }

    @Test
    void aContentIsDrawnOnceHoweverOftenItIsUploaded() {
        for (String image : List.of("first", "second", "third")) {
            send(ModerationDecision.newBuilder(decision(image, Decision.SAFE))
                    .setContentSha256(ReviewDesk.sha256("a file"))
                    .build());
        }
        try (IntakeLoop intake = intake(decisions(1))) {
            intake.start();
            awaitCases(3);
        }
        assertThat(desk.rows("promise_draw", "default")).isEqualTo(1);
        assertThat(desk.queue.claim(ANNA)).isPresent();
        assertThat(desk.queue.claim(ANNA)).isEmpty();
    }

    private List<String> answers() {
        return database.database()
                .inTenant(
                        "default",
                        handle -> handle.createQuery("SELECT people FROM promise_draw WHERE people IS NOT NULL")
                                .mapTo(String.class)
                                .list());
    }

    @Test
    void anAuditBringsItsImageIntoTheQueueWhicheverComesFirst() {
        AttackAudit before = Samples.audit("audit-first").build();
        producer.send(Samples.probe("audit-none").build());
        producer.send(Samples.sampled("audit-none").build());
        producer.send(before);
        try (IntakeLoop intake = intake(decisions(0), audits())) {
            intake.start();
            await().atMost(Duration.ofSeconds(30)).until(() -> desk.rows("audit_mark", "default") == 1);
            send(decision("audit-first", Decision.SAFE));
            send(decision("audit-last", Decision.SAFE));
            awaitCases(2);
            producer.send(Samples.audit("audit-last").build());
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> desk.queue.state(ANNA).waiting() == 2);
        }
        var audited = new CasePages.CaseFilter(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                true,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        assertThat(new CasePages(database.database())
                        .page(ANNA, audited, Optional.empty(), 10)
                        .cases())
                .hasSize(2);
    }

    @Test
    void anAuditIsOfItsContentAndNotOfAnotherOneUnderTheSameId() {
        String audited = ReviewDesk.sha256("audited");
        for (String image : List.of("before", "after")) {
            producer.send(Samples.audit(image).setContentSha256(audited).build());
        }
        try (IntakeLoop intake = intake(decisions(0), audits())) {
            intake.start();
            await().atMost(Duration.ofSeconds(30)).until(() -> desk.rows("audit_mark", "default") == 2);
            send(decision("before", Decision.SAFE));
            send(ModerationDecision.newBuilder(decision("after", Decision.SAFE))
                    .setContentSha256(audited)
                    .build());
            awaitCases(2);
            send(decision("last", Decision.SAFE));
            awaitCases(3);
            producer.send(Samples.audit("last").setContentSha256(audited).build());
            await().atMost(Duration.ofSeconds(30)).until(() -> desk.rows("audit_mark", "default") == 3);
        }
        assertThat(desk.queue.claim(ANNA)).map(claim -> claim.imageId()).hasValue("after");
        assertThat(desk.queue.claim(ANNA)).isEmpty();
    }

    @Test
    void aForgottenImageIsNoCaseAndDoesNotWaitForReview() {
        send(decision("image", Decision.REVIEW));
        producer.send(Topics.DECISIONS.topicName(), new TenantKey("default", "image").toString(), null);
        send(decision("other", Decision.SAFE));
        try (IntakeLoop intake = intake(decisions(0))) {
            intake.start();
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> desk.rows("casebook", "default") == 1
                            && desk.queue.state(ANNA).waiting() == 0);
        }
    }
}
