package io.bulwark.cli.policy;

import io.bulwark.cli.policy.DocumentText.TenantOptions;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.traffic.BrokerOptions.BrokerCommand;
import io.bulwark.events.ModerationPolicy;
import io.bulwark.events.PolicyDocument;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bulwark policy}. */
@Command(
        name = "policy",
        description =
                "Shows and changes the policies by which workers decide, each change with its author and approver."
                        + " Workers follow every change without a restart.",
        subcommands = {
            PolicyCommand.PolicyShowCommand.class,
            PolicyProposeCommand.class,
            PolicyCommand.PolicyDiffCommand.class,
            PolicyCommand.PolicyApproveCommand.class,
            PolicyCommand.PolicyRollbackCommand.class
        })
public final class PolicyCommand {

    /** {@code bulwark policy show}. */
    @Command(
            name = "show",
            description = "Shows what is in force and what is proposed, what it was made for, what its calibration"
                    + " measured and"
                    + " who answers for it, and in short what was in force before. Fails if a record cannot"
                    + " be read.")
    static final class PolicyShowCommand extends BrokerCommand implements Callable<Integer> {

        @Option(names = "--tenant", paramLabel = "NAME", description = "Only this tenant's (default: all tenants').")
        private String tenant;

        @Override
        public Integer call() {
            Output output = output();
            PolicyTopic.Content content = new PolicyTopic(broker()).read();
            List<ModerationPolicy> policies = wanted(content.policies());
            Map<String, String> unreadable = new TreeMap<>(content.unreadable());
            unreadable.keySet().removeIf(name -> tenant != null && !tenant.equals(name));
            policies.forEach(policy -> output.print(text(policy), fields(policy)));
            unreadable.forEach((name, problem) -> output.print(
                    "tenant " + name + ": its record cannot be read. " + problem,
                    Map.of("tenant", name, "problem", problem)));
            if (policies.isEmpty() && unreadable.isEmpty()) {
                output.note((tenant == null ? "No tenant" : "Tenant " + tenant)
                        + " has a policy on the topic: that of tenant default decides, else the workers'"
                        + " own settings.");
            }
            return unreadable.isEmpty() ? ExitCodes.OK : ExitCodes.FAILED;
        }

        private List<ModerationPolicy> wanted(Map<String, ModerationPolicy> policies) {
            return policies.entrySet().stream()
                    .filter(each -> tenant == null || tenant.equals(each.getKey()))
                    .map(Map.Entry::getValue)
                    .toList();
        }

        private static String text(ModerationPolicy policy) {
            List<String> lines = new ArrayList<>();
            lines.add("tenant " + policy.getTenant() + ", revision " + policy.getRevision());
            add(lines, "in force", policy.getInForce());
            add(lines, "proposed", policy.getShadow());
            policy.getHistory().forEach(earlier -> lines.add("  before    " + DocumentText.provenance(earlier)));
            return String.join(System.lineSeparator(), lines);
        }

        private static void add(List<String> lines, String what, PolicyDocument document) {
            if (document == null) {
                lines.add("  " + what + "  nothing");
                return;
            }
            lines.add("  " + what + "  " + DocumentText.provenance(document));
            DocumentText.lines(document).forEach(line -> lines.add("    " + line));
        }

        private static Map<String, Object> fields(ModerationPolicy policy) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("tenant", policy.getTenant());
            fields.put("revision", policy.getRevision());
            Optional.ofNullable(policy.getInForce())
                    .ifPresent(document -> fields.put("inForce", DocumentText.fields(document)));
            Optional.ofNullable(policy.getShadow())
                    .ifPresent(document -> fields.put("shadow", DocumentText.fields(document)));
            fields.put(
                    "history",
                    policy.getHistory().stream().map(DocumentText::fields).toList());
            return fields;
        }
    }

    /** {@code bulwark policy diff}. */
    @Command(
            name = "diff",
            description =
                    "Compares two policies of a tenant, line by line: what is in force with what is proposed, or two"
                            + " versions.")
    static final class PolicyDiffCommand extends BrokerCommand implements Callable<Integer> {

        @Mixin
        private TenantOptions tenant;

        @Parameters(
                showDefaultValue = Visibility.NEVER,
                arity = "0..2",
                paramLabel = "VERSION",
                description = "The first characters of two versions that `bulwark policy show` lists.")
        private List<String> versions = List.of();

        @Override
        public Integer call() {
            if (versions.size() == 1) {
                throw CommandFailure.usage(
                        "one version alone cannot be compared: name two, or none for what is in force and"
                                + " what is proposed");
            }
            Output output = output();
            PolicyRecord record = PolicyRecord.of(new PolicyTopic(broker()).read(), tenant.name(), false);
            PolicyDocument from = versions.isEmpty()
                    ? present(record.inForce().orElse(null), "in force")
                    : record.find(versions.get(0));
            PolicyDocument to = versions.isEmpty()
                    ? present(record.shadow().orElse(null), "proposed")
                    : record.find(versions.get(1));
            output.note("from " + DocumentText.provenance(from));
            output.note("to   " + DocumentText.provenance(to));
            Map<String, String> before = PolicyLines.of(from).values();
            Map<String, String> after = PolicyLines.of(to).values();
            Set<String> keys = new TreeSet<>(before.keySet());
            keys.addAll(after.keySet());
            keys.removeIf(key -> before.getOrDefault(key, "").equals(after.getOrDefault(key, "")));
            keys.forEach(key -> print(output, key, before.get(key), after.get(key)));
            if (keys.isEmpty()) {
                output.note("They decide alike.");
            }
            return ExitCodes.OK;
        }

        private PolicyDocument present(PolicyDocument document, String what) {
            if (document == null) {
                throw CommandFailure.failed("nothing is " + what + " for tenant \"" + tenant.name()
                        + "\": `bulwark policy show` lists what there is");
            }
            return document;
        }

        private static void print(Output output, String key, String from, String to) {
            Map<String, Object> fields = Output.fields("key", PolicyLines.PREFIX + key, "from", from, "to", to);
            output.print(
                    PolicyLines.PREFIX + key + ": " + (from == null ? "-" : from) + " -> " + (to == null ? "-" : to),
                    fields);
        }
    }

    /** {@code bulwark policy approve}. */
    @Command(
            name = "approve",
            description = "Puts what is proposed in force. What was in force goes to the history, from where"
                    + " `bulwark policy rollback` brings it back.")
    static final class PolicyApproveCommand extends BrokerCommand implements Callable<Integer> {

        @Mixin
        private TenantOptions tenant;

        @Option(names = "--by", required = true, paramLabel = "WHO", description = "Who approves it; not its author.")
        private String approver;

        @Option(names = "--alone", description = "Let the author approve what they proposed themselves.")
        private boolean alone;

        @Option(
                names = "--version",
                paramLabel = "PREFIX",
                description = "What the version begins with that you have looked at: another is not approved.")
        private String version = "";

        @Override
        public Integer call() {
            requireName(approver);
            String whose = tenant.name();
            ModerationPolicy written = new PolicyTopic(broker())
                    .change(
                            whose,
                            content -> PolicyRecord.of(content, whose, false)
                                    .approved(
                                            approver,
                                            alone,
                                            version,
                                            Clock.systemUTC().instant().truncatedTo(ChronoUnit.MILLIS))
                                    .value());
            PolicyDocument inForce = written.getInForce();
            Output output = output();
            output.print(
                    "in force for tenant " + whose + ": " + inForce.getVersion() + ", revision "
                            + written.getRevision(),
                    Map.of(
                            "tenant", whose,
                            "revision", written.getRevision(),
                            "inForce", DocumentText.fields(inForce)));
            if (written.getHistory().isEmpty()) {
                output.note("It is the first of this tenant. A worker that has another bank, model or views than "
                        + PolicyLines.text(inForce.getMadeFor())
                        + " has no policy for it and is not ready, until one that was made for that worker"
                        + " was in force, too.");
            }
            return ExitCodes.OK;
        }

        static void requireName(String approver) {
            if (approver.isBlank()) {
                throw CommandFailure.usage("--by is blank, allowed is a person's name");
            }
        }
    }

    /** {@code bulwark policy rollback}. */
    @Command(
            name = "rollback",
            description = "Puts the previous policy in force again, as a new entry with its own approver. It was"
                    + " approved once, so one person may do it. What is proposed stays proposed.")
    static final class PolicyRollbackCommand extends BrokerCommand implements Callable<Integer> {

        @Mixin
        private TenantOptions tenant;

        @Option(
                names = "--to",
                paramLabel = "PREFIX",
                description = "What the version begins with (default: the one that was in force last).")
        private String version = "";

        @Option(names = "--by", required = true, paramLabel = "WHO", description = "Who answers for it.")
        private String approver;

        @Option(names = "--note", paramLabel = "TEXT", description = "Why (default: the note that it had).")
        private String note;

        @Option(
                names = "--unfit",
                description =
                        "Also to a policy that was made for another bank, model or views than the one in force. The"
                                + " workers of now do not take it.")
        private boolean unfit;

        @Override
        public Integer call() {
            PolicyApproveCommand.requireName(approver);
            String whose = tenant.name();
            ModerationPolicy written = new PolicyTopic(broker())
                    .change(
                            whose,
                            content -> PolicyRecord.of(content, whose, false)
                                    .rolledBack(
                                            version,
                                            approver,
                                            Optional.ofNullable(note),
                                            unfit,
                                            Clock.systemUTC().instant().truncatedTo(ChronoUnit.MILLIS))
                                    .value());
            PolicyDocument inForce = written.getInForce();
            output().print(
                            "in force again for tenant " + whose + ": " + inForce.getVersion() + ", revision "
                                    + written.getRevision(),
                            Map.of(
                                    "tenant", whose,
                                    "revision", written.getRevision(),
                                    "inForce", DocumentText.fields(inForce)));
            return ExitCodes.OK;
        }
    }
}
