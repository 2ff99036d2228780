package io.bulwark.lab.proof;

import io.bulwark.events.Erasure;
import io.bulwark.events.ModerationDecision;
import io.bulwark.events.ModerationPolicy;
import io.bulwark.events.Reference;
import io.bulwark.events.Review;
import io.bulwark.events.Verdict;
import io.bulwark.lab.proof.ProofApi.Account;
import io.bulwark.lab.proof.ProofOracle.Finding;
import io.bulwark.lab.proof.ProofOracle.Rule;
import io.bulwark.lab.proof.ProofRecords.Placed;
import io.bulwark.lab.proof.ProofWork.Appeal;
import io.bulwark.lab.proof.ProofWork.Approved;
import io.bulwark.lab.proof.ProofWork.Decided;
import io.bulwark.lab.proof.ProofWork.Item;
import io.bulwark.lab.proof.ProofWork.Kind;
import io.bulwark.lab.proof.ProofWork.PolicyChange;
import io.bulwark.lab.proof.ProofWork.PolicyRow;
import io.bulwark.lab.proof.ProofWork.Proposal;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What has to hold of people's work, by the rules of {@code moderation-stream/docs/review.md}, written here a second
 * time. A pure function of the records, right at rest alone, as {@link ProofOracle}.
 */
final class ProofWorkOracle {

    private static final String SENIOR = "SENIOR";
    private static final int DECISION_LETTERS = 36;

    private final ProofRecords records;
    private final ProofWork work;
    private final List<Finding> findings = new ArrayList<>();
    private final Map<String, Instant> erased = new HashMap<>();
    private final Map<String, List<Review>> published;
    private final Map<String, Decided> rows;

    private ProofWorkOracle(ProofRecords records) {
        this.records = records;
        this.work = records.work();
        for (Placed<Erasure> order : ProofRecords.whole(records.erasures())) {
            erased.merge(order.value().getId(), order.at(), (one, other) -> one.isAfter(other) ? one : other);
        }
        this.published = ProofRecords.whole(records.reviews()).stream()
                .map(Placed::value)
                .filter(review -> review.getDecisionId() != null)
                .collect(Collectors.groupingBy(Review::getDecisionId, TreeMap::new, Collectors.toList()));
        this.rows = new TreeMap<>();
        work.decisions().forEach(row -> rows.put(row.id(), row));
    }

    /** Everything that does not hold. */
    static List<Finding> findings(ProofRecords records) {
        ProofWorkOracle oracle = new ProofWorkOracle(records);
        oracle.reviews();
        oracle.appeals();
        oracle.approvals();
        oracle.bank();
        oracle.policies();
        return oracle.findings;
    }

    private void require(boolean holds, Rule rule, String subject, String otherwise) {
        if (!holds) {
            findings.add(new Finding(rule, subject, otherwise));
        }
    }

    /** What was done before an order to erase is gone with it. */
    private boolean isErased(String image, Instant done) {
        Instant order = erased.get(image);
        return order != null && !order.isBefore(done);
    }

    private void reviews() {
        for (Decided answer : work.answers().decided()) {
            if (!isErased(answer.image(), answer.at())) {
                Decided row = rows.get(answer.id());
                require(
                        row != null && row.isAs(answer),
                        Rule.REVIEWED,
                        answer.image(),
                        "the API took " + answer + ", and the row is " + row);
            }
        }
        for (String id : work.answers().refused()) {
            require(
                    !rows.containsKey(id) && !published.containsKey(id),
                    Rule.REVIEWED,
                    id,
                    "the API refused this decision, and it was made");
        }
        for (Decided row : rows.values()) {
            List<Review> of = published.getOrDefault(row.id(), List.of());
            boolean holds = row.kind() == Kind.DECIDED;
            int least = holds && !isErased(row.image(), row.at()) ? 1 : 0;
            require(
                    of.size() >= least && of.size() <= (holds ? 1 : 0),
                    Rule.REVIEWED,
                    row.image(),
                    "is " + of.size() + " times on the topic: " + row);
            of.forEach(review -> require(
                    isAs(review, row),
                    Rule.REVIEWED,
                    row.image(),
                    "the topic has " + review + ", and the row is " + row));
        }
        Set<String> people = Account.logins();
        published.forEach((id, of) -> {
            Review review = of.get(0);
            boolean isOfPeople = people.contains(review.getReviewer());
            require(
                    !isOfPeople || rows.containsKey(id) || isErased(review.getImageId(), review.getAt()),
                    Rule.REVIEWED,
                    review.getImageId(),
                    "no row is what the topic has: " + review);
            require(
                    !isOfPeople || of.size() == 1,
                    Rule.REVIEWED,
                    review.getImageId(),
                    "is " + of.size() + " times on the topic: " + review);
        });
    }

    private static boolean isAs(Review review, Decided row) {
        return review.getImageId().equals(row.image())
                && row.contentSha256().equals(review.getContentSha256())
                && review.getReviewer().equals(row.reviewer())
                && review.getDecision() == row.decision()
                && review.getLabels().equals(row.labels())
                && review.getAt().equals(row.at().truncatedTo(ChronoUnit.MILLIS));
    }

    /**
     * An appeal is decided by a person who had no part before: by a senior where a person's decision held. What a senior
     * decided on an appeal is final. Until then its item is open, unless other content or a review that was written
     * directly came since.
     */
    private void appeals() {
        Map<String, List<Appeal>> appeals = work.appeals().stream().collect(Collectors.groupingBy(Appeal::item));
        for (Appeal answer : work.answers().appealed()) {
            boolean there = appeals.getOrDefault(answer.item(), List.of()).stream()
                    .anyMatch(row -> row.reporter().equals(answer.reporter()));
            require(
                    there || isErased(answer.image(), answer.at()),
                    Rule.APPEALED,
                    answer.image(),
                    "the API took the appeal of " + answer.reporter() + ", and no row has it");
        }
        Map<String, Item> items = work.items().stream().collect(Collectors.toMap(Item::id, item -> item));
        Map<String, List<Decided>> decisions = work.decisions().stream().collect(Collectors.groupingBy(Decided::item));
        appeals.forEach((id, of) -> {
            List<Decided> made = decisions.getOrDefault(id, List.of());
            of.forEach(appeal -> appeal(appeal, made, items.get(id)));
        });
    }

    private void appeal(Appeal appeal, List<Decided> made, Item item) {
        List<Decided> before = made.stream()
                .filter(decision -> decision.at().isBefore(appeal.at()))
                .toList();
        if (before.stream()
                .anyMatch(decision -> !decision.at().isBefore(appeal.at().minus(behind())))) {
            return; // which of both was first is not known
        }
        List<Decided> after = made.subList(before.size(), made.size());
        Set<String> parts = before.stream().map(Decided::reviewer).collect(Collectors.toCollection(HashSet::new));
        boolean held = !before.isEmpty() && before.get(before.size() - 1).kind() == Kind.DECIDED;
        boolean isFinal = held && isFinal(before.get(before.size() - 1), item);
        require(
                !isFinal || after.isEmpty(),
                Rule.APPEALED,
                appeal.image(),
                "a senior had decided on an appeal, and it was decided again: " + after);
        if (held && !isFinal && !after.isEmpty()) {
            require(
                    after.get(0).stage().equals(SENIOR),
                    Rule.APPEALED,
                    appeal.image(),
                    "no senior decided on the appeal against a person's decision: " + after.get(0));
        }
        for (Decided decision : after) {
            require(
                    parts.add(decision.reviewer()),
                    Rule.APPEALED,
                    appeal.image(),
                    decision.reviewer() + " decided on an appeal after having had a part: " + decision);
        }
        require(
                !after.isEmpty() || isFinal || item.isOpen() || isOvertaken(item, made),
                Rule.APPEALED,
                appeal.image(),
                "the appeal of " + appeal.reporter() + " was not decided and does not wait: " + item);
    }

    /** By how much PostgreSQL's clock was behind at most: no row is made before it was asked for. */
    private Duration behind() {
        return work.answers().decided().stream()
                .filter(answer -> rows.containsKey(answer.id()))
                .map(answer -> Duration.between(rows.get(answer.id()).at(), answer.at()))
                .filter(difference -> !difference.isNegative())
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
    }

    /** Whether a senior decided on an earlier appeal. */
    private boolean isFinal(Decided held, Item item) {
        return held.stage().equals(SENIOR)
                && !isReplaced(item)
                && work.appeals().stream()
                        .anyMatch(earlier ->
                                earlier.item().equals(item.id()) && earlier.at().isBefore(held.at()));
    }

    /** A review that was written directly closes what no person decided here. */
    private boolean isOvertaken(Item item, List<Decided> made) {
        return isReplaced(item)
                || made.isEmpty()
                        && ProofRecords.whole(records.reviews()).stream()
                                .map(Placed::value)
                                .anyMatch(review -> review.getImageId().equals(item.image())
                                        && item.contentSha256().equals(review.getContentSha256())
                                        && !rows.containsKey(review.getDecisionId()));
    }

    /** Whether other content came under the image's id after the item's. */
    private boolean isReplaced(Item item) {
        boolean came = false;
        for (Placed<ModerationDecision> decision : ProofRecords.whole(records.decisions())) {
            if (decision.value().getImageId().equals(item.image())) {
                boolean same = item.contentSha256().equals(decision.value().getContentSha256());
                if (came && !same) {
                    return true;
                }
                came |= same;
            }
        }
        return false;
    }

    /** What was made of a file goes with every image of that file that is erased. */
    private void approvals() {
        Map<String, Reference> last = lastReferences();
        Map<String, Approved> answered =
                work.answers().approved().stream().collect(Collectors.toMap(Approved::decision, answer -> answer));
        Map<String, List<String>> keys = last.keySet().stream()
                .filter(key -> key.contains(ProofBank.OF_REVIEW))
                .collect(Collectors.groupingBy(ProofWorkOracle::decisionOf));
        Set<String> erasedFiles = ProofRecords.whole(records.verdicts()).stream()
                .map(Placed::value)
                .filter(verdict -> erased.containsKey(verdict.getImageId()))
                .map(Verdict::getContentSha256)
                .collect(Collectors.toSet());
        for (Proposal proposal : work.proposals()) {
            List<String> there = keys.getOrDefault(proposal.decision(), List.of());
            boolean approved = proposal.state().equals("APPROVED");
            boolean gone = erasedFiles.contains(proposal.contentSha256());
            require(
                    approved ? gone || !there.isEmpty() : there.isEmpty(),
                    Rule.BANK,
                    proposal.image(),
                    "the proposal is " + proposal.state() + ", and its references are " + there);
            there.forEach(key -> require(
                    proposal.label().equals(last.get(key).getLabel())
                            && proposal.contentSha256().equals(last.get(key).getSourceSha256()),
                    Rule.BANK,
                    key,
                    "is another one than was approved: " + proposal));
            Optional.ofNullable(answered.get(proposal.decision()))
                    .ifPresent(answer -> require(
                            approved && (gone || there.containsAll(answer.references())),
                            Rule.BANK,
                            proposal.image(),
                            "the API made " + answer.references() + ", and there are " + there));
        }
        Set<String> proposed = work.proposals().stream().map(Proposal::decision).collect(Collectors.toSet());
        keys.forEach((decision, there) -> require(
                proposed.contains(decision), Rule.BANK, decision, "is no proposal, and has references: " + there));
        answered.values().stream()
                .filter(answer -> !proposed.contains(answer.decision()))
                .filter(answer -> !isErased(answer))
                .forEach(answer -> require(
                        false, Rule.BANK, answer.decision(), "the API approved it, and no row has the proposal"));
    }

    private boolean isErased(Approved answer) {
        return work.answers().decided().stream()
                .filter(decided -> decided.id().equals(answer.decision()))
                .allMatch(decided -> isErased(decided.image(), decided.at()));
    }

    /** Of a key {@code bank/model/review/decision}, with a further part where there are several. */
    private static String decisionOf(String key) {
        String rest = key.substring(key.indexOf(ProofBank.OF_REVIEW) + ProofBank.OF_REVIEW.length());
        return rest.substring(0, Math.min(rest.length(), DECISION_LETTERS));
    }

    private void bank() {
        Map<String, Reference> last = lastReferences();
        records.written()
                .forEach((key, wanted) -> require(
                        Objects.equals(wanted.orElse(null), last.get(key)),
                        Rule.BANK,
                        key,
                        "wanted is " + shown(wanted.orElse(null)) + ", found " + shown(last.get(key))));
    }

    private void policies() {
        for (PolicyChange change : work.answers().policies()) {
            require(
                    work.changes().contains(change),
                    Rule.POLICY,
                    "revision " + change.revision(),
                    "the API took " + change + ", and the history lacks it");
        }
        Set<Long> known = work.changes().stream().map(PolicyChange::revision).collect(Collectors.toSet());
        long last = 0;
        String inForce = null;
        for (Placed<ModerationPolicy> record : ProofRecords.whole(records.policies())) {
            long revision = record.value().getRevision();
            require(
                    revision > last && known.contains(revision),
                    Rule.POLICY,
                    "revision " + revision,
                    "stands at " + record.place() + " after revision " + last);
            last = revision;
            inForce = record.value().getInForce() == null
                    ? null
                    : record.value().getInForce().getVersion();
        }
        PolicyRow wanted = new PolicyRow(last, inForce, false);
        PolicyRow found = work.policy().orElse(new PolicyRow(0, null, false));
        require(wanted.equals(found), Rule.POLICY, "policies", "wanted is " + wanted + ", found " + found);
    }

    /** Without its embedding. */
    private static String shown(Reference reference) {
        return reference == null
                ? "none"
                : reference.getLabel() + " of " + reference.getAddedAt() + " by " + reference.getAddedBy();
    }

    private Map<String, Reference> lastReferences() {
        Map<String, Reference> last = new TreeMap<>();
        for (Placed<Reference> reference : records.references()) {
            if (reference.value() == null) {
                last.remove(reference.key());
            } else {
                last.put(reference.key(), reference.value());
            }
        }
        return last;
    }
}
