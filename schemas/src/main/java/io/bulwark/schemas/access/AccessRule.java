package io.bulwark.schemas.access;

import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.schemas.topic.Topics;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * What may be done with one resource, or with all whose names begin alike.
 *
 * @param type topic, group or transactional id
 * @param name of the resource, or what the names begin with
 * @param pattern {@code LITERAL} or {@code PREFIXED}
 * @param operations allowed, in the order of Kafka's enum
 */
public record AccessRule(ResourceType type, String name, PatternType pattern, Set<AclOperation> operations) {

    public AccessRule {
        operations = Collections.unmodifiableSet(EnumSet.copyOf(operations));
    }

    static AccessRule topic(Topics topic, AclOperation... operations) {
        return new AccessRule(
                ResourceType.TOPIC,
                TopicNames.UNPREFIXED.of(topic),
                PatternType.LITERAL,
                Set.copyOf(Arrays.asList(operations)));
    }

    static AccessRule topicsUnder(String prefix, AclOperation... operations) {
        return new AccessRule(ResourceType.TOPIC, prefix, PatternType.PREFIXED, Set.copyOf(Arrays.asList(operations)));
    }

    static AccessRule member(String group) {
        return new AccessRule(ResourceType.GROUP, group, PatternType.LITERAL, Set.of(AclOperation.READ));
    }

    static AccessRule memberOfGroupsUnder(String prefix) {
        return new AccessRule(ResourceType.GROUP, prefix, PatternType.PREFIXED, Set.of(AclOperation.READ));
    }

    static AccessRule transactionsOf(String transactionalId) {
        return new AccessRule(
                ResourceType.TRANSACTIONAL_ID, transactionalId, PatternType.LITERAL, Set.of(AclOperation.WRITE));
    }

    static AccessRule transactionsUnder(String prefix) {
        return new AccessRule(ResourceType.TRANSACTIONAL_ID, prefix, PatternType.PREFIXED, Set.of(AclOperation.WRITE));
    }

    /** The same rule for the resource, or the resources, of that name under a prefix. */
    AccessRule under(TopicNames names) {
        return new AccessRule(type, names.prefixed(name), pattern, operations);
    }

    /** The rule as the broker takes it, one binding an operation, from any host. */
    List<AclBinding> bindings(String principal) {
        var resource = new ResourcePattern(type, name, pattern);
        return operations.stream()
                .map(operation -> new AclBinding(
                        resource, new AccessControlEntry(principal, "*", operation, AclPermissionType.ALLOW)))
                .toList();
    }
}
