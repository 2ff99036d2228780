package io.bulwark.cli.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.cli.policy.PolicyProposeCommand.MeasuredFile;
import io.bulwark.cli.policy.PolicyProposeCommand.PolicyDocuments;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.events.LabelAction;
import io.bulwark.events.LabelRule;
import io.bulwark.events.MadeFor;
import io.bulwark.events.PolicyDocument;
import io.bulwark.perception.verdict.PolicySettings;
import io.bulwark.perception.verdict.PolicySettings.LabelRule.Action;
import io.bulwark.perception.verdict.PolicySettings.Thresholds;
import io.bulwark.perception.verdict.PolicySettings.Unfamiliar;
import io.bulwark.perception.verdict.VotingPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyLinesTest {

    private static final MadeFor MADE_FOR = new MadeFor("default", "model", "views");

    @TempDir
    Path folder;

    @Test
    void what_calibrate_writes_is_a_policy() throws IOException {
        PolicyLines lines = file(
                "# comment",
                "bulwark.policy.flagged-labels=cards,dice",
                "bulwark.policy.k=5",
                "bulwark.policy.temperature=0.0047",
                "bulwark.policy.flag=0.873",
                "bulwark.policy.safe=0.767",
                "bulwark.policy.floor=0.882",
                "bulwark.policy.known-similarity=0.99901",
                "bulwark.policy.made-for=default/model/views",
                "bulwark.policy.unfamiliar=head",
                "bulwark.twin.model=classpath:somewhere",
                "bulwark.kafka.group=a-group");

        assertThat(lines.settings())
                .isEqualTo(new PolicySettings(
                        5,
                        0.0047,
                        0.882,
                        0.99901,
                        new Thresholds(0.873, 0.767),
                        PolicySettings.flagged(Set.of("cards", "dice")),
                        Unfamiliar.HEAD,
                        PolicySettings.DEFAULT_FLAGGED_CLASSES));
        assertThat(lines.madeFor()).isEqualTo(MADE_FOR);
    }

    @Test
    void what_is_missing_has_the_default_of_the_worker_s_setting() throws IOException {
        assertThat(file("bulwark.policy.made-for=default/model/views").settings())
                .isEqualTo(PolicySettings.flagging(Set.of("nsfw")));
    }

    @Test
    void labels_have_rules_of_their_own_and_take_half_of_their_thresholds_from_the_policy() throws IOException {
        PolicySettings settings = file(
                        "bulwark.policy.flag=0.8",
                        "bulwark.policy.safe=0.2",
                        "bulwark.policy.labels.art.action=review",
                        "bulwark.policy.labels.gore.flag=0.5",
                        "bulwark.policy.labels.\"a.b\".action=ignore")
                .settings();

        assertThat(settings.labels())
                .isEqualTo(Map.of(
                        "nsfw", io.bulwark.perception.verdict.PolicySettings.LabelRule.of(Action.FLAG),
                        "art", io.bulwark.perception.verdict.PolicySettings.LabelRule.of(Action.REVIEW),
                        "gore",
                                new io.bulwark.perception.verdict.PolicySettings.LabelRule(
                                        Action.FLAG, Optional.of(new Thresholds(0.5, 0.2))),
                        "a.b", io.bulwark.perception.verdict.PolicySettings.LabelRule.of(Action.IGNORE)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bulwark.policy.k=many|bulwark.policy.k is many, allowed is a whole number",
                "bulwark.policy.k=0|bulwark.policy.k is 0",
                "bulwark.policy.flag=high|bulwark.policy.flag is high, allowed is a number",
                "bulwark.policy.flag=2|bulwark.policy.flag is 2.0",
                "bulwark.policy.safe=0.7|bulwark.policy.safe is 0.7",
                "bulwark.policy.temperature=NaN|bulwark.policy.temperature is NaN",
                "bulwark.policy.floor=-2|bulwark.policy.floor is -2.0",
                "bulwark.policy.known-similarity=3|bulwark.policy.known-similarity is 3.0",
                "bulwark.policy.unfamiliar=guess|bulwark.policy.unfamiliar is guess, allowed is review or head",
                "bulwark.policy.flagged-labels=|bulwark.policy.flagged-labels is empty",
                "bulwark.policy.labels.art.action=burn|bulwark.policy.labels.art.action is burn",
                "bulwark.policy.labels.art.flag=0.1|bulwark.policy.labels.art: bulwark.policy.safe is 0.4",
                "bulwark.policy.made-for=any|bulwark.policy.made-for is any, allowed is bank/model/views",
                "bulwark.policy.k=11|bulwark.policy.made-for is not set",
            })
    void a_wrong_line_is_named_with_what_is_allowed(String line, String message) throws IOException {
        PolicyLines lines = file(line);

        assertThatThrownBy(() -> {
                    lines.settings();
                    lines.madeFor();
                })
                .isInstanceOfSatisfying(
                        CommandFailure.class,
                        failure -> assertThat(failure.exitCode()).isEqualTo(ExitCodes.USAGE))
                .hasMessageContaining(message);
    }

    @Test
    void a_line_that_no_policy_has_is_refused() {
        assertThatThrownBy(() -> file("bulwark.policy.floors=0.5"))
                .hasMessageContaining("bulwark.policy.floors is unknown");
        assertThatThrownBy(() -> file("bulwark.policy.labels.action=flag"))
                .hasMessageContaining("bulwark.policy.labels.action is unknown");
        assertThatThrownBy(() -> file("bulwark.policy.tenants.acme.flag=0.5")).hasMessageContaining("--tenant");
        assertThatThrownBy(() -> file("bulwark.bank.name=mine")).hasMessageContaining("bulwark bank calibrate --write");
        assertThatThrownBy(() -> PolicyLines.none().with(Map.of("flags", "1")))
                .hasMessageContaining("flags is unknown");
        assertThatThrownBy(() -> PolicyLines.read(folder.resolve("missing")))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("missing");
    }

    @Test
    void lines_in_the_place_of_others_may_have_the_prefix_or_not() throws IOException {
        PolicySettings settings = file("bulwark.policy.flag=0.8")
                .with(Map.of("flag", "0.9", "bulwark.policy.k", "3"))
                .settings();

        assertThat(settings.thresholds().flag()).isEqualTo(0.9);
        assertThat(settings.k()).isEqualTo(3);
    }

    @Test
    void a_document_s_lines_make_the_same_document_again_with_the_same_version() {
        PolicySettings settings = new PolicySettings(
                7,
                0.1 + 0.2,
                -0.25,
                2,
                new Thresholds(0.8, 0.1),
                Map.of(
                        "nsfw", io.bulwark.perception.verdict.PolicySettings.LabelRule.of(Action.FLAG),
                        "gore",
                                new io.bulwark.perception.verdict.PolicySettings.LabelRule(
                                        Action.FLAG, Optional.of(new Thresholds(0.9, 0.3))),
                        "a,b", io.bulwark.perception.verdict.PolicySettings.LabelRule.of(Action.FLAG),
                        "c.d", io.bulwark.perception.verdict.PolicySettings.LabelRule.of(Action.REVIEW),
                        "cats", io.bulwark.perception.verdict.PolicySettings.LabelRule.of(Action.IGNORE)),
                Unfamiliar.HEAD,
                Set.of("Porn", "Hentai"));
        PolicyDocument document = document(settings);

        PolicyLines lines = PolicyLines.of(document);

        assertThat(lines.settings()).isEqualTo(settings);
        assertThat(document(lines.settings())).isEqualTo(document);
        assertThat(document.getVersion()).isEqualTo(new VotingPolicy(settings).version());
        assertThat(lines.madeFor()).isEqualTo(MADE_FOR);
    }

    @Test
    void a_document_of_a_later_release_can_be_shown_and_not_used() {
        PolicyDocument later = PolicyDocument.newBuilder(document(PolicySettings.flagging(Set.of("nsfw"))))
                .setLabels(Map.of("nsfw", new LabelRule(LabelAction.UNKNOWN, null, null)))
                .build();

        assertThat(PolicyLines.of(later).values()).containsEntry("labels.nsfw.action", "unknown");
        assertThatThrownBy(() -> PolicyLines.of(later).settings())
                .hasMessageContaining("bulwark.policy.labels.nsfw.action is unknown");
    }

    @Test
    void what_a_calibration_measured_is_every_number_that_it_printed() throws IOException {
        Path printed = Files.writeString(
                folder.resolve("measured.json"),
                "{\"files\":12,\"accuracy\":0.98,\"falseFlags\":{\"rate\":0.02,\"kept\":true},\"madeFor\":\"x\"}\n{\"pictures\":1}\n");

        assertThat(MeasuredFile.read(printed))
                .isEqualTo(Map.of("files", 12.0, "accuracy", 0.98, "falseFlags.rate", 0.02));
        assertThatThrownBy(() -> MeasuredFile.read(Files.writeString(folder.resolve("text"), "12")))
                .hasMessageContaining("bulwark bank calibrate --json");
        assertThatThrownBy(() -> MeasuredFile.read(folder.resolve("missing"))).isInstanceOf(CommandFailure.class);
    }

    private static PolicyDocument document(PolicySettings settings) {
        return PolicyDocuments.of(settings, MADE_FOR)
                .setAuthor("ann")
                .setProposedAt(Instant.EPOCH)
                .build();
    }

    private PolicyLines file(String... lines) throws IOException {
        return PolicyLines.read(Files.write(folder.resolve("policy.properties"), List.of(lines)));
    }
}
