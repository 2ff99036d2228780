package io.bulwark.cli.topics;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputCommand;
import io.bulwark.cli.topics.BrokerTopics.TopicState;
import io.bulwark.cli.traffic.Broker;
import io.bulwark.cli.traffic.BrokerOptions;
import io.bulwark.schemas.access.Role;
import io.bulwark.schemas.access.Role.AccessNames;
import io.bulwark.schemas.access.Role.AccessRule;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourceType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bulwark topics}. */
@Command(
        name = "topics",
        description = "Makes and checks Bulwark's topics on a broker, and the rights of its programs there.",
        subcommands = {
            TopicsCommand.TopicsCreateCommand.class,
            TopicsCommand.TopicsCheckCommand.class,
            TopicsCommand.TopicsRightsCommand.class
        })
public final class TopicsCommand {

    /** {@code bulwark topics create}. */
    @Command(
            name = "create",
            description =
                    "Creates the topics of the catalogue that the broker does not have. Those it has stay as they are; "
                            + "where one differs from the catalogue the command says in what, and fails.")
    static final class TopicsCreateCommand extends OutputCommand implements Callable<Integer> {

        @Mixin
        private BrokerOptions broker;

        @Option(
                names = "--replication",
                paramLabel = "N",
                defaultValue = "3",
                description = "Copies of each partition (1 on a single broker).")
        private short replication;

        @Override
        public Integer call() {
            Output output = output();
            try (BrokerTopics topics = new BrokerTopics(broker.broker())) {
                List<TopicState> before = topics.states();
                topics.create(
                        before.stream()
                                .filter(state -> !state.exists())
                                .map(TopicState::topic)
                                .toList(),
                        replication);
                before.forEach(state -> state.print(output, "created"));
                return before.stream().allMatch(state -> state.differences().isEmpty())
                        ? ExitCodes.OK
                        : ExitCodes.FAILED;
            }
        }
    }

    /** {@code bulwark topics check}. */
    @Command(
            name = "check",
            description =
                    "Compares the broker's topics with the catalogue: partitions, cleanup, retention and record size.")
    static final class TopicsCheckCommand extends OutputCommand implements Callable<Integer> {

        @Mixin
        private BrokerOptions broker;

        @Override
        public Integer call() {
            Output output = output();
            try (BrokerTopics topics = new BrokerTopics(broker.broker())) {
                List<TopicState> states = topics.states();
                states.forEach(state -> state.print(output, "missing"));
                return states.stream()
                                .allMatch(state ->
                                        state.exists() && state.differences().isEmpty())
                        ? ExitCodes.OK
                        : ExitCodes.FAILED;
            }
        }
    }

    /** {@code bulwark topics rights}: the rules of a role, for the tools of the cluster's owner or granted at once. */
    @Command(
            name = "rights",
            description =
                    "Prints the rights of a role as kafka-acls.sh takes them, with the prefix, or grants them to a user of "
                            + "the broker. Groups and the application id have the names of the settings' defaults.")
    static final class TopicsRightsCommand extends OutputCommand implements Callable<Integer> {

        private static final Map<ResourceType, String> OPTIONS = Map.of(
                ResourceType.TOPIC, "--topic",
                ResourceType.GROUP, "--group",
                ResourceType.TRANSACTIONAL_ID, "--transactional-id");

        @Mixin
        private BrokerOptions broker;

        @Option(
                names = "--role",
                required = true,
                paramLabel = "ROLE",
                description = "What the user is for: ${COMPLETION-CANDIDATES}.")
        private Role role;

        @Option(
                names = "--principal",
                required = true,
                paramLabel = "User:NAME",
                description =
                        "Whom the broker knows it as, such as User:bulwark-worker, or User:CN=… of a certificate.")
        private String principal;

        @Option(
                names = "--grant",
                description = "Grant them, as a user who may alter the cluster's access rules. Rules that are there "
                        + "stay. Without it no broker is asked.")
        private boolean grant;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() {
            if (!principal.matches("User:\\S.*")) {
                throw new ParameterException(
                        spec.commandLine(), "--principal is '" + principal + "', allowed is User:NAME");
            }
            Output output = output();
            AccessNames names;
            if (grant) {
                Broker asked = broker.broker();
                names = AccessNames.DEFAULT.under(asked.topics());
                grant(asked, names);
            } else {
                names = AccessNames.DEFAULT.under(broker.topics());
            }
            role.rules(names).forEach(rule -> print(rule, output));
            return ExitCodes.OK;
        }

        private void grant(Broker asked, AccessNames names) {
            try (Admin admin = Admin.create(asked.clientSettings(Map.of()))) {
                admin.createAcls(role.bindings(names, principal)).all().get();
            } catch (ExecutionException refused) {
                throw CommandFailure.failed(
                        "the broker at " + asked.bootstrapServers() + " granted nothing to " + principal + ": "
                                + refused.getCause().getMessage()
                                + "; ask as a user who may alter the cluster's access rules (--config), or give the lines "
                                + "that the command prints without --grant to who may",
                        refused);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw CommandFailure.failed("interrupted while asking " + asked.bootstrapServers(), interrupted);
            }
        }

        private void print(AccessRule rule, Output output) {
            List<String> operations =
                    rule.operations().stream().map(TopicsRightsCommand::word).toList();
            Map<String, Object> fields = Output.fields(
                    "principal",
                    principal,
                    "resource",
                    rule.type().name().toLowerCase(Locale.ROOT),
                    "name",
                    rule.name(),
                    "pattern",
                    rule.pattern().name().toLowerCase(Locale.ROOT),
                    "operations",
                    operations,
                    "granted",
                    grant);
            String by = rule.pattern() == PatternType.PREFIXED ? " --resource-pattern-type prefixed" : "";
            String line = "kafka-acls.sh --add --allow-principal " + quoted(principal) + " "
                    + OPTIONS.get(rule.type()) + " " + rule.name() + by + " --operation "
                    + String.join(" --operation ", operations);
            String kept = rule.name() + (by.isEmpty() ? "" : "*") + "  granted: " + String.join(", ", operations);
            output.print(grant ? kept : line, fields);
        }

        private static String word(AclOperation operation) {
            return operation.name().toLowerCase(Locale.ROOT);
        }

        /** Names of certificates have spaces and commas. */
        private static String quoted(String word) {
            return word.matches("[\\w:.=@/-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
        }
    }
}
