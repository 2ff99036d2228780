package io.bulwark.lab.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.Decider;
import io.bulwark.events.DeciderKind;
import io.bulwark.events.Decision;
import io.bulwark.events.Erasure;
import io.bulwark.events.MadeFor;
import io.bulwark.events.ModerationDecision;
import io.bulwark.events.ModerationPolicy;
import io.bulwark.events.PolicyDocument;
import io.bulwark.events.Reference;
import io.bulwark.events.Review;
import io.bulwark.events.Subject;
import io.bulwark.events.Verdict;
import io.bulwark.lab.proof.ProofApi.Account;
import io.bulwark.lab.proof.ProofOracle.Finding;
import io.bulwark.lab.proof.ProofOracle.Rule;
import io.bulwark.lab.proof.ProofRecords.Place;
import io.bulwark.lab.proof.ProofRecords.Placed;
import io.bulwark.lab.proof.ProofWork.Answers;
import io.bulwark.lab.proof.ProofWork.Appeal;
import io.bulwark.lab.proof.ProofWork.Approved;
import io.bulwark.lab.proof.ProofWork.Decided;
import io.bulwark.lab.proof.ProofWork.Escalation;
import io.bulwark.lab.proof.ProofWork.Item;
import io.bulwark.lab.proof.ProofWork.Kind;
import io.bulwark.lab.proof.ProofWork.PolicyChange;
import io.bulwark.lab.proof.ProofWork.PolicyRow;
import io.bulwark.lab.proof.ProofWork.Proposal;
import io.bulwark.lab.proof.ProofWork.Undone;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** In each test the records hold one fault, which a defect would put there, unless the test says that there is none. */
class ProofWorkOracleTest {

    private static final Instant START = Instant.parse("2026-12-02T06:00:00Z");
    private static final String FILE = "a".repeat(64);
    private static final String OTHER_FILE = "b".repeat(64);
    private static final String RITA = Account.RITA.login();
    private static final String RON = Account.RON.login();
    private static final String SARA = Account.SARA.login();
    private static final String SVEN = Account.SVEN.login();

    private final Answers answers = new Answers();
    private final List<Decided> rows = new ArrayList<>();
    private final Map<String, Item> items = new HashMap<>();
    private final List<Appeal> appeals = new ArrayList<>();
    private final List<Escalation> escalations = new ArrayList<>();
    private final List<Proposal> proposals = new ArrayList<>();
    private final List<Placed<Review>> reviews = new ArrayList<>();
    private final List<Placed<Erasure>> erasures = new ArrayList<>();
    private final List<Placed<Verdict>> verdicts = new ArrayList<>();
    private final List<Placed<ModerationDecision>> decisions = new ArrayList<>();
    private final List<Placed<Reference>> references = new ArrayList<>();
    private final Map<String, Optional<Reference>> written = new HashMap<>();
    private final List<Placed<ModerationPolicy>> policies = new ArrayList<>();
    private final List<PolicyChange> changes = new ArrayList<>();
    private Optional<PolicyRow> policy = Optional.empty();

    /**
     * One image that a reviewer decided; one that a senior decided on appeal; one whose second person is awaited; one
     * whose decision was taken back and made again; one that was handed to seniors.
     */
    @BeforeEach
    void work() {
        decided("plain", 10, Kind.DECIDED, "FIRST", RITA, Decision.NSFW);
        decided("appealed", 20, Kind.DECIDED, "FIRST", RITA, Decision.NSFW);
        appealed("appealed", 30);
        decided("appealed", 40, Kind.DECIDED, "SENIOR", SARA, Decision.SAFE);
        decided("second", 50, Kind.PROPOSED, "FIRST", RITA, Decision.SAFE);
        items.put("second", new Item("second", "second", FILE, true, Set.of("REVIEW")));
        answers.refused().add(id("refused", 60));
        decided("back", 10, Kind.DECIDED, "FIRST", RITA, Decision.NSFW);
        undone("back", 20, 10, RITA, Decision.REVIEW);
        decided("back", 30, Kind.DECIDED, "FIRST", RON, Decision.SAFE);
        escalated("handed", 10);
        decided("handed", 20, Kind.DECIDED, "SENIOR", SARA, Decision.SAFE);
        reference("kept", "default/model/proof-reference-1", "nsfw");
        written.put("default/model/proof-reference-2", Optional.empty());
        proposed("proposed", 70, "APPROVED");
        policy(1, "BY_COMMAND");
        policy(2, "PROPOSED");
        policy(3, "APPROVED");
        policy = Optional.of(new PolicyRow(3, "version-3", false));
    }

    @Test
    void what_a_sound_product_does_is_in_order() {
        assertThat(findings()).isEmpty();
    }

    @Test
    void a_decision_that_was_taken_and_lost_is_found() {
        rows.removeIf(row -> row.image().equals("plain"));
        reviews.removeIf(review -> review.key().equals("plain"));

        assertThat(findings()).extracting(Finding::rule).containsExactly(Rule.REVIEWED);
    }

    @Test
    void a_decision_that_was_never_published_is_found() {
        reviews.removeIf(review -> review.key().equals("plain"));

        assertThat(findings()).extracting(Finding::rule).containsExactly(Rule.REVIEWED);
    }

    @Test
    void a_decision_that_was_published_twice_is_found() {
        reviews.add(reviews.get(0));

        assertThat(findings()).extracting(Finding::rule).contains(Rule.REVIEWED);
    }

    @Test
    void a_decision_that_was_published_otherwise_than_it_was_made_is_found() {
        reviews.replaceAll(review -> review.key().equals("plain")
                ? placed(
                        review.at(),
                        "plain",
                        Review.newBuilder(review.value())
                                .setDecision(Decision.SAFE)
                                .build())
                : review);

        assertThat(findings()).extracting(Finding::rule).containsExactly(Rule.REVIEWED);
    }

    @Test
    void a_decision_that_stands_otherwise_than_it_was_taken_is_found() {
        Decided row = row("otherwise", 80, Kind.DECIDED, "FIRST", RITA, Decision.SAFE);
        add(row);
        answers.decided().add(row("otherwise", 80, Kind.DECIDED, "FIRST", RITA, Decision.NSFW));

        assertThat(findings()).extracting(Finding::rule).containsExactly(Rule.REVIEWED);
    }

    @Test
    void a_refused_decision_that_was_made_is_found() {
        add(row("refused", 60, Kind.DECIDED, "FIRST", RITA, Decision.SAFE));

        assertThat(findings()).extracting(Finding::rule).containsExactly(Rule.REVIEWED);
    }

    @Test
    void a_proposal_that_was_published_before_a_second_person_agreed_is_found() {
        publish(rows.stream()
                .filter(row -> row.image().equals("second"))
                .findFirst()
                .orElseThrow());

        assertThat(findings()).extracting(Finding::rule).contains(Rule.REVIEWED);
    }

    @Test
    void a_review_of_a_person_that_no_row_has_is_found() {
        publish(row("unknown", 80, Kind.DECIDED, "FIRST", RITA, Decision.SAFE));

        assertThat(findings()).extracting(Finding::rule).containsExactly(Rule.REVIEWED);
    }

    /** No fault. */
    @Test
    void what_was_erased_since_need_not_be_there_and_what_was_done_after_the_order_must() {
        erase("plain", 15);
        rows.removeIf(row -> row.image().equals("plain"));

        assertThat(findings()).isEmpty();

        decided("plain", 16, Kind.DECIDED, "FIRST", RITA, Decision.SAFE);
        assertThat(findings()).isEmpty();

        reviews.removeIf(review -> review.value().getAt().equals(START.plusSeconds(16)));
        assertThat(findings()).extracting(Finding::rule).containsExactly(Rule.REVIEWED);
    }

    @Test
    void a_lost_appeal_is_found() {
        appeals.clear();

        assertThat(findings()).extracting(Finding::rule).containsExactly(Rule.APPEALED);
    }

    @Test
    void an_appeal_that_was_closed_without_a_decision_is_found() {
        appealed("plain", 30);
        items.put("plain", new Item("plain", "plain", FILE, false, Set.of("APPEAL")));

        assertThat(findings()).extracting(Finding::subject).containsExactly("plain");
        assertThat(findings()).extracting(Finding::rule).containsExactly(Rule.APPEALED);
    }

    /** No fault. */
    @Test
    void an_appeal_on_a_picture_that_was_replaced_waits_for_nothing() {
        appealed("plain", 30);
        items.put("plain", new Item("plain", "plain", FILE, false, Set.of("APPEAL")));
        holds("plain", FILE);
        holds("plain", OTHER_FILE);

        assertThat(findings()).extracting(Finding::rule).doesNotContain(Rule.APPEALED);
    }

    @Test
    void an_appeal_that_a_reviewer_decided_in_place_of_a_senior_is_found() {
        appealed("plain", 30);
        decided("plain", 40, Kind.DECIDED, "FIRST", RON, Decision.SAFE);

        assertThat(findings()).extracting(Finding::rule).containsExactly(Rule.APPEALED);
    }

    @Test
    void an_appeal_that_was_decided_by_a_person_who_had_a_part_is_found() {
        decided("seniors", 20, Kind.DECIDED, "FIRST", SVEN, Decision.NSFW);
        appealed("seniors", 30);
        decided("seniors", 40, Kind.DECIDED, "SENIOR", SVEN, Decision.SAFE);

        assertThat(findings()).extracting(Finding::rule).containsExactly(Rule.APPEALED);
    }

    @Test
    void what_a_senior_decided_on_an_appeal_and_another_one_decided_again_is_found() {
        appealed("appealed", 45);
        decided("appealed", 46, Kind.DECIDED, "SENIOR", SVEN, Decision.NSFW);

        assertThat(findings()).extracting(Finding::rule).contains(Rule.APPEALED);
    }

    /** No fault: which was first is not known. */
    @Test
    void a_decision_made_by_a_clock_that_was_set_back_says_nothing_about_an_appeal() {
        Decided late = row("plain", 25, Kind.DECIDED, "SENIOR", SARA, Decision.SAFE);
        appealed("plain", 30);
        add(late);
        answers.decided().add(row("plain", 25, 55, SARA));
        items.put("plain", new Item("plain", "plain", FILE, false, Set.of("APPEAL")));

        assertThat(findings()).isEmpty();
    }

    @Test
    void an_undo_that_was_taken_and_lost_is_found() {
        rows.removeIf(row -> row.kind() == Kind.UNDONE);
        reviews.removeIf(review -> review.value().getDecision() == Decision.REVIEW);

        assertThat(findings()).extracting(Finding::rule).containsExactly(Rule.UNDONE);
    }

    @Test
    void an_undo_that_was_not_published_is_found() {
        reviews.removeIf(review -> review.value().getDecision() == Decision.REVIEW);

        assertThat(findings()).extracting(Finding::rule).containsExactly(Rule.REVIEWED);
    }

    @Test
    void a_decision_that_was_taken_back_twice_is_found() {
        undone("plain", 20, 10, RITA, Decision.REVIEW);
        undone("plain", 21, 10, RITA, Decision.REVIEW);

        assertThat(findings()).extracting(Finding::rule).containsOnly(Rule.UNDONE);
    }

    @Test
    void an_undo_of_what_another_decision_replaced_is_found() {
        undone("appealed", 50, 20, SARA, Decision.SAFE);

        assertThat(findings()).extracting(Finding::rule).contains(Rule.UNDONE);
    }

    @Test
    void what_another_reviewer_took_back_is_found() {
        undone("plain", 20, 10, RON, Decision.REVIEW);

        assertThat(findings()).extracting(Finding::rule).containsExactly(Rule.UNDONE);
    }

    @Test
    void an_undo_after_which_what_was_taken_back_still_holds_is_found() {
        undone("plain", 20, 10, RITA, Decision.NSFW);

        assertThat(findings()).extracting(Finding::rule).containsExactly(Rule.UNDONE);
    }

    @Test
    void an_undo_after_which_what_people_decided_before_does_not_hold_is_found() {
        undone("appealed", 50, 40, SVEN, Decision.REVIEW);

        assertThat(findings()).extracting(Finding::rule).containsExactly(Rule.UNDONE);
    }

    /** No fault. */
    @Test
    void what_a_senior_took_back_is_as_the_person_before_decided_and_waits_for_a_senior() {
        undone("appealed", 50, 40, SVEN, Decision.NSFW, "seen");

        assertThat(findings()).isEmpty();

        decided("appealed", 60, Kind.DECIDED, "SENIOR", SARA, Decision.NSFW);
        assertThat(findings()).isEmpty();
    }

    @Test
    void what_waited_for_a_senior_before_an_undo_and_for_anyone_after_it_is_found() {
        undone("appealed", 50, 40, SVEN, Decision.NSFW, "seen");
        decided("appealed", 60, Kind.DECIDED, "FIRST", RON, Decision.NSFW);

        assertThat(findings()).extracting(Finding::rule).contains(Rule.UNDONE);
    }

    @Test
    void what_was_taken_back_and_does_not_wait_is_found() {
        undone("plain", 20, 10, RITA, Decision.REVIEW);
        items.put("plain", new Item("plain", "plain", FILE, false, Set.of("REVIEW")));

        assertThat(findings()).extracting(Finding::rule).containsExactly(Rule.UNDONE);
    }

    @Test
    void a_refused_undo_that_was_made_is_found() {
        answers.kept().add(id("back", 10));

        assertThat(findings()).extracting(Finding::rule).containsExactly(Rule.UNDONE);
    }

    @Test
    void an_undone_proposal_for_the_bank_that_may_be_approved_is_found() {
        proposals.add(new Proposal(id("back", 10), "back", FILE, "label", "OPEN"));

        assertThat(findings()).extracting(Finding::rule).containsExactly(Rule.UNDONE);
    }

    /** No fault. */
    @Test
    void a_proposal_that_was_taken_back_is_not_published_and_waits_for_its_first_person() {
        undone("second", 60, 50, RITA, Decision.REVIEW);
        assertThat(findings()).isEmpty();

        decided("second", 70, Kind.DECIDED, "FIRST", RITA, Decision.SAFE);
        assertThat(findings()).isEmpty();
    }

    @Test
    void a_proposal_whose_undo_was_published_is_found() {
        undone("second", 60, 50, RITA, Decision.REVIEW);
        publish(rows.get(rows.size() - 1));

        assertThat(findings()).extracting(Finding::rule).containsOnly(Rule.REVIEWED);
    }

    @Test
    void what_agreed_with_a_first_person_and_was_taken_back_waits_for_a_second_one_again() {
        decided("second", 60, Kind.DECIDED, "SECOND", RON, Decision.SAFE);
        undone("second", 70, 60, RON, Decision.REVIEW);
        assertThat(findings()).isEmpty();

        decided("second", 80, Kind.DECIDED, "FIRST", SVEN, Decision.SAFE);
        assertThat(findings()).extracting(Finding::rule).containsExactly(Rule.UNDONE);
    }

    @Test
    void an_escalation_that_was_taken_and_lost_is_found() {
        escalations.clear();

        assertThat(findings()).extracting(Finding::rule).containsExactly(Rule.ESCALATED);
    }

    @Test
    void what_was_handed_to_seniors_and_anyone_decided_is_found() {
        escalated("open", 10);
        assertThat(findings()).isEmpty();

        decided("open", 20, Kind.DECIDED, "FIRST", SARA, Decision.SAFE);
        assertThat(findings()).extracting(Finding::rule).containsExactly(Rule.ESCALATED);
    }

    @Test
    void what_waited_for_a_senior_and_a_reviewer_decided_is_found() {
        escalated("open", 10);
        decided("open", 20, Kind.DECIDED, "SENIOR", RON, Decision.SAFE);

        assertThat(findings()).extracting(Finding::rule).containsOnly(Rule.ESCALATED);
    }

    @Test
    void what_was_handed_to_seniors_and_does_not_wait_is_found() {
        escalated("open", 10);
        items.put("open", new Item("open", "open", FILE, false, Set.of("REVIEW")));

        assertThat(findings()).extracting(Finding::rule).containsExactly(Rule.ESCALATED);
    }

    @Test
    void what_was_handed_to_seniors_and_a_reviewer_took_from_them_by_an_undo_is_found() {
        escalated("second", 55);
        undone("second", 60, 50, RITA, Decision.REVIEW);

        assertThat(findings()).extracting(Finding::rule).containsExactly(Rule.ESCALATED);
    }

    /** No fault. */
    @Test
    void what_was_handed_to_seniors_and_reviewed_directly_waits_for_nothing() {
        escalated("open", 10);
        items.put("open", new Item("open", "open", FILE, false, Set.of("REVIEW")));
        publish(row("open", 20, Kind.DECIDED, "FIRST", "another", Decision.SAFE));

        assertThat(findings()).isEmpty();
    }

    /** No fault: the appeal is against nothing any more. */
    @Test
    void a_decision_that_was_appealed_and_taken_back_is_decided_by_the_same_person() {
        appealed("plain", 20);
        undone("plain", 30, 10, RITA, Decision.REVIEW);
        decided("plain", 40, Kind.DECIDED, "FIRST", RITA, Decision.SAFE);

        assertThat(findings()).isEmpty();
    }

    @Test
    void an_appeal_whose_decision_was_taken_back_and_that_does_not_wait_is_found() {
        undone("appealed", 50, 40, SARA, Decision.NSFW, "seen");
        items.put("appealed", new Item("appealed", "appealed", FILE, false, Set.of("APPEAL")));

        assertThat(findings()).extracting(Finding::rule).containsExactlyInAnyOrder(Rule.UNDONE, Rule.APPEALED);
    }

    @Test
    void a_final_decision_is_taken_back_by_a_senior_and_then_decided_by_one_without_a_part() {
        appealed("appealed", 45);
        items.put("appealed", new Item("appealed", "appealed", FILE, false, Set.of("APPEAL")));
        undone("appealed", 50, 40, SVEN, Decision.NSFW, "seen");
        decided("appealed", 60, Kind.DECIDED, "SENIOR", SVEN, Decision.NSFW);
        assertThat(findings()).isEmpty();

        rows.set(rows.size() - 1, row("appealed", 60, Kind.DECIDED, "SENIOR", RITA, Decision.NSFW));
        assertThat(findings()).extracting(Finding::rule).contains(Rule.APPEALED);
    }

    @Test
    void a_reference_that_was_removed_and_is_there_is_found() {
        reference("left", "default/model/proof-reference-2", "nsfw");
        written.put("default/model/proof-reference-2", Optional.empty());

        assertThat(findings()).extracting(Finding::rule).containsExactly(Rule.BANK);
    }

    @Test
    void a_reference_that_was_added_and_is_not_there_is_found() {
        references.removeIf(reference -> reference.key().endsWith("proof-reference-1"));

        assertThat(findings()).extracting(Finding::rule).containsExactly(Rule.BANK);
    }

    @Test
    void an_approved_proposal_without_a_reference_is_found_unless_its_file_was_erased() {
        references.removeIf(reference -> reference.key().contains("/review/"));

        assertThat(findings()).extracting(Finding::rule).contains(Rule.BANK);

        erase("copy", 90);
        verdicts.add(placed(START, "copy", verdict("copy")));

        assertThat(findings()).extracting(Finding::rule).doesNotContain(Rule.BANK);
    }

    @Test
    void a_refused_proposal_with_a_reference_is_found() {
        answers.approved().clear();
        proposals.replaceAll(proposal -> new Proposal(
                proposal.decision(), proposal.image(), proposal.contentSha256(), proposal.label(), "REFUSED"));

        assertThat(findings()).extracting(Finding::rule).containsExactly(Rule.BANK);
    }

    @Test
    void an_approval_that_was_taken_and_lost_is_found() {
        proposals.replaceAll(proposal -> new Proposal(
                proposal.decision(), proposal.image(), proposal.contentSha256(), proposal.label(), "OPEN"));
        references.removeIf(reference -> reference.key().contains("/review/"));

        assertThat(findings()).extracting(Finding::rule).containsExactly(Rule.BANK);
    }

    @Test
    void a_reference_of_an_erased_proposal_is_found() {
        proposals.clear();
        answers.approved().clear();

        assertThat(findings()).extracting(Finding::rule).containsExactly(Rule.BANK);
    }

    @Test
    void a_change_of_policies_that_was_taken_and_lost_is_found() {
        changes.remove(1);
        policies.remove(1);

        assertThat(findings()).extracting(Finding::rule).containsExactly(Rule.POLICY);
    }

    @Test
    void a_policy_that_was_published_twice_is_found() {
        policies.add(policies.get(2));

        assertThat(findings()).extracting(Finding::rule).containsExactly(Rule.POLICY);
    }

    @Test
    void a_policy_that_was_never_published_is_found() {
        policies.remove(2);

        assertThat(findings()).extracting(Finding::rule).containsExactly(Rule.POLICY);
    }

    @Test
    void a_policy_that_still_waits_to_be_published_is_found() {
        policy = Optional.of(new PolicyRow(3, "version-3", true));

        assertThat(findings()).extracting(Finding::rule).containsExactly(Rule.POLICY);
    }

    /** Taken by the API, a row, and on the topic unless it is a proposal; its item is closed then. */
    private void decided(String image, long second, Kind kind, String stage, String reviewer, Decision decision) {
        Decided row = row(image, second, kind, stage, reviewer, decision);
        answers.decided().add(row);
        add(row);
    }

    /** Of what was decided at another second; taken by the API, and on the topic unless that was a proposal. */
    private void undone(String image, long second, long decided, String by, Decision restored, String... labels) {
        Decided undone = rows.stream()
                .filter(row -> row.id().equals(id(image, decided)))
                .findFirst()
                .orElseThrow();
        Decided row = new Decided(
                id(image, second),
                image,
                image,
                FILE,
                Kind.UNDONE,
                undone.stage(),
                by,
                restored,
                List.of(labels),
                START.plusSeconds(second),
                undone.id());
        rows.add(row);
        answers.undone().add(new Undone(row.id(), image, image, undone.id(), by, row.at()));
        items.put(image, new Item(image, image, FILE, true, Set.of("REVIEW")));
        if (undone.kind() == Kind.DECIDED) {
            publish(row);
        }
    }

    private void escalated(String image, long second) {
        Escalation row = new Escalation(image, image, RON, "question-" + image, START.plusSeconds(second));
        escalations.add(row);
        answers.escalated().add(row);
        items.put(image, new Item(image, image, FILE, true, Set.of("REVIEW")));
    }

    private void add(Decided row) {
        rows.add(row);
        items.put(row.image(), new Item(row.item(), row.image(), FILE, false, Set.of("REVIEW")));
        if (row.kind() == Kind.DECIDED) {
            publish(row);
        }
    }

    private static Decided row(String image, long second, Kind kind, String stage, String reviewer, Decision decision) {
        return new Decided(
                id(image, second),
                image,
                image,
                FILE,
                kind,
                stage,
                reviewer,
                decision,
                List.of("seen"),
                START.plusSeconds(second),
                null);
    }

    /** An answer to what was asked for later than its row says. */
    private static Decided row(String image, long second, long asked, String reviewer) {
        Decided row = row(image, second, Kind.DECIDED, "SENIOR", reviewer, Decision.SAFE);
        return new Decided(
                row.id(),
                row.item(),
                row.image(),
                row.contentSha256(),
                row.kind(),
                row.stage(),
                row.reviewer(),
                row.decision(),
                row.labels(),
                START.plusSeconds(asked),
                null);
    }

    private void publish(Decided row) {
        Review review = Review.newBuilder()
                .setImageId(row.image())
                .setReviewer(row.reviewer())
                .setDecision(row.decision())
                .setAt(row.at())
                .setContentSha256(row.contentSha256())
                .setDecisionId(row.id())
                .setLabels(row.labels())
                .build();
        reviews.add(placed(row.at(), row.image(), review));
    }

    private void appealed(String image, long second) {
        Appeal appeal = new Appeal(image, image, "reporter-" + second, START.plusSeconds(second));
        appeals.add(appeal);
        answers.appealed().add(appeal);
        items.put(image, new Item(image, image, FILE, true, Set.of("APPEAL")));
    }

    private void proposed(String image, long second, String state) {
        decided(image, second, Kind.DECIDED, "FIRST", RITA, Decision.NSFW);
        String decision = id(image, second);
        String key = "default/model/review/" + decision + "@white";
        proposals.add(new Proposal(decision, image, FILE, "label", state));
        answers.approved().add(new Approved(decision, List.of(key)));
        reference(image, key, "label");
        written.remove(key);
    }

    private void reference(String name, String key, String label) {
        Reference reference = Reference.newBuilder()
                .setLabel(label)
                .setEmbedding(ByteBuffer.allocate(2))
                .setSourceSha256(FILE)
                .setAddedBy(name)
                .setAddedAt(START)
                .build();
        references.add(placed(START, key, reference));
        written.put(key, Optional.of(reference));
    }

    private void policy(long revision, String kind) {
        PolicyChange change = new PolicyChange(kind, revision, SVEN);
        changes.add(change);
        if (!kind.equals("BY_COMMAND")) {
            answers.policies().add(change);
        }
        PolicyDocument document = PolicyDocument.newBuilder()
                .setVersion("version-" + revision)
                .setK(1)
                .setTemperature(1)
                .setFloor(0)
                .setFlag(0.6)
                .setSafe(0.4)
                .setLabels(Map.of())
                .setMadeFor(new MadeFor("default", "model", "views"))
                .setAuthor(SARA)
                .setProposedAt(START)
                .build();
        policies.add(placed(
                START,
                "default",
                ModerationPolicy.newBuilder()
                        .setTenant("default")
                        .setRevision(revision)
                        .setInForce(document)
                        .build()));
    }

    private void erase(String image, long second) {
        Erasure order = new Erasure("default", Subject.IMAGE, image, "proof", "", START.plusSeconds(second));
        erasures.add(placed(START.plusSeconds(second), image, order));
    }

    private void holds(String image, String file) {
        ModerationDecision decision = ModerationDecision.newBuilder()
                .setTenant("default")
                .setImageId(image)
                .setUploaderId("account")
                .setDecision(Decision.SAFE)
                .setScore(0.5)
                .setDecidedBy(new Decider(DeciderKind.WORKER, "worker"))
                .setSince(START)
                .setContentSha256(file)
                .build();
        decisions.add(placed(START, "default/" + image, decision));
    }

    private static Verdict verdict(String image) {
        return Verdict.newBuilder()
                .setImageId(image)
                .setUploaderId("account")
                .setDecision(Decision.SAFE)
                .setScore(0.5)
                .setMargin(0.1)
                .setModelFingerprint("proof")
                .setPreprocessFingerprint("proof")
                .setBankVersion("proof")
                .setPolicyVersion("proof")
                .setContentSha256(FILE)
                .setDecidedAt(START)
                .setDecidedBy(new Decider(DeciderKind.WORKER, "worker"))
                .build();
    }

    private static <T> Placed<T> placed(Instant at, String key, T value) {
        return new Placed<>(new Place("topic", 0, 0), at, key, value);
    }

    private static String id(String image, long second) {
        return UUID.nameUUIDFromBytes((image + second).getBytes(StandardCharsets.UTF_8))
                .toString();
    }

    private List<Finding> findings() {
        return ProofWorkOracle.findings(new ProofRecords(
                List.of(),
                verdicts,
                List.of(),
                reviews,
                erasures,
                decisions,
                List.of(),
                List.of(),
                Map.of(),
                references,
                written,
                policies,
                new ProofWork(
                        answers, rows, List.copyOf(items.values()), appeals, escalations, proposals, changes, policy),
                Optional.empty(),
                Set.of(),
                Set.of(),
                ProofVolume.none(),
                ProofFlagged.none(),
                ProofCampaigns.none()));
    }
}
