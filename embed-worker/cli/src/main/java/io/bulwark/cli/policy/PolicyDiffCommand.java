package io.bulwark.cli.policy;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.traffic.BrokerCommand;
import io.bulwark.events.PolicyDocument;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code bulwark policy diff}. */
@Command(
        name = "diff",
        description = "Compares two policies of a tenant, line by line: what is in force with what is proposed, or two"
                + " versions.")
final class PolicyDiffCommand extends BrokerCommand implements Callable<Integer> {

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
        PolicyDocument from =
                versions.isEmpty() ? present(record.inForce().orElse(null), "in force") : record.find(versions.get(0));
        PolicyDocument to =
                versions.isEmpty() ? present(record.shadow().orElse(null), "proposed") : record.find(versions.get(1));
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
