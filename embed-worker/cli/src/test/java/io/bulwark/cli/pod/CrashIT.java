package io.bulwark.cli.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bulwark.cli.local.ServiceProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Exactly once, held against SIGKILL. What is random comes from one seed, which each test prints; the same run again:
 * {@code mvn verify -Dit.test=CrashIT -Dbulwark.crash.seed=N}. The moments are counted in verdicts, not in seconds, so
 * that a seed means the same on a fast and on a slow machine.
 */
@Tag("proof")
class CrashIT {

    /** {@code -Dbulwark.test.kills=20} kills more often. */
    private static final int KILLS = Integer.getInteger("bulwark.test.kills", 8);

    private static final String GROUP = "bulwark-embed-worker";
    private static final Duration LIMIT = Duration.ofSeconds(180);

    @TempDir
    static Path folder;

    @AutoClose
    private static TestNode node;

    @BeforeAll
    static void startBroker() {
        node = TestNode.start(folder);
    }

    @Test
    void kills_of_the_worker_lose_and_double_no_answer_of_a_hundred_images_each() {
        KillPlan plan = KillPlan.of(KillPlan.anySeed(), KILLS, 120);
        System.out.println("CrashIT: " + plan);
        Map<String, String> identity = Map.of("bulwark.kafka.instance", "crash");

        try (Ledger ledger = new Ledger("killed", node.broker())) {
            for (KillPlan.Moment moment : plan.moments()) {
                ledger.send(100);
                try (ServiceProcess worker = node.startWorker("crash", identity)) {
                    awaitMoment(moment, worker, ledger);
                    worker.kill();
                }
            }
            try (ServiceProcess survivor = node.startWorker("crash", identity)) {
                // An image that is alone in the worker when it is killed counts as what killed it.
                ledger.assertExactlyOneAnswerEach(LIMIT);
                // Each takes two separate kills.
                ledger.assertCondemnedAtMost(plan.moments().size() / 2);
                assertThat(survivor.isAlive()).as("the last worker lives").isTrue();
            }
        }
    }

    @Test
    void a_broker_killed_and_restarted_on_its_data_loses_and_doubles_no_verdict() {
        KillPlan plan = KillPlan.of(KillPlan.anySeed(), 3, 120);
        System.out.println("CrashIT: " + plan);

        try (ServiceProcess worker = node.readyWorker("patient", Map.of("bulwark.kafka.instance", "patient"));
                Ledger ledger = new Ledger("restarted", node.broker())) {
            for (KillPlan.Moment moment : plan.moments()) {
                ledger.send(150);
                awaitMoment(moment, worker, ledger);
                node.killAndRestartBroker();
            }
            ledger.assertExactlyOneVerdictEach(LIMIT);
            assertThat(worker.isAlive()).as("the worker lived through it").isTrue();
        }
    }

    @Test
    void two_workers_share_eight_partitions_and_the_leaving_of_the_second_loses_nothing() throws Exception {
        try (ServiceProcess first = node.readyWorker("first", Map.of());
                Ledger ledger = new Ledger("shared", node.broker())) {
            ServiceProcess second = node.readyWorker("second", Map.of());
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(partitionsByMember())
                            .as("partitions of each worker")
                            .containsExactly(4, 4));

            ledger.send(400);
            ledger.awaitOutstanding(250, LIMIT);
            assertThat(ledger.deciders()).as("workers that decided").hasSize(2);
            second.close();

            ledger.send(100);
            ledger.assertExactlyOneVerdictEach(LIMIT);
            assertThat(partitionsByMember()).containsExactly(8);
            assertThat(first.isAlive()).isTrue();
        }
    }

    @Test
    void a_second_worker_that_joins_and_is_killed_amid_its_work_loses_and_doubles_nothing() {
        try (ServiceProcess first = node.readyWorker("steady", Map.of());
                Ledger ledger = new Ledger("joined", node.broker())) {
            ledger.send(100);
            try (ServiceProcess second = node.readyWorker("fickle", Map.of())) {
                ledger.send(300);
                ledger.awaitOutstanding(200, LIMIT);
                second.kill();
            }
            ledger.send(100);
            ledger.assertExactlyOneVerdictEach(LIMIT);
            assertThat(first.isAlive()).isTrue();
        }
    }

    private static void awaitMoment(KillPlan.Moment moment, ServiceProcess worker, Ledger ledger) {
        if (moment instanceof KillPlan.Moment.AfterStart start) {
            assertThat(worker.exitedWithin(start.time()))
                    .as("the worker ended by itself")
                    .isFalse();
        } else if (moment instanceof KillPlan.Moment.AfterVerdicts work) {
            int target = Math.max(0, ledger.outstanding() - work.verdicts());
            ledger.awaitOutstanding(target, LIMIT);
            assertThat(worker.exitedWithin(work.pause()))
                    .as("the worker ended by itself")
                    .isFalse();
        }
    }

    private static List<Integer> partitionsByMember() throws Exception {
        try (Admin admin = Admin.create(node.broker().clientSettings(Map.of()))) {
            Collection<MemberDescription> members = admin.describeConsumerGroups(List.of(GROUP))
                    .describedGroups()
                    .get(GROUP)
                    .get()
                    .members();
            return members.stream()
                    .map(member -> member.assignment().topicPartitions().size())
                    .sorted()
                    .toList();
        }
    }
}
