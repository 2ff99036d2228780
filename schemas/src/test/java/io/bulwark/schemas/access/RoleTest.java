package io.bulwark.schemas.access;

import static org.apache.kafka.common.acl.AclOperation.DESCRIBE;
import static org.apache.kafka.common.acl.AclOperation.READ;
import static org.apache.kafka.common.acl.AclOperation.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.schemas.access.Role.AccessNames;
import io.bulwark.schemas.access.Role.AccessRule;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.schemas.topic.Topics;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RoleTest {

    /** Who reads and who writes each topic is the contract of the pipeline's parts with one another. */
    @ParameterizedTest
    @CsvSource({
        "IMAGES_UPLOADED,  KEEPER PREVIEW RED_TEAM STREAM WORKER, KEEPER PRODUCER STREAM",
        "IMAGES_DEFERRED,  KEEPER PREVIEW WORKER,              WORKER",
        "VERDICTS,         KEEPER RED_TEAM REVIEWER STREAM SUBSCRIBER, STREAM WORKER",
        "DECISIONS,        KEEPER REVIEWER STREAM SUBSCRIBER,  STREAM",
        "EMBEDDINGS,       CURATOR KEEPER STREAM,              SCORE STREAM WORKER",
        "ATTACK_AUDIT,     KEEPER REVIEWER STREAM,             RED_TEAM SCORE WORKER",
        "REFERENCES,       CURATOR EXPLAIN KEEPER RED_TEAM SCORE STREAM WORKER, CURATOR KEEPER STREAM",
        "DEAD_LETTERS,     KEEPER,                             STREAM WORKER",
        "UPLOADER_STATS,   KEEPER,                             STREAM",
        "UPLOADER_ACTIONS, KEEPER STREAM SUBSCRIBER,           STREAM",
        "REVIEWS,          KEEPER STREAM,                      REVIEWER STREAM",
        "REPORTS,          KEEPER STREAM,                      CURATOR PRODUCER",
        "ERASURES,         KEEPER STREAM,                      KEEPER STREAM",
        "HOLDS,            KEEPER STREAM,                      KEEPER STREAM",
        "FLAGGED,          SCORE WORKER,                       STREAM",
        "CAMPAIGNS,        KEEPER SUBSCRIBER,                  STREAM",
        "CAMPAIGN_RULINGS, STREAM,                             STREAM",
        "POLICIES,         CURATOR EXPLAIN RED_TEAM SCORE STREAM WORKER, CURATOR STREAM",
        "AUDIT_ANCHORS,    KEEPER,                             STREAM",
        "UNDELIVERED,      KEEPER STREAM,                      KEEPER STREAM",
        "SCHEMAS,          CURATOR EXPLAIN KEEPER PREVIEW RED_TEAM SCORE STREAM SUBSCRIBER WORKER, CURATOR KEEPER RED_TEAM SCORE STREAM WORKER",
    })
    void eachTopicIsReadAndWrittenByTheseAlone(Topics topic, String readers, String writers) {
        assertThat(whoMay(READ, topic)).isEqualTo(readers);
        assertThat(whoMay(WRITE, topic)).isEqualTo(writers);
    }

    @ParameterizedTest
    @EnumSource
    void nothingIsAllowedTwiceOrByTheWay(Role role) {
        var rules = role.rules(AccessNames.DEFAULT);
        assertThat(rules.stream().map(rule -> rule.type() + " " + rule.name())).doesNotHaveDuplicates();
        assertThat(rules).allSatisfy(rule -> assertThat(rule.operations()).doesNotContain(DESCRIBE, AclOperation.ALL));
        assertThat(rules).noneMatch(rule -> rule.type() == ResourceType.CLUSTER);
        assertThat(rules).noneMatch(rule -> rule.name().isBlank() || rule.name().contains("*"));
    }

    @ParameterizedTest
    @EnumSource
    void aPrefixCoversNoTopicOfTheCatalogue(Role role) {
        assertThat(role.rules(AccessNames.DEFAULT).stream()
                        .filter(rule -> rule.type() == ResourceType.TOPIC && rule.pattern() == PatternType.PREFIXED)
                        .filter(rule -> Arrays.stream(Topics.values())
                                .anyMatch(topic -> topic.topicName().startsWith(rule.name()))))
                .isEmpty();
    }

    @Test
    void namesOfTheSettingsNameTheGroupsTopicsAndTransactions() {
        var names = new AccessNames("blue", "green", "grey");
        assertThat(Role.WORKER.rules(names))
                .contains(
                        AccessRule.member("blue"),
                        AccessRule.member("blue-deferred"),
                        AccessRule.transactionsUnder("blue-"));
        assertThat(Role.STREAM.rules(names))
                .contains(AccessRule.member("green"), AccessRule.transactionsUnder("green-"))
                .anyMatch(
                        rule -> rule.type() == ResourceType.TOPIC && rule.name().equals("green-"));
        assertThat(Role.SUBSCRIBER.rules(names)).contains(AccessRule.memberOfGroupsUnder("grey"));
    }

    @ParameterizedTest
    @EnumSource
    void everyResourceOfARuleIsUnderThePrefix(Role role) {
        var acme = new TopicNames("acme.");
        assertThat(role.rules(AccessNames.DEFAULT.under(acme)))
                .extracting(AccessRule::name)
                .containsExactlyElementsOf(role.rules(AccessNames.DEFAULT).stream()
                        .map(rule -> "acme." + rule.name())
                        .toList());
        assertThat(role.bindings(AccessNames.DEFAULT.under(acme), "User:one"))
                .allMatch(binding -> binding.pattern().name().startsWith("acme."));
    }

    @Test
    void aBindingIsMadeForEachOperation() {
        assertThat(Role.CURATOR.bindings(AccessNames.DEFAULT, "User:keeper"))
                .extracting(binding -> binding.entry().principal()
                        + " " + binding.entry().operation()
                        + " " + binding.pattern().name())
                .startsWith("User:keeper READ moderation.references", "User:keeper WRITE moderation.references")
                .contains("User:keeper WRITE bulwark-policies")
                .hasSize(9);
    }

    private static String whoMay(AclOperation operation, Topics topic) {
        return Arrays.stream(Role.values())
                .filter(role -> role.rules(AccessNames.DEFAULT).stream()
                        .anyMatch(rule -> rule.name().equals(topic.topicName())
                                && rule.operations().contains(operation)))
                .map(Role::name)
                .sorted()
                .collect(Collectors.joining(" "));
    }
}
