package io.bulwark.cli.doctor;

import io.bulwark.cli.bank.BankTopic;
import io.bulwark.cli.bank.StoredReference;
import io.bulwark.cli.policy.PolicyStanding;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.traffic.Broker;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What people have put onto the topics: the bank and the policies. */
final class ContentExamination {

    private final Broker broker;

    ContentExamination(Broker broker) {
        this.broker = broker;
    }

    /** Whether workers with this model find references, of more than one label. */
    List<Finding> bank(String bank, String fingerprint) {
        try (BankTopic topic = new BankTopic(broker)) {
            BankTopic.Content content = topic.read();
            List<Finding> findings = new ArrayList<>();
            findings.add(
                    bank(bank, content.of(bank, fingerprint), content.of(bank).size()));
            if (!content.unreadable().isEmpty()) {
                findings.add(Finding.unsure(
                        "bank",
                        content.unreadable().size() + " references cannot be read, the first is "
                                + content.unreadable().get(0),
                        "bulwark bank remove, or upgrade what reads them"));
            }
            return findings;
        } catch (CommandFailure unreadable) {
            return List.of(Finding.wrong("bank", unreadable.getMessage(), "bulwark topics create"));
        } catch (RuntimeException refused) {
            return List.of(Finding.unsure(
                    "bank", "it cannot be read: " + refused.getMessage(), "ask as a user who may read it (--config)"));
        }
    }

    private static Finding bank(String bank, List<StoredReference> ours, int ofAllModels) {
        if (ours.isEmpty()) {
            return Finding.wrong(
                    "bank",
                    "bank " + bank + " has no reference of this model"
                            + (ofAllModels == 0 ? "" : ", but " + ofAllModels + " of others")
                            + ": no worker gets ready",
                    "bulwark bank build --bank " + bank + " PICTURES");
        }
        Map<String, Long> labels = ours.stream()
                .collect(Collectors.groupingBy(
                        reference -> reference.value().getLabel(), TreeMap::new, Collectors.counting()));
        String says = "bank " + bank + " has " + ours.size() + " references of this model: "
                + labels.entrySet().stream()
                        .map(label -> label.getValue() + " " + label.getKey())
                        .collect(Collectors.joining(", "));
        return labels.size() > 1
                ? Finding.well("bank", says)
                : Finding.unsure(
                        "bank",
                        says + ". A bank with one label cannot separate images",
                        "bulwark bank add --bank " + bank + " with pictures of another label");
    }

    /** Whether each tenant's policy can be read and used. */
    List<Finding> policies() {
        try {
            List<PolicyStanding> tenants = PolicyStanding.all(broker);
            if (tenants.isEmpty()) {
                return List.of(
                        Finding.well("policy", "no tenant has one on the topic: the workers' own settings decide"));
            }
            return tenants.stream().map(ContentExamination::policy).toList();
        } catch (CommandFailure unreadable) {
            return List.of(Finding.wrong("policy", unreadable.getMessage(), "bulwark topics create"));
        } catch (RuntimeException refused) {
            return List.of(Finding.unsure(
                    "policy",
                    "policies cannot be read: " + refused.getMessage(),
                    "ask as a user who may read them (--config)"));
        }
    }

    private static Finding policy(PolicyStanding tenant) {
        String name = "tenant " + tenant.tenant();
        if (tenant.problem().isPresent()) {
            return Finding.wrong(
                    "policy",
                    name + ": " + tenant.problem().get(),
                    "bulwark policy propose --tenant " + tenant.tenant() + " --anew, then bulwark policy approve");
        }
        return tenant.version()
                .map(version -> Finding.well("policy", name + ": " + version + " is in force"))
                .orElseGet(() -> Finding.unsure(
                        "policy",
                        name + " has a proposal and nothing in force: that of tenant default decides",
                        "bulwark policy approve --tenant " + tenant.tenant()));
    }
}
