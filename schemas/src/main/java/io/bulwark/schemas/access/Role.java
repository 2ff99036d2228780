package io.bulwark.schemas.access;

import static org.apache.kafka.common.acl.AclOperation.CREATE;
import static org.apache.kafka.common.acl.AclOperation.DELETE;
import static org.apache.kafka.common.acl.AclOperation.READ;
import static org.apache.kafka.common.acl.AclOperation.WRITE;

import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.schemas.topic.Topics;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** The kinds of programs around Bulwark, each with what it may do. A user of the broker has one of these. */
public enum Role {
    /** The platform: announces images, and passes on what people report. */
    PRODUCER(
            names -> List.of(AccessRule.topic(Topics.IMAGES_UPLOADED, WRITE), AccessRule.topic(Topics.REPORTS, WRITE))),

    /** The embed-worker. */
    WORKER(names -> List.of(
            AccessRule.topic(Topics.IMAGES_UPLOADED, READ),
            AccessRule.topic(Topics.IMAGES_DEFERRED, READ, WRITE),
            AccessRule.topic(Topics.REFERENCES, READ),
            AccessRule.topic(Topics.POLICIES, READ),
            AccessRule.topic(Topics.FLAGGED, READ),
            AccessRule.topic(Topics.SCHEMAS, READ, WRITE),
            AccessRule.topic(Topics.VERDICTS, WRITE),
            AccessRule.topic(Topics.ATTACK_AUDIT, WRITE),
            AccessRule.topic(Topics.EMBEDDINGS, WRITE),
            AccessRule.topic(Topics.DEAD_LETTERS, WRITE),
            AccessRule.member(names.workerGroup()),
            AccessRule.member(names.deferredGroup()),
            AccessRule.transactionsUnder(names.workerGroup() + "-"))),

    /** The preview: the worker's program that shows single uploads to people and writes nothing. */
    PREVIEW(names -> List.of(
            AccessRule.topic(Topics.IMAGES_UPLOADED, READ),
            AccessRule.topic(Topics.IMAGES_DEFERRED, READ),
            AccessRule.topic(Topics.SCHEMAS, READ))),

    /**
     * The score server: the worker's program that judges what programs ask about over HTTP. It reads no upload and
     * gives no verdict to Kafka.
     */
    SCORE(names -> List.of(
            AccessRule.topic(Topics.REFERENCES, READ),
            AccessRule.topic(Topics.POLICIES, READ),
            AccessRule.topic(Topics.FLAGGED, READ),
            AccessRule.topic(Topics.SCHEMAS, READ, WRITE),
            AccessRule.topic(Topics.ATTACK_AUDIT, WRITE),
            AccessRule.topic(Topics.EMBEDDINGS, WRITE))),

    /**
     * The red team: attacks copies of what was decided and writes the results. It is no member of any group and
     * writes nothing but audits, and the schemas that they are written with.
     */
    RED_TEAM(names -> List.of(
            AccessRule.topic(Topics.IMAGES_UPLOADED, READ),
            AccessRule.topic(Topics.VERDICTS, READ),
            AccessRule.topic(Topics.REFERENCES, READ),
            AccessRule.topic(Topics.POLICIES, READ),
            AccessRule.topic(Topics.SCHEMAS, READ, WRITE),
            AccessRule.topic(Topics.ATTACK_AUDIT, WRITE))),

    /**
     * The explain server: the {@code bulwark} command that shows reviewers where a decision comes from. It reads
     * references and policies, and nothing of an upload.
     */
    EXPLAIN(names -> List.of(
            AccessRule.topic(Topics.REFERENCES, READ),
            AccessRule.topic(Topics.POLICIES, READ),
            AccessRule.topic(Topics.SCHEMAS, READ))),

    /**
     * moderation-stream. It has the last word, so it may also erase verdicts and embeddings and repeat an upload that
     * has no answer. It makes references of what two people agreed on, and policies of what one person
     * proposed and another approved. It erases what a legal hold kept for a time. What it makes under its own name it
     * may also empty: Kafka Streams does so.
     */
    STREAM(names -> List.of(
            AccessRule.topic(Topics.IMAGES_UPLOADED, READ, WRITE),
            AccessRule.topic(Topics.VERDICTS, READ, WRITE),
            AccessRule.topic(Topics.ATTACK_AUDIT, READ),
            AccessRule.topic(Topics.REVIEWS, READ, WRITE),
            AccessRule.topic(Topics.REPORTS, READ),
            AccessRule.topic(Topics.REFERENCES, READ, WRITE),
            AccessRule.topic(Topics.ERASURES, READ, WRITE),
            AccessRule.topic(Topics.HOLDS, READ, WRITE),
            AccessRule.topic(Topics.DECISIONS, READ, WRITE),
            AccessRule.topic(Topics.EMBEDDINGS, READ, WRITE),
            AccessRule.topic(Topics.UPLOADER_ACTIONS, READ, WRITE),
            AccessRule.topic(Topics.POLICIES, READ, WRITE),
            AccessRule.topic(Topics.SCHEMAS, READ, WRITE),
            AccessRule.topic(Topics.UPLOADER_STATS, WRITE),
            AccessRule.topic(Topics.FLAGGED, WRITE),
            AccessRule.topic(Topics.CAMPAIGNS, WRITE),
            AccessRule.topic(Topics.CAMPAIGN_RULINGS, READ, WRITE),
            AccessRule.topic(Topics.DEAD_LETTERS, WRITE),
            AccessRule.topic(Topics.AUDIT_ANCHORS, WRITE),
            AccessRule.topic(Topics.UNDELIVERED, READ, WRITE),
            AccessRule.topicsUnder(names.streamApplicationId() + "-", READ, WRITE, CREATE, DELETE),
            AccessRule.member(names.streamApplicationId()),
            AccessRule.memberOfGroupsUnder(names.streamApplicationId() + "-review-"),
            AccessRule.memberOfGroupsUnder(names.outboundGroups()),
            AccessRule.transactionsUnder(names.streamApplicationId() + "-"))),

    /** A tool with which people decide. */
    REVIEWER(names -> List.of(
            AccessRule.topic(Topics.DECISIONS, READ),
            AccessRule.topic(Topics.VERDICTS, READ),
            AccessRule.topic(Topics.ATTACK_AUDIT, READ),
            AccessRule.topic(Topics.REVIEWS, WRITE))),

    /**
     * The operator of the bank and the policies, who looks for what is near to references, with the {@code bulwark}
     * command.
     */
    CURATOR(names -> List.of(
            AccessRule.topic(Topics.REFERENCES, READ, WRITE),
            AccessRule.topic(Topics.EMBEDDINGS, READ),
            AccessRule.topic(Topics.REPORTS, WRITE),
            AccessRule.topic(Topics.POLICIES, READ, WRITE),
            AccessRule.topic(Topics.SCHEMAS, READ, WRITE),
            AccessRule.transactionsOf(AccessNames.POLICY_CHANGES))),

    /**
     * The data protection officer: places holds and erases, with the {@code bulwark} command, reads
     * everything to show that it is gone, checks the audit logs against their anchors, and orders what neighbours did
     * not take to be sent again.
     */
    KEEPER(names -> List.of(
            AccessRule.topic(Topics.IMAGES_UPLOADED, READ, WRITE),
            AccessRule.topic(Topics.IMAGES_DEFERRED, READ),
            AccessRule.topic(Topics.VERDICTS, READ),
            AccessRule.topic(Topics.DECISIONS, READ),
            AccessRule.topic(Topics.EMBEDDINGS, READ),
            AccessRule.topic(Topics.ATTACK_AUDIT, READ),
            AccessRule.topic(Topics.CAMPAIGNS, READ),
            AccessRule.topic(Topics.REVIEWS, READ),
            AccessRule.topic(Topics.REPORTS, READ),
            AccessRule.topic(Topics.DEAD_LETTERS, READ),
            AccessRule.topic(Topics.AUDIT_ANCHORS, READ),
            AccessRule.topic(Topics.UNDELIVERED, READ, WRITE),
            AccessRule.topic(Topics.UPLOADER_STATS, READ),
            AccessRule.topic(Topics.UPLOADER_ACTIONS, READ),
            AccessRule.topic(Topics.REFERENCES, READ, WRITE),
            AccessRule.topic(Topics.ERASURES, READ, WRITE),
            AccessRule.topic(Topics.HOLDS, READ, WRITE),
            AccessRule.topic(Topics.SCHEMAS, READ, WRITE))),

    /** A program that acts on decisions. */
    SUBSCRIBER(names -> List.of(
            AccessRule.topic(Topics.VERDICTS, READ),
            AccessRule.topic(Topics.DECISIONS, READ),
            AccessRule.topic(Topics.UPLOADER_ACTIONS, READ),
            AccessRule.topic(Topics.CAMPAIGNS, READ),
            AccessRule.topic(Topics.SCHEMAS, READ),
            AccessRule.memberOfGroupsUnder(names.subscriberGroups())));

    private final Function<AccessNames, List<AccessRule>> rules;

    Role(Function<AccessNames, List<AccessRule>> rules) {
        this.rules = rules;
    }

    /** All that it may do; everything else is denied. */
    public List<AccessRule> rules(AccessNames names) {
        return rules.apply(names).stream()
                .map(rule -> rule.under(names.topics()))
                .toList();
    }

    /**
     * The rules as {@code Admin.createAcls} takes them.
     *
     * @param principal such as {@code User:bulwark-worker}, or {@code User:CN=bulwark-worker} of a certificate
     */
    public List<AclBinding> bindings(AccessNames names, String principal) {
        return rules(names).stream()
                .flatMap(rule -> rule.bindings(principal).stream())
                .toList();
    }

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
            return new AccessRule(
                    ResourceType.TOPIC, prefix, PatternType.PREFIXED, Set.copyOf(Arrays.asList(operations)));
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
            return new AccessRule(
                    ResourceType.TRANSACTIONAL_ID, prefix, PatternType.PREFIXED, Set.of(AclOperation.WRITE));
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

    /**
     * The names that settings can change, and that rules therefore depend on. Each is a setting's, without the prefix
     * of {@code topics}, which rules put before it.
     *
     * @param workerGroup the worker's {@code bulwark.kafka.group}, with which its transactional ids begin
     * @param streamApplicationId moderation-stream's {@code bulwark.stream.application-id}, with which its internal
     *     topics and transactional ids begin
     * @param subscriberGroups what the groups of subscribers begin with
     * @param topics what topics, groups and transactional ids begin with on the broker
     */
    public record AccessNames(
            String workerGroup, String streamApplicationId, String subscriberGroups, TopicNames topics) {

        /**
         * The transactional id of programs that change policies. No setting changes it: that all have the same lets the
         * broker fence one who has read what another has changed since.
         */
        public static final String POLICY_CHANGES = "bulwark-policies";

        /** The settings' defaults. */
        public static final AccessNames DEFAULT =
                new AccessNames("bulwark-embed-worker", "bulwark-moderation-stream-2", "bulwark-subscriber");

        /** Names without a prefix. */
        public AccessNames(String workerGroup, String streamApplicationId, String subscriberGroups) {
            this(workerGroup, streamApplicationId, subscriberGroups, TopicNames.UNPREFIXED);
        }

        /** The same names under a prefix. */
        public AccessNames under(TopicNames prefix) {
            return new AccessNames(workerGroup, streamApplicationId, subscriberGroups, prefix);
        }

        /** The prefix of moderation-stream's outbound groups, one for each receiver. */
        public String outboundGroups() {
            return outboundGroups(streamApplicationId);
        }

        /** The prefix of the outbound groups of an application of that id. */
        public static String outboundGroups(String streamApplicationId) {
            return streamApplicationId + "-outbound-";
        }

        /** The group in which workers answer uploads that were deferred. */
        public String deferredGroup() {
            return deferredGroup(workerGroup);
        }

        /** The group in which workers of that group answer uploads that were deferred. */
        public static String deferredGroup(String workerGroup) {
            return workerGroup + "-deferred";
        }
    }
}
