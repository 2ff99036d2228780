package io.bulwark.cli.policy;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.traffic.Broker;
import io.bulwark.schemas.topic.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How a tenant's record on {@code moderation.policies} stands, for who only wants to know whether it is well.
 *
 * @param version of what is in force, shortened; empty where nothing is
 * @param problem why the record cannot be read, or why workers refuse what is in force
 */
public record PolicyStanding(String tenant, Optional<String> version, Optional<String> problem) {

    /**
     * Of all tenants that have a record.
     *
     * @throws CommandFailure if there is no such topic
     */
    public static List<PolicyStanding> all(Broker broker) {
        PolicyTopic.Content content = new PolicyTopic(broker).read();
        List<PolicyStanding> standing = new ArrayList<>();
        content.unreadable()
                .forEach((tenant, problem) -> standing.add(new PolicyStanding(
                        tenant,
                        Optional.empty(),
                        Optional.of(
                                "its record on " + broker.topic(Topics.POLICIES) + " cannot be read: " + problem))));
        content.policies()
                .keySet()
                .forEach(tenant -> standing.add(of(PolicyRecord.of(content, tenant, false), tenant)));
        return standing;
    }

    private static PolicyStanding of(PolicyRecord record, String tenant) {
        Optional<String> problem = record.inForce().flatMap(document -> {
            try {
                PolicyLines.of(document).settings();
                return Optional.empty();
            } catch (CommandFailure wrong) {
                return Optional.of("no worker takes what is in force: " + wrong.getMessage());
            }
        });
        return new PolicyStanding(tenant, record.inForce().map(PolicyRecord.Versions::shortened), problem);
    }
}
