package io.bulwark.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.Decision;
import io.bulwark.events.Neighbour;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.access.Role;
import io.bulwark.schemas.access.Role.AccessNames;
import io.bulwark.schemas.testing.GivenSecurity;
import io.bulwark.schemas.testing.SecuredBroker;
import io.bulwark.schemas.testing.SecuredBroker.Door;
import io.bulwark.schemas.topic.DeadLetterHeaders;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.service.testing.Pictures;
import io.bulwark.service.testing.References;
import io.bulwark.service.testing.SampleUploads;
import io.bulwark.service.testing.Traffic;
import io.bulwark.service.testing.WorkerUnderTest;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two whole workers with the same settings but for the prefix, at a broker that gives each the rights of its role
 * there.
 */
class PrefixIT {

    private static final String GROUP = "bulwark-embed-worker";
    private static final TopicNames BLUE = new TopicNames("blue.");
    private static final TopicNames GREEN = new TopicNames("green-");

    @TempDir
    static Path folder;

    @AutoClose
    private static SecuredBroker broker;

    @BeforeAll
    static void start() {
        broker = new SecuredBroker(folder);
        for (TopicNames names : List.of(BLUE, GREEN)) {
            broker.createTopics(names);
            broker.addUser(
                    names.prefix(),
                    "the-password",
                    Role.WORKER.bindings(AccessNames.DEFAULT.under(names), "User:" + names.prefix()));
        }
    }

    @Test
    void each_answers_its_own_uploads_by_its_own_bank_and_touches_no_other_topic() throws Exception {
        try (Traffic toBlue = new Traffic(broker.bootstrapServers(), BLUE);
                Traffic toGreen = new Traffic(broker.bootstrapServers(), GREEN);
                WorkerUnderTest blue = start(BLUE);
                WorkerUnderTest green = start(GREEN)) {
            References.fill(toBlue, GROUP);
            fillGreen(toGreen);
            blue.awaitReady();
            green.awaitReady();

            toBlue.upload(SampleUploads.inline("same", Pictures.board(100)));
            toGreen.upload(SampleUploads.inline("same", Pictures.board(100)));
            toBlue.upload(SampleUploads.inline("of-blue", Pictures.board(101)));
            toBlue.raw("bad", new byte[] {1});

            Verdict byBlue = toBlue.verdictOn("same");
            assertThat(byBlue.getDecision()).isEqualTo(Decision.NSFW);
            assertThat(references(byBlue)).isNotEmpty().noneMatch(id -> id.startsWith("green-"));
            assertThat(byBlue.getUpload().getTopic()).isEqualTo("blue.images.uploaded");
            assertThat(byBlue.getDecidedBy().getId()).startsWith("blue." + GROUP + "-");
            assertThat(references(toGreen.verdictOn("same"))).isNotEmpty().allMatch(id -> id.startsWith("green-"));
            toBlue.verdictOn("of-blue");
            assertThat(DeadLetterHeaders.readFrom(
                                    toBlue.awaitDeadLetters(1).get(0).headers())
                            .orElseThrow()
                            .topic())
                    .isEqualTo("blue.images.uploaded");
            toGreen.readToEnd();
            assertThat(toGreen.verdicts()).hasSize(1);
        }
        assertThatNothingWasMadeWithoutAPrefix();
    }

    /** The pictures of blue's bank under other ids, so that a verdict says whose they are. */
    private static void fillGreen(Traffic traffic) {
        for (int i = 0; i < 6; i++) {
            traffic.reference(References.key(GROUP, "green-board-" + i), References.board(i));
            traffic.reference(References.key(GROUP, "green-discs-" + i), References.discs(i));
        }
        traffic.flush();
    }

    private static List<String> references(Verdict verdict) {
        return verdict.getViews().stream()
                .flatMap(view -> view.getNeighbours().stream())
                .map(Neighbour::getReferenceId)
                .toList();
    }

    private static void assertThatNothingWasMadeWithoutAPrefix() throws Exception {
        try (Admin admin = broker.admin()) {
            Map<TopicPartition, OffsetSpec> ends = Arrays.stream(Topics.values())
                    .flatMap(topic -> IntStream.range(0, topic.partitions())
                            .mapToObj(partition -> new TopicPartition(TopicNames.UNPREFIXED.of(topic), partition)))
                    .collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.latest()));
            assertThat(admin.listOffsets(ends).all().get().values()).allMatch(end -> end.offset() == 0);
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
                .hasSizeGreaterThanOrEqualTo(4)
                .allMatch(name -> name.startsWith(BLUE.prefix()) || name.startsWith(GREEN.prefix()));
    }

    private static WorkerUnderTest start(TopicNames names) {
        Map<String, String> settings =
                new HashMap<>(GivenSecurity.scram(broker.authority(), names.prefix(), "the-password")
                        .settings());
        settings.put("bulwark.kafka.bootstrap-servers", broker.servers(Door.SCRAM));
        settings.putAll(names.properties());
        return WorkerUnderTest.start(GROUP, settings, clients -> clients);
    }
}
