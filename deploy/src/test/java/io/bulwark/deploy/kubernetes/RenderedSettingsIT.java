package io.bulwark.deploy.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bulwark.cli.bank.RandomBank;
import io.bulwark.cli.local.ServiceProcess;
import io.bulwark.cli.local.ServiceSpec;
import io.bulwark.cli.local.Topology.Ports;
import io.bulwark.cli.traffic.Broker;
import io.bulwark.deploy.Checkout;
import io.bulwark.events.ImageUploaded;
import io.bulwark.events.InlineImage;
import io.bulwark.perception.encoder.EncoderOptions.Precision;
import io.bulwark.perception.model.ModelPackage;
import io.bulwark.schemas.access.Role;
import io.bulwark.schemas.access.Role.AccessNames;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.schemas.testing.SecuredBroker;
import io.bulwark.schemas.testing.SecuredBroker.Door;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.schemas.topic.Topics;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The programs as processes of their own with the settings files of the manifests, at a broker with TLS, SCRAM users
 * and the ACLs of their roles. What differs from a cluster: addresses, where secrets are mounted, and no registry.
 */
class RenderedSettingsIT {

    private static final Duration LIMIT = Duration.ofSeconds(180);
    private static final String PASSWORD = "the-password";

    @TempDir
    private static Path folder;

    private static SecuredBroker broker;

    @BeforeAll
    static void start() throws IOException {
        broker = new SecuredBroker(Files.createDirectories(folder.resolve("certificates")));
        broker.addUser("bulwark-worker", PASSWORD, Role.WORKER);
        broker.addUser("bulwark-stream", PASSWORD, Role.STREAM);
        RandomBank.publish(
                Broker.at(broker.bootstrapServers()),
                ModelPackage.open(ModelPackage.DEFAULT).describe(Precision.FP32),
                24);
    }

    @AfterAll
    static void stop() {
        if (broker != null) {
            broker.close();
        }
    }

    @Test
    void workerAndStreamLogInAndAnUploadPassesThroughBoth() throws IOException {
        Overlay overlay = Overlay.render("production");
        try (ServiceProcess worker = ServiceProcess.start(worker(overlay, "worker"));
                ServiceProcess stream = ServiceProcess.start(stream(overlay, "stream"))) {
            worker.awaitReady(LIMIT);
            stream.awaitReady(LIMIT);
            upload(TopicNames.UNPREFIXED);
            await().atMost(LIMIT).until(() -> worker.metric("bulwark_decisions_total") == 1);
            await().atMost(LIMIT).until(() -> stream.metric("bulwark_stream_verdicts_total") == 1);
        }
    }

    /** Topics by the catalogue under the overlay's prefix, and no right beyond the prefix nor beyond the roles. */
    @Test
    void atAKafkaThatIsThereTheProgramsWorkUnderTheirPrefixWithTheRightsOfTheirRoles() throws Exception {
        Overlay overlay = Overlay.render("external-kafka");
        TopicNames acme = TopicNames.in(Settings.of(overlay, "bulwark-worker").values());
        assertThat(acme.prefix()).isEqualTo("acme.");
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(acme.newTopics((short) 1)).all().get();
        }
        Map.of("bulwark-worker", Role.WORKER, "bulwark-stream", Role.STREAM)
                .forEach((user, role) ->
                        broker.addUser(user, PASSWORD, role.bindings(AccessNames.DEFAULT.under(acme), "User:" + user)));
        RandomBank.publish(
                Broker.at(broker.bootstrapServers(), acme),
                ModelPackage.open(ModelPackage.DEFAULT).describe(Precision.FP32),
                24);
        try (ServiceProcess worker = ServiceProcess.start(worker(overlay, "external"));
                ServiceProcess stream = ServiceProcess.start(stream(overlay, "external-stream"))) {
            worker.awaitReady(LIMIT);
            stream.awaitReady(LIMIT);
            upload(acme);
            await().atMost(LIMIT).until(() -> worker.metric("bulwark_decisions_total") == 1);
            await().atMost(LIMIT).until(() -> stream.metric("bulwark_stream_verdicts_total") == 1);
        }
    }

    @Test
    void theOverlaysFileWinsOverTheSharedOne() throws IOException {
        ServiceSpec spec = worker(Overlay.render("cpu"), "refused");
        Path settings = Path.of(spec.settings().get("smallrye.config.locations"));
        Path shared = settings.resolve("settings.properties");
        Files.writeString(shared, Files.readString(shared) + "bulwark.policy.k=11\n");
        Path own = settings.resolve("overlay.properties");
        Files.writeString(own, Files.readString(own) + "bulwark.policy.k=0\n");

        try (ServiceProcess worker = ServiceProcess.start(spec)) {
            assertThat(worker.exitedWithin(LIMIT)).isTrue();
            assertThat(worker.tail()).contains("bulwark.policy.k");
        }
    }

    private static ServiceSpec worker(Overlay overlay, String name) throws IOException {
        return ServiceSpec.worker(checkout(), broker.servers(Door.SCRAM), Ports.free(), folder)
                .named(name)
                .withOptions("-XX:TieredStopAtLevel=1")
                .with(pod(overlay, "bulwark-worker", name))
                .with(Map.of("bulwark.batch.largest", "4", "bulwark.batch.measure", "10ms"))
                .with(RandomBank.POLICY);
    }

    private static ServiceSpec stream(Overlay overlay, String name) throws IOException {
        return ServiceSpec.stream(checkout(), broker.servers(Door.SCRAM), Ports.free(), folder)
                .named(name)
                .withOptions("-XX:TieredStopAtLevel=1")
                .with(pod(overlay, "bulwark-stream", name))
                .with(Map.of(
                        "bulwark.access.users-file",
                        Files.writeString(folder.resolve("users"), "").toString()));
    }

    private static io.bulwark.cli.local.Checkout checkout() {
        return new io.bulwark.cli.local.Checkout(Checkout.path("."));
    }

    /** The files of the pod's config map in a folder, and where this machine has what the pod has elsewhere. */
    private static Map<String, String> pod(Overlay overlay, String workload, String name) throws IOException {
        Path settings = Files.createDirectories(folder.resolve(name + "-settings"));
        for (Map.Entry<String, String> file : Manifest.texts(
                        Settings.configMap(overlay, workload).at("/data"))
                .entrySet()) {
            Files.writeString(settings.resolve(file.getKey()), file.getValue());
        }
        Path password = Files.writeString(folder.resolve(name + "-password"), PASSWORD);
        Map<String, String> here = new HashMap<>();
        here.put("smallrye.config.locations", settings.toString());
        here.put(
                "bulwark.kafka.security.truststore",
                broker.authority().truststorePem().toString());
        here.put("bulwark.kafka.security.password-file", password.toString());
        here.put("bulwark.schema-registry.url", "");
        // A process of the local node has none unless it is given.
        here.put(
                TopicNames.SETTING,
                TopicNames.in(Settings.of(overlay, workload).values()).prefix());
        return here;
    }

    private static void upload(TopicNames names) {
        ImageUploaded event = ImageUploaded.newBuilder()
                .setImageId("image")
                .setUploaderId("account")
                .setUploadedAt(Instant.now())
                .setContent(new InlineImage(ByteBuffer.wrap(new byte[] {1, 2, 3})))
                .build();
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()),
                new StringSerializer(),
                new EventSerializer<>(ImageUploaded.class))) {
            producer.send(new ProducerRecord<>(names.of(Topics.IMAGES_UPLOADED), "image", event));
        }
    }
}
