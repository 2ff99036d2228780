package io.bulwark.stream.review;

import static io.bulwark.stream.testing.ReviewDesk.ANNA;
import static io.bulwark.stream.testing.ReviewDesk.SARA;
import static io.bulwark.stream.testing.ReviewDesk.says;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.bulwark.events.Decision;
import io.bulwark.events.ModerationPolicy;
import io.bulwark.events.PolicyDocument;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.policy.PolicyRecords;
import io.bulwark.stream.policy.Policies;
import io.bulwark.stream.policy.Policies.Earlier;
import io.bulwark.stream.policy.Policies.Proposal;
import io.bulwark.stream.policy.Policies.Standing;
import io.bulwark.stream.policy.PolicyRows;
import io.bulwark.stream.policy.PolicyRows.PolicyChange;
import io.bulwark.stream.policy.PolicyState;
import io.bulwark.stream.policy.PolicyState.Difference;
import io.bulwark.stream.policy.PolicyState.Rule;
import io.bulwark.stream.policy.ShadowCounts;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.problem.Problem.ProblemException;
import io.bulwark.stream.testing.CommandPolicies;
import io.bulwark.stream.testing.ReviewDesk;
import io.bulwark.stream.testing.ReviewDeskTestCase;
import io.bulwark.stream.testing.Samples;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Policies in the hands of people, on a real PostgreSQL. */
class PoliciesIT extends ReviewDeskTestCase {

    private static final ModerationPolicy FIRST = CommandPolicies.inForce("default", 0.6, 0.4);

    private Policies policies;

    @BeforeEach
    void open() {
        policies = PolicyDesk.policies(database.database());
    }

    @Test
    void onePersonProposesAnotherApprovesAndEitherRollsBack() {
        follows(FIRST);
        Standing proposed = policies.propose("default", "sara", flag(1, 0.7));
        assertThat(proposed.proposal().flag()).isEqualTo(0.7);
        assertThat(proposed.proposal().madeFor()).isEqualTo(proposed.inForce().madeFor());
        assertThat(proposed.proposal().calibration())
                .as("what was measured was of other thresholds")
                .isEmpty();
        assertThat(proposed.differences()).containsExactly(new Difference("flag", "0.6", "0.7"));
        assertThat(proposed.publishing()).isTrue();

        assertThatThrownBy(() -> policies.approve("default", "Sara ", 2L, null))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        refused -> assertThat(refused.problem()).isEqualTo(Problem.NOT_ALLOWED));
        Standing approved = policies.approve("default", "cleo", 2L, "Agreed.");
        assertThat(approved.inForce().flag()).isEqualTo(0.7);
        assertThat(approved.inForce().approver()).isEqualTo("cleo");
        assertThat(approved.proposal()).isNull();
        assertThat(approved.history()).singleElement().satisfies(earlier -> {
            assertThat(earlier.fits()).isTrue();
            assertThat(earlier.differences()).containsExactly(new Difference("flag", "0.7", "0.6"));
        });

        Standing back = policies.rollBack("default", "sara", 3L, null, "Too much passes.");
        assertThat(back.inForce().version()).isEqualTo(FIRST.getInForce().getVersion());
        assertThat(back.inForce().note()).isEqualTo("Too much passes.");
        assertThat(back.history()).extracting(Earlier::policy).hasSize(2);
        assertThat(policies.changes("default"))
                .extracting(PolicyChange::kind, PolicyChange::by, PolicyChange::revision)
                .containsExactly(
                        tuple("ROLLED_BACK", "sara", 4L),
                        tuple("APPROVED", "cleo", 3L),
                        tuple("PROPOSED", "sara", 2L),
                        tuple("BY_COMMAND", "bob", 1L));
        assertThat(desk.rows("outbox", "default")).isEqualTo(3);
        assertThat(texts("SELECT actor || ' ' || action FROM audit_log ORDER BY position"))
                .containsExactly(
                        "bob policy.by-command",
                        "sara policy.proposed",
                        "cleo policy.approved",
                        "sara policy.rolled-back");
        assertThat(policies.standing("another").inherited()).isTrue();
        assertThat(policies.standing("another").inForce().approver())
                .as("the people of another tenant")
                .isNull();
    }

    @Test
    void aChangeOfAnotherStateThanNowIsRefusedAndChangesNothing() {
        follows(FIRST);
        policies.propose("default", "sara", flag(1, 0.7));

        assertThatThrownBy(() -> policies.propose("default", "cleo", flag(1, 0.8)))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        refused -> assertThat(refused.problem()).isEqualTo(Problem.POLICY_CHANGED));
        assertThat(policies.standing("default").proposal().flag()).isEqualTo(0.7);
        Standing withdrawn = policies.withdraw("default", "cleo", 2L);
        assertThat(withdrawn.proposal()).isNull();
        assertThatThrownBy(() -> policies.approve("default", "cleo", 3L, null)).hasMessageContaining("Nothing");
    }

    @Test
    void aTenantWithoutAPolicyProposesItsOwnFromEverybodys() {
        assertThatThrownBy(() -> policies.propose("shop", "sven", flag(0, 0.7)))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        refused -> assertThat(refused.problem()).isEqualTo(Problem.NO_POLICY));
        follows(FIRST);
        policies.propose("shop", "sven", flag(0, 0.7));
        Standing approved = policies.approve("shop", "cleo", 1L, null);

        assertThat(approved.inherited()).isFalse();
        assertThat(approved.inForce().madeFor().model()).isEqualTo("model-1");
        assertThat(policies.standing("default").inForce().flag()).isEqualTo(0.6);
        assertThatThrownBy(() -> policies.rollBack("shop", "cleo", 2L, null, "why"))
                .hasMessageContaining("no earlier policy");
    }

    @Test
    void pastThresholdsOfATenantAreThoseOfEverybodyUntilItHadItsOwn() {
        follows(ModerationPolicy.newBuilder(FIRST)
                .setHistory(List.of(CommandPolicies.document(0.8, 0.2, "model-1")))
                .build());
        assertThat(policies.times("shop").history())
                .extracting(PolicyState.Policy::flag, PolicyState.Policy::author)
                .containsExactly(tuple(0.6, null), tuple(0.8, null));
        follows(CommandPolicies.inForce("shop", 0.9, 0.4));
        assertThat(policies.times("shop").inForce().flag()).isEqualTo(0.9);
        assertThat(policies.times("shop").history())
                .extracting(PolicyState.Policy::flag)
                .containsExactly(0.6, 0.8);
    }

    @Test
    void whatWasMadeForAnotherModelIsNotRolledBackTo() {
        PolicyDocument old = CommandPolicies.document(0.8, 0.2, "model-0");
        follows(ModerationPolicy.newBuilder(FIRST).setHistory(List.of(old)).build());

        assertThat(policies.standing("default").history())
                .extracting(Earlier::fits)
                .containsExactly(false);
        assertThatThrownBy(() -> policies.rollBack("default", "sara", 1L, old.getVersion(), "why"))
                .hasMessageContaining("another bank, model or views");
    }

    @Test
    void aRecordOfTheCommandCountsUnlessOursIsWrittenOverIt() {
        follows(FIRST);
        Standing ours = policies.propose("default", "sara", flag(1, 0.7));
        ModerationPolicy theirs = PolicyRecords.proposed(FIRST, CommandPolicies.document(0.9, 0.4, "model-1"));
        follows(FIRST); // an earlier record
        follows(theirs); // of the same revision, and before ours on the topic
        assertThat(policies.standing("default").proposal().flag()).isEqualTo(0.7);
        assertThat(policies.changes("default"))
                .extracting(PolicyChange::kind, PolicyChange::revision)
                .containsExactly(tuple("BY_COMMAND", 2L), tuple("PROPOSED", 2L), tuple("BY_COMMAND", 1L));

        follows(published());
        assertThat(policies.standing("default").publishing()).isFalse();
        assertThat(policies.standing("default").revision()).isEqualTo(ours.revision());
        follows(theirs); // of the same revision, and behind ours on the topic
        assertThat(policies.standing("default").proposal().flag()).isEqualTo(0.9);
        database.database().acrossTenants(handle -> {
            PolicyRows.forgotten(handle, "default");
            return null;
        });
        assertThat(policies.standing("default").inForce()).isNull();
    }

    @Test
    void anEarlierRecordOfOursIsNoChangeOfTheCommand() {
        follows(FIRST);
        policies.propose("default", "sara", flag(1, 0.7));
        ModerationPolicy proposed = published();
        policies.approve("default", "cleo", 2L, null);
        follows(proposed);

        assertThat(policies.standing("default").publishing()).isTrue();
        assertThat(policies.changes("default"))
                .extracting(PolicyChange::kind)
                .containsExactly("APPROVED", "PROPOSED", "BY_COMMAND");
    }

    @Test
    void aRecordOfMoreBytesThanAProducerSendsIsRefusedHoweverFewCharactersItHas() {
        PolicyDocument wordy = PolicyDocument.newBuilder(FIRST.getInForce())
                .setNote("\u5f71".repeat(30_000))
                .build();
        follows(ModerationPolicy.newBuilder(FIRST)
                .setHistory(Collections.nCopies(10, wordy))
                .build());
        assertThatThrownBy(() -> policies.propose("default", "sara", flag(1, 0.7)))
                .hasMessageContaining("longer than a record may be");
    }

    @Test
    void aRecordThatWasMadeFromOursCountsAtOnce() {
        follows(FIRST);
        policies.propose("default", "sara", flag(1, 0.7));
        follows(PolicyRecords.approved(published(), "bob", CommandPolicies.APPROVED));

        assertThat(policies.standing("default").inForce().flag()).isEqualTo(0.7);
        assertThat(policies.changes("default").get(0).kind()).isEqualTo("BY_COMMAND");
    }

    static Stream<Arguments> wrong() {
        var flagged = new Rule("FLAG", null, null);
        return Stream.of(
                Arguments.of(new Proposal(1L, 0.4, 0.4, null, "why"), "0 <= safe < flag <= 1"),
                Arguments.of(new Proposal(1L, 0.6, 0.4, null, "why"), "what is in force"),
                Arguments.of(new Proposal(1L, 0.7, null, null, " "), "note"),
                Arguments.of(new Proposal(null, 0.7, null, null, "why"), "revision"),
                Arguments.of(new Proposal(1L, null, null, Map.of(), "why"), "At least one label"),
                Arguments.of(
                        new Proposal(1L, null, null, Map.of("porn", new Rule("BAN", null, null)), "why"),
                        "FLAG, REVIEW, IGNORE"),
                Arguments.of(
                        new Proposal(1L, null, null, Map.of("porn", new Rule("FLAG", 0.3, null)), "why"),
                        "porn has flag 0.3"),
                Arguments.of(new Proposal(1L, null, null, Map.of(" ", flagged), "why"), "A label has"));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void whatNoWorkerWouldTakeIsNotProposed(Proposal proposal, String message) {
        follows(FIRST);
        assertThatThrownBy(() -> policies.propose("default", "sara", proposal))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining(message);
        assertThat(desk.rows("outbox", "default")).isZero();
    }

    @Test
    void whatAProposalWouldDecideIsCountedByOutcomeSinceItWasProposed() {
        follows(FIRST);
        Standing proposed = policies.propose("default", "sara", flag(1, 0.7));
        counts(proposed.proposal().version(), Decision.NSFW, Decision.REVIEW, 2);
        counts(proposed.proposal().version(), Decision.SAFE, Decision.SAFE, 3);
        counts("another", Decision.NSFW, Decision.SAFE, 1); // not proposed any more

        ShadowCounts.Shadow shadow = policies.standing("default").shadow();
        assertThat(shadow.verdicts()).isEqualTo(5);
        assertThat(shadow.otherwise()).isEqualTo(2);
        assertThat(shadow.counts())
                .containsExactly(
                        new ShadowCounts.Count("NSFW", "REVIEW", 2), new ShadowCounts.Count("SAFE", "SAFE", 3));
        policies.withdraw("default", "sara", 2L);
        assertThat(policies.propose("default", "sara", flag(3, 0.7)).shadow().verdicts())
                .isZero();
    }

    @Test
    void twoInstancesThatCountInOppositeOrdersDoNotWaitForEachOther() {
        follows(FIRST);
        String version =
                policies.propose("default", "sara", flag(1, 0.7)).proposal().version();
        List<Verdict> one = Stream.concat(
                        Collections.nCopies(50, verdict("default", version, Decision.NSFW, Decision.REVIEW)).stream(),
                        Collections.nCopies(50, verdict("default", version, Decision.SAFE, Decision.SAFE)).stream())
                .toList();
        List<Verdict> other = new ArrayList<>(one);
        Collections.reverse(other);
        var both = Stream.of(one, other)
                .map(verdicts -> CompletableFuture.runAsync(() -> {
                    for (int i = 0; i < 20; i++) {
                        count(verdicts);
                    }
                }))
                .toList();
        both.forEach(CompletableFuture::join);
        assertThat(policies.standing("default").shadow().verdicts()).isEqualTo(4_000);
    }

    @Test
    void theProposalForEverybodyIsCountedForTenantsWithoutARecordAsWell() {
        follows(FIRST);
        PolicyDocument proposal = CommandPolicies.document(0.9, 0.4, "model-1");
        follows(PolicyRecords.proposed(FIRST, proposal));
        follows(CommandPolicies.inForce("shop", 0.6, 0.4));
        for (String tenant : List.of("default", "another", "shop")) {
            counts(tenant, proposal.getVersion(), Decision.NSFW, Decision.REVIEW, 2);
        }
        assertThat(policies.standing("default").shadow().verdicts()).isEqualTo(4);
        follows(PolicyRecords.proposed(
                PolicyRecords.proposed(FIRST, proposal), CommandPolicies.document(0.8, 0.4, "model-1")));
        assertThat(desk.rows("shadow_count", "default")).isZero();
    }

    @Test
    void aDecisionNamesThePolicyAndTheWordsByWhichItWasMade() {
        follows(FIRST);
        new ReviewWords(database.database())
                .change(
                        SARA,
                        new ReviewWords.Words(
                                0,
                                List.of(new ReviewWords.Label("porn", "1", null, null, null, null)),
                                false,
                                null,
                                null,
                                null));
        UUID item = desk.arrives("image", 0.5);
        Decisions.Outcome made =
                desk.decisions.decide(ANNA, says(desk.queue.claim(ANNA).orElseThrow(), "NSFW", "porn"));
        String version = FIRST.getInForce().getVersion();

        assertThat(texts("SELECT policy_version || ' ' || words_version FROM decision"))
                .containsExactly(version + " 1");
        assertThat(
                        texts(
                                "SELECT CAST(details AS jsonb) ->> 'policyVersion' FROM audit_log WHERE action = 'review.decided'"))
                .containsExactly(version);
        Instant since = Instant.parse("2026-11-26T10:00:00Z");
        database.database().acrossTenants(handle -> {
            Casebook.enter(
                    handle,
                    new Casebook.Case(ReviewDesk.doubtful("default", "image", 0.5), "anna", true, since, false));
            Casebook.nameVersions(handle, "default", "image", item, made.decisionId());
            return null;
        });
        var pages = new CasePages(database.database());
        assertThat(pages.versions("default", "image", since)).isEqualTo(new CasePages.Versions(version, 1L));
        assertThat(pages.page(ANNA, CasePages.CaseFilter.ALL, Optional.empty(), 1)
                        .cases()
                        .get(0)
                        .policyVersion())
                .isEqualTo(version);
        assertThat(pages.versions("default", "image", since.plusMillis(1))).isEqualTo(CasePages.Versions.UNKNOWN);
    }

    private static Proposal flag(long revision, double flag) {
        return new Proposal(revision, flag, null, null, "Too many false flags.");
    }

    private void counts(String version, Decision decided, Decision would, int times) {
        counts("default", version, decided, would, times);
    }

    private void counts(String tenant, String version, Decision decided, Decision would, int times) {
        count(Collections.nCopies(times, verdict(tenant, version, decided, would)));
    }

    private static Verdict verdict(String tenant, String version, Decision decided, Decision would) {
        return Samples.verdict("image")
                .setTenant(tenant)
                .setDecision(decided)
                .setShadowDecision(would)
                .setShadowPolicyVersion(version)
                .build();
    }

    private void count(List<Verdict> verdicts) {
        database.database().acrossTenants(handle -> {
            ShadowCounts.count(handle, verdicts);
            return null;
        });
    }

    private void follows(ModerationPolicy record) {
        PolicyDesk.follows(database.database(), record);
    }

    /** What the outbox would publish last. */
    private ModerationPolicy published() {
        String row = texts("SELECT review::text FROM outbox ORDER BY position DESC LIMIT 1")
                .get(0);
        return ((PolicyState) Outbox.read(Outbox.Kind.POLICY, row)).record();
    }

    private List<String> texts(String sql) {
        return database.database().inTenant("default", handle -> {
            return handle.createQuery(sql).mapTo(String.class).list();
        });
    }
}
