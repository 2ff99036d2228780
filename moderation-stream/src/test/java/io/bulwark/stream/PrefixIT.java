package io.bulwark.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bulwark.events.Decision;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.access.Role;
import io.bulwark.schemas.access.Role.AccessNames;
import io.bulwark.schemas.testing.GivenSecurity;
import io.bulwark.schemas.testing.SecuredBroker;
import io.bulwark.schemas.testing.SecuredBroker.Door;
import io.bulwark.schemas.topic.DeadLetterHeaders;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.testing.EventProducer;
import io.bulwark.stream.testing.Samples;
import io.bulwark.stream.testing.StreamProcess;
import io.bulwark.stream.testing.TopicDump;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two packaged applications with different prefixes at one broker, which denies each everything but its own. */
@Tag("proof")
class PrefixIT {

    private static final TopicNames BLUE = new TopicNames("blue.");
    private static final TopicNames GREEN = new TopicNames("green-");

    @TempDir
    static Path folder;

    @AutoClose
    private static SecuredBroker broker;

    @BeforeAll
    static void start() {
        broker = new SecuredBroker(folder);
        broker.createTopics(BLUE);
        broker.createTopics(GREEN);
        broker.addUser("blue", "the-password", everythingUnder(BLUE, "User:blue"));
        broker.addUser("green", "the-password", Role.STREAM.bindings(AccessNames.DEFAULT.under(GREEN), "User:green"));
    }

    @Test
    void eachSeesItsOwnTopicsAloneWithRightsByPrefixOrByRole() throws Exception {
        try (StreamProcess blue = start("blue", BLUE).awaitReady();
                StreamProcess green = start("green", GREEN).awaitReady();
                var toBlue = new EventProducer(broker.bootstrapServers(), BLUE);
                var toGreen = new EventProducer(broker.bootstrapServers(), GREEN);
                var toNeither = new EventProducer(broker.bootstrapServers())) {
            toBlue.send(verdict("same", Decision.NSFW));
            toGreen.send(verdict("same", Decision.SAFE));
            toBlue.send(verdict("of-blue", Decision.SAFE));
            toNeither.send(verdict("of-neither", Decision.SAFE));
            toBlue.send(BLUE.of(Topics.VERDICTS), "bad", new byte[] {1});

            await().atMost(Duration.ofSeconds(60))
                    .until(() -> blue.answers("/api/verdicts/of-blue", 200)
                            && blue.answers("/api/verdicts/same", 200)
                            && green.answers("/api/verdicts/same", 200));
            assertThat(blue.get("/api/verdicts/same").body()).contains("NSFW");
            assertThat(green.get("/api/verdicts/same").body()).contains("SAFE").doesNotContain("NSFW");
            assertThat(green.answers("/api/verdicts/of-blue", 404)).isTrue();
            assertThat(blue.answers("/api/verdicts/of-neither", 404)).isTrue();
            assertThat(green.answers("/api/verdicts/of-neither", 404)).isTrue();

            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                assertThat(count(BLUE, Topics.DECISIONS)).isEqualTo(2);
                assertThat(count(GREEN, Topics.DECISIONS)).isEqualTo(1);
                assertThat(count(BLUE, Topics.DEAD_LETTERS)).isEqualTo(1);
            });
            assertThat(blue.get("/q/metrics").body())
                    .contains("topic=\"blue.moderation.verdicts\"")
                    .doesNotContain("topic=\"moderation.");
        }
        assertThat(count(GREEN, Topics.DEAD_LETTERS)).isZero();
        assertThat(TopicDump.all(broker.bootstrapServers(), BLUE.of(Topics.DEAD_LETTERS)))
                .extracting(letter -> DeadLetterHeaders.readFrom(letter.headers())
                        .orElseThrow()
                        .topic())
                .containsExactly("blue.moderation.verdicts");
        assertNothingWasMadeWithoutAPrefix();
    }

    private static void assertNothingWasMadeWithoutAPrefix() throws Exception {
        for (Topics topic : List.of(Topics.DECISIONS, Topics.SCHEMAS, Topics.UPLOADER_STATS, Topics.DEAD_LETTERS)) {
            assertThat(count(TopicNames.UNPREFIXED, topic)).as(topic.name()).isZero();
        }
        try (Admin admin = broker.admin()) {
            Set<String> topics = admin.listTopics().names().get();
            assertUnderAPrefix(topics.stream()
                    .filter(topic -> TopicNames.UNPREFIXED.catalogueOf(topic).isEmpty())
                    .toList());
            assertThat(topics).anyMatch(topic -> topic.startsWith("blue.bulwark-moderation-stream-2-"));
            assertUnderAPrefix(admin.listGroups().all().get().stream()
                    .map(group -> group.groupId())
                    .toList());
            assertUnderAPrefix(admin.listTransactions().all().get().stream()
                    .map(transaction -> transaction.transactionalId())
                    .toList());
        }
    }

    private static void assertUnderAPrefix(Collection<String> names) {
        assertThat(names)
                .isNotEmpty()
                .allMatch(name -> name.startsWith(BLUE.prefix()) || name.startsWith(GREEN.prefix()));
    }

    /** The coarse way: one rule for each type of resource. */
    private static List<AclBinding> everythingUnder(TopicNames names, String principal) {
        return Stream.of(ResourceType.TOPIC, ResourceType.GROUP, ResourceType.TRANSACTIONAL_ID)
                .map(type -> new AclBinding(
                        new ResourcePattern(type, names.prefix(), PatternType.PREFIXED),
                        new AccessControlEntry(principal, "*", AclOperation.ALL, AclPermissionType.ALLOW)))
                .toList();
    }

    private static StreamProcess start(String user, TopicNames names) {
        Map<String, String> settings = new HashMap<>(
                GivenSecurity.scram(broker.authority(), user, "the-password").settings());
        settings.putAll(names.properties());
        return StreamProcess.start(broker.servers(Door.SCRAM), folder.resolve(user), settings);
    }

    private static Verdict verdict(String imageId, Decision decision) {
        return Samples.verdict(imageId)
                .setDecision(decision)
                .setDecidedAt(Instant.now())
                .build();
    }

    private static int count(TopicNames names, Topics topic) {
        return TopicDump.all(broker.bootstrapServers(), names.of(topic)).size();
    }
}
