package io.bulwark.cli.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bulwark.cli.BulwarkCommand;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.events.Decision;
import io.bulwark.events.ImageUploaded;
import io.bulwark.events.InlineImage;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.access.Role;
import io.bulwark.schemas.access.Role.AccessNames;
import io.bulwark.schemas.serde.EventDeserializer;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.schemas.testing.GivenSecurity;
import io.bulwark.schemas.testing.SampleEvents;
import io.bulwark.schemas.testing.SecuredBroker;
import io.bulwark.schemas.testing.SecuredBroker.Door;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.schemas.topic.Topics;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AccessControlEntryFilter;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.Resource;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourcePatternFilter;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command line at a broker with TLS, users and ACLs. */
class SecuredTrafficIT {

    @TempDir
    static Path folder;

    /** May change the cluster's access rules. */
    private static final AclBinding OWNER = new AclBinding(
            new ResourcePattern(ResourceType.CLUSTER, Resource.CLUSTER_NAME, PatternType.LITERAL),
            new AccessControlEntry("User:owner", "*", AclOperation.ALTER, AclPermissionType.ALLOW));

    @AutoClose
    private static SecuredBroker broker;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void start() {
        broker = new SecuredBroker(folder);
        broker.addUser("producer", "the-password", Role.PRODUCER);
        broker.addUser("subscriber", "the-password", Role.SUBSCRIBER);
    }

    @Test
    void a_file_of_settings_lets_a_user_in_to_what_is_his() throws IOException {
        Path picture = Files.writeString(folder.resolve("cat.jpg"), "not really a picture");

        assertThat(run("producer", "the-password", "upload", picture.toString()))
                .as(err::toString)
                .isEqualTo(ExitCodes.OK);
        assertThat(out.toString()).contains("cat.jpg");
        assertThat(uploads()).anySatisfy(content -> assertThat(content).isEqualTo("not really a picture"));

        decide("verdict-for-the-subscriber");
        out.getBuffer().setLength(0);
        assertThat(run("subscriber", "the-password", "verdicts"))
                .as(err::toString)
                .isEqualTo(ExitCodes.OK);
        assertThat(out.toString()).contains("verdict-for-the-subscriber", "NSFW");
    }

    @Test
    void what_is_not_his_is_denied_in_one_line() throws IOException {
        assertThat(run("producer", "the-password", "verdicts")).isEqualTo(ExitCodes.UNAVAILABLE);

        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .contains("denies access", "moderation.verdicts", "access rules of its role");
    }

    @Test
    void an_upload_that_the_broker_does_not_take_is_no_success() throws IOException {
        Path picture = Files.writeString(folder.resolve("dog.jpg"), "not really a picture");

        assertThat(run("subscriber", "the-password", "upload", picture.toString()))
                .isEqualTo(ExitCodes.UNAVAILABLE);

        assertThat(err.toString()).contains("images.uploaded did not take an upload");
        assertThat(out.toString()).doesNotContain("dog.jpg");
    }

    @Test
    void the_rights_of_a_role_under_a_prefix_are_granted_by_who_may_and_printed_for_the_owner_of_the_cluster()
            throws Exception {
        TopicNames acme = new TopicNames("acme.");
        String principal = "User:CN=a worker,O=acme";
        Set<AclBinding> rights = Set.copyOf(Role.WORKER.bindings(AccessNames.DEFAULT.under(acme), principal));
        String[] asked = {"rights", "--role", "WORKER", "--principal", principal, "--topics-prefix", "acme."};

        assertThat(run("subscriber", "the-password", "topics", asked)).isEqualTo(ExitCodes.OK);
        assertThat(out.toString().lines())
                .contains(
                        "kafka-acls.sh --add --allow-principal 'User:CN=a worker,O=acme'"
                                + " --topic acme.images.deferred --operation read --operation write",
                        "kafka-acls.sh --add --allow-principal 'User:CN=a worker,O=acme'"
                                + " --transactional-id acme.bulwark-embed-worker- --resource-pattern-type prefixed"
                                + " --operation write");
        assertThat(rightsOf(principal)).isEmpty();

        String[] granted = Stream.concat(Stream.of(asked), Stream.of("--grant")).toArray(String[]::new);
        assertThat(run("subscriber", "the-password", "topics", granted)).isEqualTo(ExitCodes.FAILED);
        assertThat(err.toString()).contains("granted nothing to " + principal, "without --grant");
        assertThat(rightsOf(principal)).isEmpty();

        broker.addUser("owner", "the-password", List.of(OWNER));
        assertThat(run("owner", "the-password", "topics", granted))
                .as(err::toString)
                .isEqualTo(ExitCodes.OK);
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(rightsOf(principal)).isEqualTo(rights));
    }

    @Test
    void rights_are_those_of_a_user() throws IOException {
        assertThat(run("producer", "the-password", "topics", "rights", "--role", "WORKER", "--principal", "worker"))
                .isEqualTo(ExitCodes.USAGE);
        assertThat(err.toString()).contains("--principal is 'worker', allowed is User:NAME");
    }

    private static Set<AclBinding> rightsOf(String principal) throws Exception {
        try (Admin admin = broker.admin()) {
            return Set.copyOf(admin.describeAcls(new AclBindingFilter(
                            ResourcePatternFilter.ANY,
                            new AccessControlEntryFilter(principal, null, AclOperation.ANY, AclPermissionType.ANY)))
                    .values()
                    .get());
        }
    }

    @Test
    void a_wrong_password_is_one_line_that_names_the_setting_and_not_the_password() throws IOException {
        assertThat(run("producer", "not-the-password", "verdicts")).isEqualTo(ExitCodes.UNAVAILABLE);

        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .contains(broker.servers(Door.SCRAM), "bulwark.kafka.security.username")
                .doesNotContain("not-the-password");
    }

    /** What was uploaded, read without the command. */
    private static List<String> uploads() {
        List<String> contents = new ArrayList<>();
        try (var consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers", broker.bootstrapServers(),
                        "group.id", "secured-traffic-it",
                        "auto.offset.reset", "earliest"),
                new StringDeserializer(),
                new EventDeserializer<>(ImageUploaded.class))) {
            consumer.subscribe(List.of(Topics.IMAGES_UPLOADED.topicName()));
            await().atMost(Duration.ofSeconds(20)).until(() -> {
                consumer.poll(Duration.ofMillis(300))
                        .forEach(upload -> contents.add(StandardCharsets.UTF_8
                                .decode(((InlineImage) upload.value().getContent()).getBytes())
                                .toString()));
                return !contents.isEmpty();
            });
        }
        return contents;
    }

    private static void decide(String imageId) {
        Verdict verdict = SampleEvents.verdictOn(imageId, Decision.NSFW)
                .setScore(0.9)
                .setDecidedAt(Instant.now())
                .build();
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()),
                new StringSerializer(),
                new EventSerializer<>(Verdict.class))) {
            producer.send(new ProducerRecord<>(Topics.VERDICTS.topicName(), imageId, verdict));
        }
    }

    private int run(String user, String password, String command, String... rest) throws IOException {
        StringBuilder settings =
                new StringBuilder("bulwark.kafka.bootstrap-servers=" + broker.servers(Door.SCRAM) + "\n");
        GivenSecurity.scram(broker.authority(), user, password)
                .settings()
                .forEach((name, value) -> settings.append(name + "=" + value + "\n"));
        Path file = Files.writeString(folder.resolve("client.properties"), settings);

        List<String> arguments = new ArrayList<>(List.of(command));
        arguments.addAll(List.of(rest));
        arguments.addAll(List.of("--config", file.toString()));
        CommandLine commandLine = BulwarkCommand.commandLine();
        commandLine.setOut(new PrintWriter(out, true));
        commandLine.setErr(new PrintWriter(err, true));
        return commandLine.execute(arguments.toArray(String[]::new));
    }
}
