package io.bulwark.cli.doctor;

import io.bulwark.cli.doctor.DoctorCommand.Finding;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.topics.BrokerTopics;
import io.bulwark.cli.topics.BrokerTopics.TopicState;
import io.bulwark.cli.traffic.Broker;
import io.bulwark.cli.traffic.LatestRecords;
import io.bulwark.schemas.access.Role;
import io.bulwark.schemas.access.Role.AccessNames;
import io.bulwark.schemas.access.Role.AccessRule;
import io.bulwark.schemas.topic.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourceType;

/** Topics against the catalogue, what this user may do with them, and the schemas that readers will meet. */
final class BrokerExamination {

    private final Broker broker;

    BrokerExamination(Broker broker) {
        this.broker = broker;
    }

    /** Each topic that is not as the catalogue says, or one finding for all. */
    List<Finding> topics() {
        try (BrokerTopics topics = new BrokerTopics(broker)) {
            List<Finding> amiss = new ArrayList<>();
            List<TopicState> states = topics.states();
            Map<Topics, String> refusals = topics.refusals(states.stream()
                    .filter(state -> !state.exists())
                    .map(TopicState::topic)
                    .toList());
            states.forEach(state -> amiss(state, refusals.get(state.topic())).ifPresent(amiss::add));
            return amiss.isEmpty()
                    ? List.of(Finding.well("topics", "all " + Topics.values().length + " are as the catalogue says"))
                    : amiss;
        } catch (CommandFailure refused) {
            return List.of(Finding.unsure(
                    "topics",
                    refused.getMessage(),
                    "ask as a user who may describe topics and their configuration (--config)"));
        }
    }

    private static Optional<Finding> amiss(TopicState state, String refusal) {
        String name = state.name();
        if (refusal != null) {
            return Optional.of(Finding.wrong(
                    "topics",
                    name + " is not there, and the cluster refuses it as Bulwark needs it: " + refusal,
                    BrokerTopics.UNSUPPORTED));
        }
        if (!state.exists()) {
            return Optional.of(Finding.wrong(
                    "topics",
                    name + " is not there",
                    "bulwark topics create, or with Strimzi kubectl apply -k deploy/kubernetes/overlays/…"));
        }
        if (state.differences().isEmpty()) {
            return Optional.empty();
        }
        List<String> additions = state.configDifferences().stream()
                .map(key -> key + "=[" + state.config().get(key) + "]")
                .toList();
        String mend = additions.isEmpty()
                ? "change the number of partitions yourself: more partitions move keys, fewer are impossible"
                : "kafka-configs.sh --alter --entity-type topics --entity-name " + name + " --add-config "
                        + String.join(",", additions);
        return Optional.of(Finding.unsure("topics", name + ": " + String.join("; ", state.differences()), mend));
    }

    /** What a role needs of the topics and this user has not. */
    List<Finding> access(Role role) {
        List<Finding> lacking = new ArrayList<>();
        List<AccessRule> rules = role.rules(AccessNames.DEFAULT.under(broker.topics())).stream()
                .filter(rule -> rule.type() == ResourceType.TOPIC && rule.pattern() == PatternType.LITERAL)
                .toList();
        try (Admin admin = Admin.create(broker.clientSettings(Map.of()))) {
            Map<String, KafkaFuture<TopicDescription>> described = admin.describeTopics(
                            rules.stream().map(AccessRule::name).toList(),
                            new DescribeTopicsOptions().includeAuthorizedOperations(true))
                    .topicNameValues();
            for (AccessRule rule : rules) {
                Set<AclOperation> lacks = new TreeSet<>(rule.operations());
                try {
                    Set<AclOperation> allowed = described.get(rule.name()).get().authorizedOperations();
                    lacks.removeAll(allowed == null ? Set.of() : allowed);
                } catch (ExecutionException hidden) {
                    // A topic that may not be described looks as if it were not there: everything is lacking.
                }
                if (!lacks.isEmpty()) {
                    lacking.add(Finding.wrong(
                            "access",
                            "this user may not " + words(lacks) + " " + rule.name() + ", which the role needs",
                            "kafka-acls.sh --add --allow-principal User:NAME --topic " + rule.name()
                                    + operations(lacks)));
                }
            }
        } catch (InterruptedException interrupted) {
            throw interrupted(interrupted);
        }
        return lacking.isEmpty()
                ? List.of(Finding.well("access", "this user may do with topics what the role needs"))
                : lacking;
    }

    private static String words(Set<AclOperation> operations) {
        return String.join(
                " or ",
                operations.stream()
                        .map(each -> each.name().toLowerCase(Locale.ROOT))
                        .toList());
    }

    private static String operations(Set<AclOperation> operations) {
        StringBuilder line = new StringBuilder();
        operations.forEach(
                each -> line.append(" --operation ").append(each.name().toLowerCase(Locale.ROOT)));
        return line.toString();
    }

    /**
     * Whether there is a topic that is not of the catalogue. One that this user may not describe looks as if it were
     * not there.
     */
    boolean has(String topic) {
        try (Admin admin = Admin.create(broker.clientSettings(Map.of()))) {
            admin.describeTopics(List.of(topic)).topicNameValues().get(topic).get();
            return true;
        } catch (ExecutionException absent) {
            return false;
        } catch (InterruptedException interrupted) {
            throw interrupted(interrupted);
        }
    }

    private CommandFailure interrupted(InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        return CommandFailure.failed("interrupted while asking " + broker.bootstrapServers(), interrupted);
    }

    /** Schemas by which readers understand writers of another release. */
    Finding schemas() {
        try {
            int published = LatestRecords.of(broker, Topics.SCHEMAS).size();
            return published > 0
                    ? Finding.well("schemas", published + " are published on " + broker.topic(Topics.SCHEMAS))
                    : Finding.unsure(
                            "schemas",
                            "none is published on " + broker.topic(Topics.SCHEMAS)
                                    + ": a reader of another release would wait for it",
                            "start a worker or moderation-stream, which publish theirs");
        } catch (CommandFailure absent) {
            return Finding.wrong("schemas", absent.getMessage(), "bulwark topics create");
        } catch (RuntimeException refused) {
            return Finding.unsure(
                    "schemas",
                    broker.topic(Topics.SCHEMAS) + " cannot be read: " + refused.getMessage(),
                    "ask as a user who may read it (--config)");
        }
    }
}
