package io.bulwark.schemas.access;

import io.bulwark.schemas.topic.TopicNames;

/**
 * The names that settings can change, and that rules therefore depend on. Each is a setting's, without the prefix of
 * {@code topics}, which rules put before it.
 *
 * @param workerGroup the worker's {@code bulwark.kafka.group}, with which its transactional ids begin
 * @param streamApplicationId moderation-stream's {@code bulwark.stream.application-id}, with which its internal topics
 *     and transactional ids begin
 * @param subscriberGroups what the groups of subscribers begin with
 * @param topics what topics, groups and transactional ids begin with on the broker
 */
public record AccessNames(String workerGroup, String streamApplicationId, String subscriberGroups, TopicNames topics) {

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
