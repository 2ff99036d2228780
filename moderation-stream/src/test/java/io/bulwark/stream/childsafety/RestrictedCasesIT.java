package io.bulwark.stream.childsafety;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.events.Decision;
import io.bulwark.events.ListedHashKind;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.events.Verdict;
import io.bulwark.stream.access.Roles;
import io.bulwark.stream.childsafety.RestrictedCases.Details;
import io.bulwark.stream.childsafety.RestrictedCases.Ruling;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.problem.Problem.ProblemException;
import io.bulwark.stream.review.Casebook;
import io.bulwark.stream.review.Casebook.Case;
import io.bulwark.stream.review.Person;
import io.bulwark.stream.review.ReviewCandidate;
import io.bulwark.stream.state.Restriction;
import io.bulwark.stream.state.Restriction.Content;
import io.bulwark.stream.testing.ReviewDesk;
import io.bulwark.stream.testing.Samples;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What designated staff do with cases, on a real PostgreSQL. */
class RestrictedCasesIT extends CaseRig {

    private static final List<String> TABLES =
            List.of("restricted_case", "restricted_file", "restricted_report", "restricted_destruction");

    private static void refused(Problem problem, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        refused -> assertThat(refused.problem()).isEqualTo(problem));
    }

    private void opened(String imageId) {
        open(listed(imageId, ListedHashKind.SHA256, true));
    }

    @Test
    void aVerdictOpensItsCaseOnce() {
        opened("i1");
        opened("i1");
        assertThat(cases.list(DINA)).singleElement().satisfies(summary -> {
            assertThat(summary.state()).isEqualTo("OPEN");
            assertThat(summary.severity()).isEqualTo("A1");
        });
        assertThat(audited()).singleElement().asString().startsWith("restricted.opened bulwark");
        assertThat(cases.standing()).containsExactly(new Content("default", ReviewDesk.sha256("file of i1")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "   ", "abc", "a\0bcd"})
    void nothingIsShownWithoutAReason(String reason) {
        opened("i1");
        refused(Problem.BAD_PARAMETER, () -> cases.claim(DINA, reason));
        refused(Problem.BAD_PARAMETER, () -> cases.look(DINA, UUID.randomUUID(), reason));
        refused(Problem.BAD_PARAMETER, () -> cases.claim(DINA, null));
    }

    @Test
    void everyLookIsInTheAuditLogWithItsReasonAndNamesNeitherImageNorHash() {
        opened("i1");
        Details claimed = cases.claim(DINA, "the first of today").orElseThrow();
        cases.look(EMIL, claimed.summary().caseId(), "asked by counsel");

        assertThat(claimed.imageId()).isEqualTo("i1");
        assertThat(claimed.contentSha256()).isEqualTo(ReviewDesk.sha256("file of i1"));
        assertThat(audited())
                .anyMatch(row -> row.startsWith("restricted.claimed dina") && row.contains("the first of today"))
                .anyMatch(row -> row.startsWith("restricted.looked emil") && row.contains("asked by counsel"))
                .noneMatch(row -> row.contains("i1") || row.contains(claimed.contentSha256()));
    }

    @Test
    void aClaimedCaseIsNotClaimedByAnother() {
        opened("i1");
        assertThat(cases.claim(DINA, REASON)).isPresent();
        assertThat(cases.claim(EMIL, REASON)).isEmpty();
    }

    @Test
    void oneDecidesAndAnotherChecks() {
        opened("i1");
        UUID caseId = decide(DINA, Ruling.CONFIRMED);
        assertThat(cases.claim(DINA, REASON)).as("her own").isEmpty();
        decide(EMIL, Ruling.CONFIRMED);

        assertThat(cases.list(DINA)).singleElement().satisfies(summary -> {
            assertThat(summary.caseId()).isEqualTo(caseId);
            assertThat(summary.state()).isEqualTo("CLOSED");
            assertThat(summary.decidedBy()).isEqualTo("dina");
            assertThat(summary.checkedBy()).isEqualTo("emil");
        });
    }

    @Test
    void aDecisionNeedsItsClaim() {
        opened("i1");
        UUID caseId = cases.claim(DINA, REASON).orElseThrow().summary().caseId();
        refused(
                Problem.LEASE_LOST,
                () -> cases.decide(DINA, caseId, UUID.randomUUID(), Ruling.CONFIRMED, false, REASON));
        refused(Problem.LEASE_LOST, () -> cases.decide(EMIL, caseId, null, Ruling.CONFIRMED, false, REASON));
        refused(
                Problem.NOT_FOUND,
                () -> cases.decide(DINA, UUID.randomUUID(), UUID.randomUUID(), Ruling.CONFIRMED, false, REASON));
    }

    @Test
    void whatTwoPeopleDoNotConfirmIsPublishedAsSafeWithoutAHash() {
        opened("i1");
        decide(DINA, Ruling.NOT_CONFIRMED);
        assertThat(cases.standing()).isNotEmpty();
        decide(EMIL, Ruling.NOT_CONFIRMED);

        assertThat(cases.standing()).isEmpty();
        String review = database.asSuperuser()
                .withHandle(handle -> handle.createQuery("SELECT review::text FROM outbox")
                        .mapTo(String.class)
                        .one());
        assertThat(review)
                .contains("\"decision\": \"SAFE\"", Restriction.STAFF)
                .doesNotContain(ReviewDesk.sha256("file of i1"), "dina", "emil");
    }

    @Test
    void staffOfAnotherTenantSeeNothing() {
        opened("i1");
        var other = new Person("olga", "another", Set.of(Roles.CHILD_SAFETY));
        assertThat(cases.list(other)).isEmpty();
        assertThat(cases.claim(other, REASON)).isEmpty();
        refused(
                Problem.NOT_FOUND,
                () -> cases.look(other, cases.list(DINA).get(0).caseId(), REASON));
    }

    @Test
    void aTransactionThatDoesNotWorkOnCasesSeesNone() {
        opened("i1");
        for (String table : TABLES) {
            long seen = database.database()
                    .acrossTenants(handle -> handle.createQuery("SELECT count(*) FROM " + table)
                            .mapTo(Long.class)
                            .one());
            assertThat(seen).as(table).isZero();
        }
    }

    /** Earlier work on the same content goes, and earlier images of it are cases. */
    @Test
    void peoplesEarlierWorkOnTheContentGoes() {
        String sha256 = ReviewDesk.sha256("file of i1");
        var desk = new ReviewDesk(database.database(), ReviewDesk.RULES);
        var earlier = new ReviewCandidate(
                "default",
                "earlier",
                sha256,
                "uploader",
                new ReviewCandidate.UploadPlace("images.uploaded", 0, 3),
                "REVIEW",
                Optional.of("UNCERTAIN"),
                List.of("porn"),
                0.5);
        desk.arrives(earlier, io.bulwark.stream.review.ItemRow.Origin.REVIEW);
        database.database().acrossTenants(handle -> {
            Casebook.enter(handle, new Case(earlier, "worker-1", false, Instant.now(), false));
            return null;
        });
        opened("i1");

        assertThat(cases.list(DINA)).hasSize(2);
        assertThat(outbox())
                .as("its order")
                .singleElement()
                .asString()
                .contains("\"NSFW\"", "\"earlier\"", "\"offset\": 3");
        assertThat(Stream.of("queue_item", "casebook", "evidence", "decision")
                        .mapToLong(table -> desk.rows(table, "default")))
                .containsOnly(0L);
        assertThat(desk.queue.claim(ReviewDesk.ANNA)).isEmpty();
    }

    @Test
    void aHoldIsExtendedOnANamedGroundOnly() {
        opened("i1");
        UUID caseId = decide(DINA, Ruling.CONFIRMED);
        Instant until = Instant.now().plusSeconds(1000L * 86_400);
        refused(Problem.BAD_PARAMETER, () -> cases.extend(DINA, caseId, until, "", REASON));
        refused(Problem.BAD_PARAMETER, () -> cases.extend(DINA, caseId, Instant.now(), "order 7 C 12", REASON));
        cases.extend(DINA, caseId, until, "order 7 C 12", REASON);
        refused(Problem.BAD_PARAMETER, () -> cases.extend(DINA, caseId, until, "order 7 C 12", REASON));

        assertThat(cases.look(DINA, caseId, REASON).holdGround()).isEqualTo("order 7 C 12");
        assertThat(audited()).anyMatch(row -> row.startsWith("restricted.extended dina") && row.contains("7 C 12"));
    }

    private List<String> outbox() {
        return database.asSuperuser()
                .withHandle(handle -> handle.createQuery("SELECT review::text FROM outbox ORDER BY position")
                        .mapTo(String.class)
                        .list());
    }

    private Verdict.Builder unlisted(String imageId, long offset) {
        return Samples.verdict(imageId)
                .setContentSha256(ReviewDesk.sha256("file of i1"))
                .setUpload(new RecordCoordinates("images.uploaded", 0, offset))
                .setDecision(Decision.SAFE)
                .setDecidingLabel("harmless");
    }

    @Test
    void aLaterImageOfTheSameFileHasTheMatchOfTheStandingCase() {
        cases = cases(RestrictedCases.Automatic.SHA256);
        opened("i1");
        open(unlisted("i2", 8));

        assertThat(cases.list(DINA))
                .hasSize(2)
                .allSatisfy(summary -> assertThat(summary.decision()).isEqualTo("AUTOMATIC"));
        UUID later = cases.list(DINA).get(1).caseId();
        Details details = cases.look(DINA, later, REASON);
        assertThat(details.label()).isEqualTo(LABEL);
        assertThat(details.list()).isEqualTo("invented");
        assertThat(details.entry()).isEqualTo("e-i1");
        assertThat(details.hashKind()).isEqualTo("SHA256");
        assertThat(details.verified()).isTrue();
        assertThat(details.summary().report()).isEqualTo("OPENED");
    }

    @Test
    void aDecisionOfStaffIsAboutTheLatestUploadOfTheFile() {
        opened("i1");
        open(unlisted("i1", 12));
        open(unlisted("i1", 9));
        decide(DINA, Ruling.NOT_CONFIRMED);
        decide(EMIL, Ruling.NOT_CONFIRMED);
        assertThat(outbox()).singleElement().asString().contains("\"offset\": 12");
    }

    @Test
    void aFileThatComesAgainAfterItsCaseWasLiftedHasAFreshCase() {
        opened("i1");
        decide(DINA, Ruling.NOT_CONFIRMED);
        decide(EMIL, Ruling.NOT_CONFIRMED);
        opened("i1");
        assertThat(cases.list(DINA)).as("the same upload again").hasSize(1);
        open(listed("i1", ListedHashKind.SHA256, true).setUpload(new RecordCoordinates("images.uploaded", 0, 20L)));
        assertThat(cases.list(DINA)).hasSize(2);
        assertThat(cases.standing()).hasSize(1);
    }

    @Test
    void anInstanceKnowsAnOrderByTheDatabasesKey() {
        opened("i1");
        decide(DINA, Ruling.NOT_CONFIRMED);
        decide(EMIL, Ruling.NOT_CONFIRMED);
        var restriction = new Restriction(Set.of());
        restriction.stand(cases.known());
        assertThat(cases.known().key()).hasSize(32);

        String mark = outbox().get(0).replaceAll("(?s).*\"reason\": \"([0-9a-f]{64})\".*", "$1");
        String decisionId = outbox().get(0).replaceAll("(?s).*\"decisionId\": \"([^\"]+)\".*", "$1");
        var review = Samples.review("i1", Decision.SAFE)
                .setReviewer(Restriction.STAFF)
                .setContentSha256(null)
                .setUpload(new RecordCoordinates("images.uploaded", 0, 7L))
                .setDecisionId(decisionId)
                .setReason(mark);
        assertThat(restriction.isOrder(review.build())).isTrue();
        assertThat(restriction.isOrder(review.setImageId("i2").build())).isFalse();
    }

    @Test
    void errorsOfTheDatabaseNameNoValues() {
        assertThatThrownBy(() -> database.database().inTenant("default", handle -> {
                    handle.execute(
                            "INSERT INTO restricted_order_key (only_one, key) VALUES (?, ?)",
                            false,
                            "a hash".getBytes());
                    return null;
                }))
                .hasMessageNotContaining("INSERT")
                .hasMessageNotContaining("arguments");
        assertThatThrownBy(() -> database.database()
                        .inTenant(
                                "default",
                                handle -> handle.select("SELECT 1 / 0, ?", "a-hash-of-a-file")
                                        .mapTo(Integer.class)
                                        .one()))
                .hasMessageNotContaining("a-hash-of-a-file")
                .hasMessageContaining("division by zero");
    }

    @Test
    void whatPeopleReadWhileACaseWasOpenedGoesAgain() {
        opened("i1");
        var late = new ReviewCandidate(
                "default",
                "late",
                ReviewDesk.sha256("file of i1"),
                "uploader",
                new ReviewCandidate.UploadPlace("images.uploaded", 0, 3),
                "REVIEW",
                Optional.of("UNCERTAIN"),
                List.of("porn"),
                0.5);
        var desk = new ReviewDesk(database.database(), ReviewDesk.RULES);
        desk.arrives(late, io.bulwark.stream.review.ItemRow.Origin.REVIEW);
        assertThat(desk.rows("queue_item", "default")).isEqualTo(1);
        cases.forgetAgain();
        assertThat(desk.rows("queue_item", "default")).isZero();
    }
}
