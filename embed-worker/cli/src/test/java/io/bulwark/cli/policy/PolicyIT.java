package io.bulwark.cli.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.cli.BulwarkCommand;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.traffic.Broker;
import io.bulwark.events.ModerationPolicy;
import io.bulwark.schemas.access.Role;
import io.bulwark.schemas.testing.GivenSecurity;
import io.bulwark.schemas.testing.SecuredBroker;
import io.bulwark.schemas.testing.SecuredBroker.Door;
import io.bulwark.schemas.topic.Topics;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The policy's commands at a real broker, with the rights of a curator and no others. */
class PolicyIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PASSWORD = "the-password";

    private static int number;

    @TempDir
    static Path folder;

    @AutoClose
    private static SecuredBroker broker;

    private final String tenant = "tenant-" + ++number;
    private Path policy;
    private StringWriter out;
    private StringWriter err;

    @BeforeAll
    static void startBroker() {
        broker = new SecuredBroker(folder);
        broker.addUser("curator", PASSWORD, Role.CURATOR);
        broker.addUser("reviewer", PASSWORD, Role.REVIEWER);
        broker.addUser("explain", PASSWORD, Role.EXPLAIN);
    }

    @BeforeEach
    void writePolicy() throws IOException {
        policy = Files.write(
                folder.resolve(tenant + ".properties"),
                List.of(
                        "bulwark.policy.flagged-labels=cards",
                        "bulwark.policy.flag=0.8",
                        "bulwark.policy.safe=0.3",
                        "bulwark.policy.made-for=default/model-1/views"));
    }

    @Test
    void a_policy_is_proposed_compared_approved_changed_and_rolled_back() throws IOException {
        Path measured = Files.writeString(folder.resolve("measured.json"), "{\"accuracy\":0.98}");
        assertThat(run("propose", policy.toString(), "--measured", measured.toString(), "--note", "first"))
                .as(err::toString)
                .isEqualTo(ExitCodes.OK);
        String first = answer().at("/shadow/version").asText();
        assertThat(first).matches("[0-9a-f]{64}");

        assertThat(run("approve", "--by", "ann", "--version", first)).isEqualTo(ExitCodes.FAILED);
        assertThat(err.toString()).contains("--alone");
        assertThat(run("approve", "--by", "bob", "--version", "0000")).isEqualTo(ExitCodes.FAILED);
        assertThat(run("approve", "--by", "bob", "--version", first.substring(0, 8)))
                .as(err::toString)
                .isEqualTo(ExitCodes.OK);

        assertThat(run("propose", "--set", "flag=0.9", "--set", "labels.art.action=review"))
                .as(err::toString)
                .isEqualTo(ExitCodes.OK);
        String second = answer().at("/shadow/version").asText();
        assertThat(run("diff")).as(err::toString).isEqualTo(ExitCodes.OK);
        assertThat(answers())
                .extracting(each -> each.get("key").asText() + " " + each.get("from") + " " + each.get("to"))
                .containsExactly(
                        "bulwark.policy.flag \"0.8\" \"0.9\"", "bulwark.policy.labels.art.action null \"review\"");
        assertThat(run("approve", "--by", "bob")).as(err::toString).isEqualTo(ExitCodes.OK);

        assertThat(run("rollback", "--by", "eve", "--note", "too strict"))
                .as(err::toString)
                .isEqualTo(ExitCodes.OK);
        assertThat(answer().get("revision").asInt()).isEqualTo(5);

        assertThat(run("show")).as(err::toString).isEqualTo(ExitCodes.OK);
        JsonNode shown = answer();
        assertThat(shown.at("/inForce/version").asText()).isEqualTo(first);
        assertThat(shown.at("/inForce/author").asText()).isEqualTo("ann");
        assertThat(shown.at("/inForce/approver").asText()).isEqualTo("eve");
        assertThat(shown.at("/inForce/note").asText()).isEqualTo("too strict");
        assertThat(shown.at("/inForce/madeFor/modelFingerprint").asText()).isEqualTo("model-1");
        assertThat(shown.at("/inForce/calibration/accuracy").asDouble()).isEqualTo(0.98);
        assertThat(shown.at("/inForce/flag").asDouble()).isEqualTo(0.8);
        assertThat(shown.has("shadow")).isFalse();
        assertThat(shown.at("/history"))
                .extracting(each -> each.get("version").asText())
                .containsExactly(second, first);
        assertThat(run("diff", first.substring(0, 6), second.substring(0, 6)))
                .as(err::toString)
                .isEqualTo(ExitCodes.OK);
        assertThat(answers()).hasSize(2);
        assertThat(run("diff", first)).isEqualTo(ExitCodes.USAGE);
    }

    @Test
    void people_are_told_the_same_in_lines_that_propose_takes() {
        assertThat(run("propose", policy.toString())).as(err::toString).isEqualTo(ExitCodes.OK);
        assertThat(as("curator", false, "approve", "--by", "bob"))
                .as(err::toString)
                .isEqualTo(ExitCodes.OK);
        assertThat(err.toString()).contains("the first of this tenant", "default/model-1/views");

        assertThat(as("curator", false, "show")).as(err::toString).isEqualTo(ExitCodes.OK);

        assertThat(out.toString())
                .contains("tenant " + tenant + ", revision 2")
                .contains("proposed by ann at ", "approved by bob at ", "calibration: none", "proposed  nothing")
                .contains("bulwark.policy.flag=0.8", "bulwark.policy.made-for=default/model-1/views");
    }

    @Test
    void what_cannot_be_is_refused_by_its_key_and_changes_nothing() {
        assertThat(run("propose")).isEqualTo(ExitCodes.USAGE);
        assertThat(err.toString()).contains("--set");
        assertThat(run("propose", policy.toString(), "--set", "k=0")).isEqualTo(ExitCodes.USAGE);
        assertThat(err.toString()).contains("bulwark.policy.k is 0");
        assertThat(run("propose", "--set", "made-for=")).isEqualTo(ExitCodes.USAGE);
        assertThat(err.toString()).contains("bulwark.policy.made-for is not set");

        assertThat(run("show")).as(err::toString).isEqualTo(ExitCodes.OK);
        assertThat(answers()).isEmpty();
    }

    @Test
    void a_tenant_s_first_change_may_start_from_the_policy_of_default() {
        assertThat(forTenant("default", "propose", policy.toString()))
                .as(err::toString)
                .isEqualTo(ExitCodes.OK);
        assertThat(forTenant("default", "approve", "--by", "bob"))
                .as(err::toString)
                .isEqualTo(ExitCodes.OK);

        assertThat(run("propose", "--set", "flag=0.95")).as(err::toString).isEqualTo(ExitCodes.OK);

        assertThat(answer().at("/shadow/flag").asDouble()).isEqualTo(0.95);
        assertThat(answer().at("/shadow/safe").asDouble()).isEqualTo(0.3);
        assertThat(answer().at("/shadow/madeFor/bank").asText()).isEqualTo("default");
        PoliciesInForce inForce = PoliciesInForce.read(Broker.at(broker.bootstrapServers()), Optional.empty());
        assertThat(inForce.of(tenant).thresholds().flag())
                .as("what is only proposed decides nothing")
                .isEqualTo(0.8);
        assertThat(run("approve", "--by", "bob")).as(err::toString).isEqualTo(ExitCodes.OK);
        inForce = PoliciesInForce.read(Broker.at(broker.bootstrapServers()), Optional.empty());
        assertThat(inForce.of(tenant).thresholds().flag()).isEqualTo(0.95);
        assertThat(inForce.of("a tenant without a record").flaggedLabels()).containsExactly("cards");
    }

    @Test
    void the_explain_server_may_read_policies_and_not_change_them() {
        assertThat(as("explain", true, "show")).as(err::toString).isEqualTo(ExitCodes.OK);
        assertThat(as("explain", true, "propose", policy.toString())).isEqualTo(ExitCodes.UNAVAILABLE);
    }

    @Test
    void of_two_who_change_at_once_the_one_who_began_first_writes_nothing() {
        assertThat(run("propose", policy.toString())).as(err::toString).isEqualTo(ExitCodes.OK);
        PolicyTopic topic = new PolicyTopic(Broker.at(broker.bootstrapServers()));

        assertThatThrownBy(() -> topic.change(tenant, content -> {
                    ModerationPolicy seen = content.policies().get(tenant);
                    assertThat(run("propose", policy.toString(), "--set", "flag=0.99"))
                            .as(err::toString)
                            .isEqualTo(ExitCodes.OK);
                    return ModerationPolicy.newBuilder(seen).setShadow(null).build();
                }))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("another writer changed the policies");

        assertThat(run("show")).as(err::toString).isEqualTo(ExitCodes.OK);
        assertThat(answer().at("/shadow/flag").asDouble()).isEqualTo(0.99);
        assertThat(answer().get("revision").asInt()).isEqualTo(2);
    }

    @Test
    void a_fault_that_passes_is_tried_again_from_what_stands_by_then() {
        assertThat(run("propose", policy.toString())).as(err::toString).isEqualTo(ExitCodes.OK);
        PolicyTopic topic = new PolicyTopic(Broker.at(broker.bootstrapServers()));
        AtomicInteger tries = new AtomicInteger();

        topic.change(tenant, content -> {
            if (tries.incrementAndGet() == 1) {
                throw new InvalidTxnStateException("the transaction ran out");
            }
            return ModerationPolicy.newBuilder(content.policies().get(tenant))
                    .setRevision(7)
                    .build();
        });

        assertThat(tries).hasValue(2);
        assertThat(run("show")).as(err::toString).isEqualTo(ExitCodes.OK);
        assertThat(answer().get("revision").asInt()).isEqualTo(7);
        assertThatThrownBy(() -> topic.change(tenant, content -> {
                    throw new TimeoutException("no broker answers");
                }))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContainingAll("did not take the policy", "no broker answers");
    }

    @Test
    void whoever_is_no_curator_changes_nothing_and_is_told_in_one_line() {
        assertThat(as("reviewer", true, "propose", policy.toString())).isEqualTo(ExitCodes.UNAVAILABLE);

        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .contains("denies access", "access rules of its role");
    }

    @Test
    void a_record_that_nobody_can_read_is_told_of_and_can_be_begun_anew() {
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()),
                new StringSerializer(),
                new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(Topics.POLICIES.topicName(), tenant, new byte[] {9, 9, 9}));
        }
        assertThat(run("show")).isEqualTo(ExitCodes.FAILED);
        assertThat(answer().get("problem").asText()).contains("begins with 09");
        assertThat(run("propose", policy.toString())).isEqualTo(ExitCodes.FAILED);
        assertThat(err.toString()).contains("--anew");

        assertThat(run("propose", policy.toString(), "--anew"))
                .as(err::toString)
                .isEqualTo(ExitCodes.OK);
        assertThat(run("approve", "--by", "bob")).as(err::toString).isEqualTo(ExitCodes.OK);
        assertThat(run("show")).as(err::toString).isEqualTo(ExitCodes.OK);
    }

    private int run(String command, String... arguments) {
        return as("curator", true, command, arguments);
    }

    private int as(String user, boolean json, String command, String... arguments) {
        return execute(user, json, tenant, command, arguments);
    }

    private int forTenant(String whose, String command, String... arguments) {
        return execute("curator", true, whose, command, arguments);
    }

    private int execute(String user, boolean json, String whose, String command, String... arguments) {
        out = new StringWriter();
        err = new StringWriter();
        List<String> line = new ArrayList<>(List.of("policy", command, "--tenant", whose));
        line.addAll(List.of(arguments));
        if (command.equals("propose")) {
            line.addAll(List.of("--author", "ann"));
        }
        if (json) {
            line.add("--json");
        }
        line.addAll(List.of("--config", settings(user).toString(), "--bootstrap-servers", broker.servers(Door.SCRAM)));
        return BulwarkCommand.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(line.toArray(String[]::new));
    }

    private static Path settings(String user) {
        Properties properties = new Properties();
        properties.putAll(
                GivenSecurity.scram(broker.authority(), user, PASSWORD).settings());
        Path file = folder.resolve(user + ".properties");
        try (var writer = Files.newBufferedWriter(file)) {
            properties.store(writer, null);
        } catch (IOException unwritable) {
            throw new AssertionError(unwritable);
        }
        return file;
    }

    private JsonNode answer() {
        return answers().get(0);
    }

    private List<JsonNode> answers() {
        return out.toString().lines().map(PolicyIT::json).toList();
    }

    private static JsonNode json(String line) {
        try {
            return JSON.readTree(line);
        } catch (IOException noJson) {
            throw new AssertionError(line, noJson);
        }
    }
}
