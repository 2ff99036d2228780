package io.bulwark.cli.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.cli.policy.PolicyProposeCommand.PolicyDocuments;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.events.LabelAction;
import io.bulwark.events.MadeFor;
import io.bulwark.events.ModerationPolicy;
import io.bulwark.events.PolicyDocument;
import io.bulwark.perception.verdict.PolicySettings;
import io.bulwark.perception.verdict.PolicySettings.LabelRule;
import io.bulwark.perception.verdict.PolicySettings.LabelRule.Action;
import io.bulwark.perception.verdict.PolicySettings.Thresholds;
import io.bulwark.perception.verdict.PolicySettings.Unfamiliar;
import io.bulwark.schemas.policy.PolicyRecords;
import io.bulwark.schemas.policy.PolicyRecords.PolicyVersion;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PolicyRecordTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final PolicyRecord empty = PolicyRecord.of(content(Map.of(), Map.of()), "acme", false);

    @Test
    void a_proposal_stands_beside_what_is_in_force_and_decides_nothing() {
        PolicyRecord record = inForce("a").proposed(document("b"));

        assertThat(record.value().getRevision()).isEqualTo(3);
        assertThat(version(record.inForce())).isEqualTo("a");
        assertThat(version(record.shadow())).isEqualTo("b");
        assertThat(version(record.proposed(document("c")).shadow())).isEqualTo("c");
    }

    @Test
    void what_is_in_force_already_is_not_proposed_again_unless_it_is_made_for_something_else() {
        PolicyRecord record = inForce("a");
        assertThatThrownBy(() -> record.proposed(document("a")))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("in force", "already");

        PolicyDocument forNewModel = PolicyDocument.newBuilder(document("a"))
                .setMadeFor(new MadeFor("default", "model-2", "views"))
                .build();
        assertThat(record.proposed(forNewModel).shadow()).contains(forNewModel);
    }

    @Test
    void an_approval_moves_the_proposal_in_force_and_what_was_in_force_to_the_history() {
        PolicyRecord record = inForce("a").proposed(document("b")).approved("bob", false, "b", NOW);

        assertThat(record.value().getTenant()).isEqualTo("acme");
        assertThat(record.value().getRevision()).isEqualTo(4);
        assertThat(version(record.inForce())).isEqualTo("b");
        assertThat(record.inForce().orElseThrow().getApprover()).isEqualTo("bob");
        assertThat(record.inForce().orElseThrow().getApprovedAt()).isEqualTo(NOW);
        assertThat(record.inForce().orElseThrow().getAuthor()).isEqualTo("ann");
        assertThat(record.shadow()).isEmpty();
        assertThat(record.value().getHistory())
                .extracting(PolicyDocument::getVersion)
                .containsExactly("a");
    }

    @Test
    void the_history_keeps_the_twenty_newest() {
        PolicyRecord record = empty;
        for (int i = 0; i < 25; i++) {
            record = record.proposed(document("v" + i)).approved("bob", false, "", NOW);
        }

        assertThat(record.value().getHistory())
                .extracting(PolicyDocument::getVersion)
                .hasSize(PolicyRecords.MOST_HISTORY)
                .startsWith("v23", "v22")
                .endsWith("v4");
        assertThat(record.value().getRevision()).isEqualTo(50);
    }

    @Test
    void the_author_approves_only_where_they_say_that_they_are_alone() {
        PolicyRecord record = empty.proposed(document("a"));

        assertThatThrownBy(() -> record.approved(" Ann ", false, "", NOW)).hasMessageContaining("--alone");
        assertThat(version(record.approved("ann", true, "", NOW).inForce())).isEqualTo("a");
    }

    @Test
    void another_version_than_was_looked_at_is_not_approved() {
        PolicyRecord record = empty.proposed(document("abc"));

        assertThatThrownBy(() -> record.approved("bob", false, "abd", NOW))
                .hasMessageContaining("abc", "abd", "bulwark policy diff");
        assertThat(version(record.approved("bob", false, "ab", NOW).inForce())).isEqualTo("abc");
    }

    @Test
    void without_a_proposal_there_is_nothing_to_approve() {
        assertThatThrownBy(() -> inForce("a").approved("bob", false, "", NOW))
                .hasMessageContaining("bulwark policy propose");
    }

    @Test
    void what_no_worker_takes_comes_into_force_neither_by_approval_nor_by_rollback() {
        PolicyDocument bad = PolicyDocument.newBuilder(document("bad")).setK(0).build();

        assertThatThrownBy(() -> empty.proposed(bad).approved("bob", false, "", NOW))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("no worker takes", "bulwark.policy.k is 0");
        PolicyRecord after = PolicyRecord.of(
                content(
                        Map.of(
                                "acme",
                                ModerationPolicy.newBuilder(inForce("a").value())
                                        .setHistory(List.of(bad))
                                        .build()),
                        Map.of()),
                "acme",
                false);
        assertThatThrownBy(() -> after.rolledBack("", "bob", Optional.empty(), false, NOW))
                .hasMessageContaining("bulwark.policy.k is 0");
    }

    @Test
    void a_rollback_is_a_new_entry_and_the_one_left_is_the_newest_of_the_history() {
        PolicyRecord record = inForce("a").proposed(document("b")).approved("bob", false, "", NOW);

        PolicyRecord back = record.rolledBack("", "eve", Optional.of("too many reviews"), false, NOW.plusSeconds(1));

        assertThat(version(back.inForce())).isEqualTo("a");
        assertThat(back.inForce().orElseThrow().getApprover()).isEqualTo("eve");
        assertThat(back.inForce().orElseThrow().getApprovedAt()).isEqualTo(NOW.plusSeconds(1));
        assertThat(back.inForce().orElseThrow().getNote()).isEqualTo("too many reviews");
        assertThat(back.value().getHistory())
                .extracting(PolicyDocument::getVersion)
                .containsExactly("b", "a");
        assertThat(back.value().getRevision()).isEqualTo(5);
        assertThat(version(
                        back.rolledBack("", "eve", Optional.empty(), false, NOW).inForce()))
                .isEqualTo("b");
    }

    @Test
    void what_was_made_for_another_model_is_rolled_back_to_only_where_that_is_meant() {
        PolicyDocument forNewModel = PolicyDocument.newBuilder(document("b"))
                .setMadeFor(new MadeFor("default", "model-2", "views"))
                .build();
        PolicyRecord record = inForce("a").proposed(forNewModel).approved("bob", false, "", NOW);

        assertThatThrownBy(() -> record.rolledBack("", "eve", Optional.empty(), false, NOW))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("another bank, model or views", "--unfit");
        assertThat(version(record.rolledBack("", "eve", Optional.empty(), true, NOW)
                        .inForce()))
                .isEqualTo("a");
    }

    @Test
    void the_history_loses_what_it_has_again_first_and_the_policy_of_an_earlier_model_last() {
        PolicyDocument ofOldModel = PolicyDocument.newBuilder(document("old"))
                .setMadeFor(new MadeFor("default", "model-0", "views"))
                .build();
        PolicyRecord record = empty.proposed(ofOldModel)
                .approved("bob", false, "", NOW)
                .proposed(document("other"))
                .approved("bob", false, "", NOW);
        for (int i = 0; i < 25; i++) {
            record = record.proposed(document(i % 2 == 0 ? "a" : "b")).approved("bob", false, "", NOW);
        }
        assertThat(record.value().getHistory())
                .extracting(PolicyDocument::getVersion)
                .hasSize(PolicyRecords.MOST_HISTORY)
                .startsWith("b", "a", "b")
                .endsWith("other", "old");

        for (int i = 0; i < 25; i++) {
            record = record.proposed(document("v" + i)).approved("bob", false, "", NOW);
        }
        assertThat(record.value().getHistory())
                .extracting(PolicyDocument::getVersion)
                .hasSize(PolicyRecords.MOST_HISTORY)
                .startsWith("v23", "v22")
                .endsWith("v5", "old");
    }

    @Test
    void a_rollback_goes_to_the_version_that_is_named_and_leaves_the_proposal() {
        PolicyRecord record = inForce("aa")
                .proposed(document("ab"))
                .approved("bob", false, "", NOW)
                .proposed(document("ac"))
                .approved("bob", false, "", NOW)
                .proposed(document("ad"));

        assertThat(version(record.rolledBack("aa", "eve", Optional.empty(), false, NOW)
                        .inForce()))
                .isEqualTo("aa");
        assertThat(version(record.rolledBack("aa", "eve", Optional.empty(), false, NOW)
                        .shadow()))
                .isEqualTo("ad");
        assertThatThrownBy(() -> record.rolledBack("a", "eve", Optional.empty(), false, NOW))
                .hasMessageContaining("more than one policy");
        assertThatThrownBy(() -> record.rolledBack("x", "eve", Optional.empty(), false, NOW))
                .hasMessageContaining("no policy");
        assertThatThrownBy(() -> inForce("a").rolledBack("", "eve", Optional.empty(), false, NOW))
                .hasMessageContaining("no earlier policy");
    }

    @Test
    void a_record_that_nobody_can_read_is_not_written_over_unless_somebody_says_so() {
        PolicyTopic.Content unreadable = content(Map.of(), Map.of("acme", "The value is empty."));

        assertThatThrownBy(() -> PolicyRecord.of(unreadable, "acme", false))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("acme", "The value is empty.", "--anew");
        assertThat(PolicyRecord.of(unreadable, "acme", true)
                        .proposed(document("a"))
                        .value()
                        .getRevision())
                .isEqualTo(1);
    }

    @Test
    void all_programs_give_a_policy_the_same_version() {
        PolicySettings settings = new PolicySettings(
                9,
                0.05,
                0.5,
                2,
                new Thresholds(0.62, 0.31),
                Map.of(
                        "gore",
                        new LabelRule(Action.REVIEW, Optional.of(new Thresholds(0.9, 0.2))),
                        "a, b",
                        LabelRule.of(Action.FLAG),
                        "cats",
                        LabelRule.of(Action.IGNORE)),
                Unfamiliar.HEAD,
                Set.of("Porn", "Sexy"));
        for (PolicySettings each : List.of(settings, PolicySettings.flagging(Set.of("nsfw")))) {
            PolicyDocument document = PolicyDocuments.of(each, new MadeFor("default", "model-1", "views"))
                    .setAuthor("ann")
                    .setProposedAt(NOW)
                    .build();
            assertThat(PolicyVersion.of(document)).isEqualTo(document.getVersion());
        }
        PolicyDocument halfOwn = PolicyDocument.newBuilder(document("a"))
                .setLabels(Map.of("gore", new io.bulwark.events.LabelRule(LabelAction.FLAG, 0.9, null)))
                .build();
        assertThat(PolicyVersion.of(halfOwn))
                .isEqualTo(PolicyDocuments.of(PolicyLines.of(halfOwn).settings(), halfOwn.getMadeFor())
                        .setAuthor("ann")
                        .setProposedAt(NOW)
                        .build()
                        .getVersion());
    }

    @Test
    void a_version_is_found_wherever_it_stands() {
        PolicyRecord record = inForce("a")
                .proposed(document("b"))
                .approved("bob", false, "", NOW)
                .proposed(document("c"));

        assertThat(record.find("a").getVersion()).isEqualTo("a");
        assertThat(record.find("b").getVersion()).isEqualTo("b");
        assertThat(record.find("c").getVersion()).isEqualTo("c");
    }

    private PolicyRecord inForce(String version) {
        return empty.proposed(document(version)).approved("bob", false, "", NOW);
    }

    private static String version(Optional<PolicyDocument> document) {
        return document.orElseThrow().getVersion();
    }

    private static PolicyDocument document(String version) {
        return PolicyDocuments.of(PolicySettings.flagging(Set.of("nsfw")), new MadeFor("default", "model-1", "views"))
                .setVersion(version)
                .setAuthor("ann")
                .setProposedAt(NOW)
                .build();
    }

    private static PolicyTopic.Content content(Map<String, ModerationPolicy> policies, Map<String, String> unreadable) {
        return new PolicyTopic.Content(new TreeMap<>(policies), new TreeMap<>(unreadable));
    }
}
