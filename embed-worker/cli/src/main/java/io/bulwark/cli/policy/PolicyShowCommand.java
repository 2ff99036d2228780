package io.bulwark.cli.policy;

import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.traffic.BrokerCommand;
import io.bulwark.events.ModerationPolicy;
import io.bulwark.events.PolicyDocument;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bulwark policy show}. */
@Command(
        name = "show",
        description =
                "Shows what is in force and what is proposed, what it was made for, what its calibration measured and"
                        + " who answers for it, and in short what was in force before. Fails if a record cannot be read.")
final class PolicyShowCommand extends BrokerCommand implements Callable<Integer> {

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
                    + " has a policy on the topic: that of tenant default decides, else the workers' own settings.");
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
