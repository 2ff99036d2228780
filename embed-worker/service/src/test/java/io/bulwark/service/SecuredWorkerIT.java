package io.bulwark.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.Decision;
import io.bulwark.schemas.access.Role;
import io.bulwark.schemas.testing.GivenSecurity;
import io.bulwark.schemas.testing.SecuredBroker;
import io.bulwark.schemas.testing.SecuredBroker.Door;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.service.lifecycle.WorkerState;
import io.bulwark.service.testing.Pictures;
import io.bulwark.service.testing.References;
import io.bulwark.service.testing.SampleUploads;
import io.bulwark.service.testing.Traffic;
import io.bulwark.service.testing.WorkerUnderTest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AccessControlEntryFilter;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourcePatternFilter;
import org.apache.kafka.common.resource.ResourceType;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A whole worker at a broker with TLS, users and ACLs, with the rights of its role and no others. */
class SecuredWorkerIT {

    /** The default, which the role's rules name. */
    private static final String GROUP = "bulwark-embed-worker";

    @TempDir
    static Path folder;

    @AutoClose
    private static SecuredBroker broker;

    @BeforeAll
    static void start() {
        broker = new SecuredBroker(folder);
    }

    @Test
    void a_worker_whom_the_broker_refuses_says_so_until_its_user_is_made_and_then_does_all_of_its_work() {
        try (Traffic traffic = new Traffic(broker.bootstrapServers());
                WorkerUnderTest worker =
                        start(Door.SCRAM, GivenSecurity.scram(broker.authority(), "worker", "the-password"))) {
            References.fill(traffic, GROUP);
            awaitUnreadiness(worker, "does not let the user in", "bulwark.kafka.security.username");
            assertThat(worker.worker().livenessFailure()).isEmpty();

            broker.addUser("worker", "the-password", Role.WORKER);
            worker.awaitReady();
            traffic.upload(SampleUploads.inline("board", Pictures.board(100)));
            traffic.raw("bad", new byte[] {1});

            assertThat(traffic.verdictOn("board").getDecision()).isEqualTo(Decision.NSFW);
            traffic.awaitDeadLetters(1);
        }
    }

    /** As after an upgrade, where the rights of the release before are all that it has. */
    @ParameterizedTest
    @EnumSource(
            value = AclOperation.class,
            names = {"ANY", "WRITE"})
    @Tag("proof")
    void a_worker_that_may_not_defer_uploads_stays_unready_and_says_so_until_it_may(AclOperation lacking)
            throws ExecutionException, InterruptedException {
        String name = "CN=old-worker-" + lacking.name().toLowerCase(Locale.ROOT);
        broker.grant("User:" + name, Role.WORKER);
        try (Admin admin = broker.admin()) {
            admin.deleteAcls(List.of(new AclBindingFilter(
                            new ResourcePatternFilter(
                                    ResourceType.TOPIC, Topics.IMAGES_DEFERRED.topicName(), PatternType.LITERAL),
                            new AccessControlEntryFilter("User:" + name, null, lacking, AclPermissionType.ALLOW))))
                    .all()
                    .get();
        }
        try (Traffic traffic = new Traffic(broker.bootstrapServers());
                WorkerUnderTest worker = start(
                        Door.MUTUAL_TLS,
                        GivenSecurity.mutualTls(
                                broker.authority(), broker.authority().keystore(name)))) {
            References.fill(traffic, GROUP);
            awaitUnreadiness(worker, "The broker denies access", "images.deferred");

            broker.grant("User:" + name, Role.WORKER);
            worker.awaitReady();
        }
    }

    @Test
    void a_worker_with_the_rights_of_somebody_else_fails_and_names_what_it_was_denied()
            throws ExecutionException, InterruptedException {
        broker.grant("User:CN=half-worker", Role.CURATOR);
        try (Admin admin = broker.admin()) {
            // Else it waits for this right alone.
            admin.createAcls(List.of(new AclBinding(
                            new ResourcePattern(
                                    ResourceType.TOPIC, Topics.IMAGES_DEFERRED.topicName(), PatternType.LITERAL),
                            new AccessControlEntry(
                                    "User:CN=half-worker", "*", AclOperation.ALL, AclPermissionType.ALLOW))))
                    .all()
                    .get();
        }
        try (Traffic traffic = new Traffic(broker.bootstrapServers());
                WorkerUnderTest worker = start(
                        Door.MUTUAL_TLS,
                        GivenSecurity.mutualTls(
                                broker.authority(), broker.authority().keystore("CN=half-worker")))) {
            References.fill(traffic, GROUP);
            worker.awaitState(WorkerState.FAILED);

            assertThat(worker.worker().livenessFailure().orElseThrow())
                    .contains("The broker denies access", "access rules of its role");
        }
    }

    @Test
    void a_worker_that_may_not_read_the_policies_stays_unready_and_says_so_until_it_may()
            throws ExecutionException, InterruptedException {
        broker.grant("User:CN=blind-worker", Role.WORKER);
        try (Admin admin = broker.admin()) {
            admin.deleteAcls(List.of(new AclBindingFilter(
                            new ResourcePatternFilter(
                                    ResourceType.TOPIC, Topics.POLICIES.topicName(), PatternType.LITERAL),
                            new AccessControlEntryFilter(
                                    "User:CN=blind-worker", null, AclOperation.READ, AclPermissionType.ALLOW))))
                    .all()
                    .get();
        }
        try (Traffic traffic = new Traffic(broker.bootstrapServers());
                WorkerUnderTest worker = start(
                        Door.MUTUAL_TLS,
                        GivenSecurity.mutualTls(
                                broker.authority(), broker.authority().keystore("CN=blind-worker")))) {
            References.fill(traffic, GROUP);
            awaitUnreadiness(worker, "The policies cannot be read", "The broker denies access", "moderation.policies");

            broker.grant("User:CN=blind-worker", Role.WORKER);
            worker.awaitReady();
        }
    }

    @Test
    void a_worker_at_a_broker_with_an_expired_certificate_says_so() {
        try (WorkerUnderTest worker = start(
                Door.EXPIRED,
                new GivenSecurity(Map.of("protocol", "SSL"))
                        .with("truststore", broker.authority().truststorePem()))) {
            awaitUnreadiness(worker, "out of its time", "renewed on the broker");
        }
    }

    private static WorkerUnderTest start(Door door, GivenSecurity security) {
        Map<String, String> settings = new HashMap<>(security.settings());
        settings.put("bulwark.kafka.bootstrap-servers", broker.servers(door));
        return WorkerUnderTest.start(GROUP, settings, clients -> clients);
    }

    private static void awaitUnreadiness(WorkerUnderTest worker, String... words) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(worker.worker().unreadiness().orElse("ready"))
                        .contains(words));
    }
}
