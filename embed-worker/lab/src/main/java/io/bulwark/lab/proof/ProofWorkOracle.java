package io.bulwark.lab.proof;

import io.bulwark.events.Decision;
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
import io.bulwark.lab.proof.ProofWork.Escalation;
import io.bulwark.lab.proof.ProofWork.Item;
import io.bulwark.lab.proof.ProofWork.Kind;
import io.bulwark.lab.proof.ProofWork.PolicyChange;
import io.bulwark.lab.proof.ProofWork.PolicyRow;
import io.bulwark.lab.proof.ProofWork.Proposal;
import io.bulwark.lab.proof.ProofWork.Undone;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
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

    private static final String FIRST = "FIRST";
    private static final String SECOND = "SECOND";
    private static final String SENIOR = "SENIOR";
    private static final int DECISION_LETTERS = 36;

    private final ProofRecords records;
    private final ProofWork work;
    private final List<Finding> findings = new ArrayList<>();
    private final Map<String, Instant> erased = new HashMap<>();
    private final Map<String, List<Review>> published;
    private final Map<String, Decided> rows;
    private final Map<String, List<Decided>> histories;
    private final Map<String, Item> items;
    private final Set<String> seniors =
            Account.with("senior").stream().map(Account::login).collect(Collectors.toSet());

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
        this.histories = work.decisions().stream()
                .collect(Collectors.groupingBy(Decided::item, TreeMap::new, Collectors.toList()));
        this.items = work.items().stream().collect(Collectors.toMap(Item::id, item -> item));
    }

    /** Everything that does not hold. */
    static List<Finding> findings(ProofRecords records) {
        ProofWorkOracle oracle = new ProofWorkOracle(records);
        oracle.reviews();
        oracle.undos();
        oracle.escalations();
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
            boolean holds = isPublished(row);
            int least = holds && !isErased(row.image(), row.at()) && !isOfErased(row) ? 1 : 0;
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

    /** Whether it changes what holds. */
    private boolean isPublished(Decided row) {
        return row.kind() == Kind.DECIDED
                || row.kind() == Kind.UNDONE
                        && (isOfErased(row) || rows.get(row.replaces()).kind() == Kind.DECIDED);
    }

    /** Whether what it takes back is gone. */
    private boolean isOfErased(Decided row) {
        return row.kind() == Kind.UNDONE && !rows.containsKey(row.replaces());
    }

    private static boolean isAs(Review review, Decided row) {
        return review.getImageId().equals(row.image())
                && row.contentSha256().equals(review.getContentSha256())
                && review.getReviewer().equals(row.reviewer())
                && review.getDecision() == row.decision()
                && review.getLabels().equals(row.labels())
                && review.getAt().equals(row.at().truncatedTo(ChronoUnit.MILLIS));
    }

    private void undos() {
        for (Undone answer : work.answers().undone()) {
            Decided row = rows.get(answer.id());
            require(
                    isErased(answer.image(), answer.at())
                            || row != null
                                    && row.kind() == Kind.UNDONE
                                    && row.item().equals(answer.item())
                                    && row.reviewer().equals(answer.by())
                                    && answer.decision().equals(row.replaces()),
                    Rule.UNDONE,
                    answer.image(),
                    "the API took " + answer + ", and the row is " + row);
        }
        Set<String> kept = work.answers().kept();
        rows.values().stream()
                .filter(row -> row.kind() == Kind.UNDONE && kept.contains(row.replaces()))
                .forEach(row ->
                        require(false, Rule.UNDONE, row.image(), "the API did not take this back, and it was: " + row));
        Set<String> undone = rows.values().stream()
                .filter(row -> row.kind() == Kind.UNDONE)
                .map(Decided::replaces)
                .collect(Collectors.toSet());
        work.proposals().stream()
                .filter(proposal -> proposal.state().equals("OPEN") && undone.contains(proposal.decision()))
                .forEach(proposal -> require(
                        false, Rule.UNDONE, proposal.image(), "was taken back, and may be approved: " + proposal));
        // Of a history that an erasure cut off it is not known what was before.
        histories.forEach((id, made) -> {
            if (!erased.containsKey(made.get(0).image())) {
                undos(made, Optional.ofNullable(items.get(id)));
            }
        });
    }

    /** A decision is taken back as long as it is the item's latest. */
    private void undos(List<Decided> made, Optional<Item> item) {
        List<Decided> standing = new ArrayList<>();
        Decided undone = null;
        for (Decided row : made) {
            if (row.kind() == Kind.UNDONE) {
                undone = standing.isEmpty() ? null : standing.remove(standing.size() - 1);
                require(
                        undone != null
                                && undone.id().equals(row.replaces())
                                && (undone.reviewer().equals(row.reviewer()) || seniors.contains(row.reviewer()))
                                && row.stage().equals(undone.stage()),
                        Rule.UNDONE,
                        row.image(),
                        "takes back what is not the latest, or not theirs: " + row + " after " + undone);
                Decided before = inForce(standing);
                require(
                        row.decision() == (before == null ? Decision.REVIEW : before.decision())
                                && row.labels().equals(before == null ? List.of() : before.labels()),
                        Rule.UNDONE,
                        row.image(),
                        "what held before was " + before + ", and the undo says " + row);
            } else if (row.kind() != Kind.GOLDEN) {
                boolean closed = item.filter(its -> isOvertaken(its, standing)).isPresent();
                require(
                        undone == null
                                || closed
                                || row.stage().equals(stageAfter(undone, standing))
                                || row.stage().equals(SENIOR) && isEscalatedAfter(undone),
                        Rule.UNDONE,
                        row.image(),
                        "the item did not wait again for whom it had waited for: " + row + " after " + undone);
                undone = null;
                standing.add(row);
            }
        }
        boolean waits = undone == null
                || item.filter(its -> its.isOpen() || isOvertaken(its, standing))
                        .isPresent();
        require(waits, Rule.UNDONE, made.get(0).image(), "was taken back and does not wait again: " + undone);
    }

    /** For whom an item waits after an undo: there is a second person only where there is a first. */
    private static String stageAfter(Decided undone, List<Decided> standing) {
        boolean first = standing.isEmpty() || standing.get(standing.size() - 1).kind() != Kind.PROPOSED;
        return undone.stage().equals(SECOND) && first ? FIRST : undone.stage();
    }

    private boolean isEscalatedAfter(Decided decision) {
        return work.escalations().stream()
                .anyMatch(
                        note -> note.item().equals(decision.item()) && note.at().isAfter(decision.at()));
    }

    private static Decided inForce(List<Decided> standing) {
        return standing.stream()
                .filter(row -> row.kind() == Kind.DECIDED)
                .reduce((one, other) -> other)
                .orElse(null);
    }

    /** What was decided or proposed and not taken back. */
    private static List<Decided> standing(List<Decided> made) {
        Set<String> undone = made.stream()
                .filter(row -> row.kind() == Kind.UNDONE)
                .map(Decided::replaces)
                .collect(Collectors.toSet());
        return made.stream()
                .filter(row -> row.kind() == Kind.DECIDED || row.kind() == Kind.PROPOSED)
                .filter(row -> !undone.contains(row.id()))
                .toList();
    }

    private void escalations() {
        for (Escalation answer : work.answers().escalated()) {
            boolean there = work.escalations().stream()
                    .anyMatch(row -> row.item().equals(answer.item())
                            && row.by().equals(answer.by())
                            && row.words().equals(answer.words()));
            require(
                    there || isErased(answer.image(), answer.at()),
                    Rule.ESCALATED,
                    answer.image(),
                    "the API took " + answer + ", and no row has it");
        }
        Duration behind = behind();
        for (Escalation row : work.escalations()) {
            List<Decided> made = histories.getOrDefault(row.item(), List.of());
            boolean isOrdered = made.stream()
                    .noneMatch(decision ->
                            Duration.between(decision.at(), row.at()).abs().compareTo(behind) < 0);
            if (isOrdered && !isErased(row.image(), row.at())) {
                escalation(row, made, items.get(row.item()));
            }
        }
        work.decisions().stream()
                .filter(row -> row.stage().equals(SENIOR) && !seniors.contains(row.reviewer()))
                .forEach(row ->
                        require(false, Rule.ESCALATED, row.image(), "waited for a senior, and none decided: " + row));
    }

    /** A senior who takes back what was before gives it to all. */
    private void escalation(Escalation row, List<Decided> made, Item item) {
        List<Decided> before = made.stream()
                .filter(decision -> decision.at().isBefore(row.at()))
                .toList();
        boolean closed = isOvertaken(item, standing(before));
        if (made.size() == before.size()) {
            require(
                    item.isOpen() || closed,
                    Rule.ESCALATED,
                    row.image(),
                    "was handed to seniors, was not decided and does not wait: " + row);
            return;
        }
        Decided next = made.get(before.size());
        boolean bySenior = seniors.contains(next.reviewer())
                && (next.kind() == Kind.UNDONE || next.stage().equals(SENIOR));
        require(
                closed || bySenior,
                Rule.ESCALATED,
                row.image(),
                "was handed to seniors as " + row + ", and no senior decided: " + next);
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
        appeals.forEach((id, of) -> {
            List<Decided> made = histories.getOrDefault(id, List.of());
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
        List<Decided> parts = new ArrayList<>(standing(before));
        Decided last = before.isEmpty() ? null : before.get(before.size() - 1);
        Decided held = last != null && last.kind() == Kind.DECIDED ? last : null;
        boolean isFinal = held != null && isFinal(held, item);
        boolean first = true;
        for (Decided row : after) {
            boolean undone = row.kind() == Kind.UNDONE;
            parts.removeIf(part -> undone && part.id().equals(row.replaces()));
            if (undone && held != null && held.id().equals(row.replaces())) {
                held = null; // what the appeal is against is gone
                isFinal = false;
            }
            require(
                    !isFinal,
                    Rule.APPEALED,
                    appeal.image(),
                    "a senior had decided on an appeal, and it was decided again: " + row);
            require(
                    undone || held == null || isFinal || !first || row.stage().equals(SENIOR),
                    Rule.APPEALED,
                    appeal.image(),
                    "no senior decided on the appeal against a person's decision: " + row);
            require(
                    parts.stream().noneMatch(part -> part.reviewer().equals(row.reviewer())),
                    Rule.APPEALED,
                    appeal.image(),
                    row.reviewer() + " decided on an appeal after having had a part: " + row);
            if (!undone) {
                parts.add(row);
                first = false;
            }
        }
        require(
                inForce(standing(after)) != null || isFinal || item.isOpen() || isOvertaken(item, standing(made)),
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
    private boolean isOvertaken(Item item, List<Decided> standing) {
        return isReplaced(item)
                || standing.isEmpty()
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
