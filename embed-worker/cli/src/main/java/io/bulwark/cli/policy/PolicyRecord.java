package io.bulwark.cli.policy;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.events.ModerationPolicy;
import io.bulwark.events.PolicyDocument;
import io.bulwark.schemas.policy.PolicyRecords;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One tenant's record, and what people may do with it. Every change makes another; nothing is written here. */
final class PolicyRecord {

    private final ModerationPolicy value;

    private PolicyRecord(ModerationPolicy value) {
        this.value = value;
    }

    /**
     * The record of a tenant.
     *
     * @param restarted whether a record that cannot be read counts as none
     * @throws CommandFailure if it cannot be read
     */
    static PolicyRecord of(PolicyTopic.Content content, String tenant, boolean restarted) {
        String problem = content.unreadable().get(tenant);
        if (problem != null && !restarted) {
            throw CommandFailure.failed("the record of tenant \"" + tenant + "\" cannot be read: " + problem
                    + " Nothing is changed; `bulwark policy propose --anew` begins it again, without its history, and until"
                    + " the proposal is approved the tenant has the policy of tenant default");
        }
        return new PolicyRecord(
                Optional.ofNullable(content.policies().get(tenant)).orElseGet(() -> PolicyRecords.none(tenant)));
    }

    ModerationPolicy value() {
        return value;
    }

    Optional<PolicyDocument> inForce() {
        return Optional.ofNullable(value.getInForce());
    }

    Optional<PolicyDocument> shadow() {
        return Optional.ofNullable(value.getShadow());
    }

    /**
     * With a proposal beside what is in force, in the place of an earlier one.
     *
     * @throws CommandFailure if the same is in force already
     */
    PolicyRecord proposed(PolicyDocument proposal) {
        if (inForce().filter(old -> PolicyRecords.isSame(old, proposal)).isPresent()) {
            throw CommandFailure.failed("the policy " + Versions.shortened(proposal) + " is in force for tenant \""
                    + value.getTenant() + "\" already. Nothing is changed");
        }
        return new PolicyRecord(PolicyRecords.proposed(value, proposal));
    }

    /**
     * With the proposal in force, and what was in force in the history.
     *
     * @param approver not the author, but where {@code alone}
     * @param alone whether the author may approve what they proposed
     * @param seen what the version begins with that the approver has looked at; empty text for any
     * @throws CommandFailure if there is no proposal, it is another, it needs another approver, or no worker
     *     takes it
     */
    PolicyRecord approved(String approver, boolean alone, String seen, Instant now) {
        PolicyDocument proposal = shadow().orElseThrow(() -> CommandFailure.failed("nothing is proposed for tenant \""
                + value.getTenant() + "\": `bulwark policy propose` does. Nothing is changed"));
        if (!proposal.getVersion().startsWith(seen)) {
            throw CommandFailure.failed("proposed is the version " + proposal.getVersion() + ", not " + seen
                    + ": look with `bulwark policy diff`. Nothing is changed");
        }
        if (!alone && PolicyRecords.isAuthor(proposal, approver)) {
            throw CommandFailure.failed(
                    "\"" + approver + "\" has proposed this policy and another person has to approve it;"
                            + " --alone lets the author do so. Nothing is changed");
        }
        requireUsable(proposal);
        return new PolicyRecord(PolicyRecords.approved(value, approver, now));
    }

    /**
     * With an earlier policy in force again, and what was in force in the history.
     *
     * @param version what its version begins with; empty text for the newest of the history
     * @param note why; empty for the note that it had
     * @param unfit whether it may have been made for another bank, model or views than what is in force
     * @throws CommandFailure if there is no such policy, or no worker takes it
     */
    PolicyRecord rolledBack(String version, String approver, Optional<String> note, boolean unfit, Instant now) {
        List<PolicyDocument> earlier = value.getHistory();
        if (earlier.isEmpty()) {
            throw CommandFailure.failed(
                    "tenant \"" + value.getTenant() + "\" has no earlier policy to come back to. Nothing is changed");
        }
        PolicyDocument back = version.isEmpty() ? earlier.get(0) : Versions.find(earlier, version, value.getTenant());
        if (!unfit
                && inForce()
                        .filter(old -> !old.getMadeFor().equals(back.getMadeFor()))
                        .isPresent()) {
            throw CommandFailure.failed(
                    "the policy " + Versions.shortened(back) + " was made for another bank, model or"
                            + " views than the one in force, so the workers of now do not take it; --unfit puts it in force all"
                            + " the same. Nothing is changed");
        }
        requireUsable(back);
        return new PolicyRecord(PolicyRecords.rolledBack(value, back, approver, note, now));
    }

    /** The document of this record whose version begins so: in force, proposed or earlier. */
    PolicyDocument find(String version) {
        List<PolicyDocument> all = Stream.of(inForce().stream(), shadow().stream(), value.getHistory().stream())
                .flatMap(documents -> documents)
                .toList();
        return Versions.find(all, version, value.getTenant());
    }

    private static void requireUsable(PolicyDocument document) {
        try {
            PolicyLines.of(document).settings();
        } catch (CommandFailure wrong) {
            throw CommandFailure.failed(
                    "no worker takes the policy " + Versions.shortened(document) + ": " + wrong.getMessage()
                            + ". Nothing is changed",
                    wrong);
        }
    }

    /** Versions as people write them: by their first digits. */
    static final class Versions {

        private static final int SHOWN = 12;

        private Versions() {}

        /** The first digits, enough to know it by. */
        static String shortened(PolicyDocument document) {
            String version = document.getVersion();
            return version.substring(0, Math.min(SHOWN, version.length()));
        }

        private static PolicyDocument find(List<PolicyDocument> documents, String version, String tenant) {
            Set<String> found = documents.stream()
                    .map(PolicyDocument::getVersion)
                    .filter(each -> each.startsWith(version))
                    .collect(Collectors.toSet());
            if (found.size() != 1) {
                throw CommandFailure.failed((found.isEmpty() ? "no policy" : "more than one policy") + " of tenant \""
                        + tenant + "\" has a version that begins with " + version
                        + ": `bulwark policy show` lists them");
            }
            return documents.stream()
                    .filter(each -> found.contains(each.getVersion()))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
