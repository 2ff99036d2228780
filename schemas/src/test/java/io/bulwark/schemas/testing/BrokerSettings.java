package io.bulwark.schemas.testing;

import java.util.Map;

/** What a single node needs so that transactions and groups work at once, and a typing error makes no topic. */
final class BrokerSettings {
    static final Map<String, String> SINGLE_NODE = Map.ofEntries(
            Map.entry("auto.create.topics.enable", "false"),
            Map.entry("offsets.topic.replication.factor", "1"),
            Map.entry("offsets.topic.num.partitions", "4"),
            Map.entry("transaction.state.log.replication.factor", "1"),
            Map.entry("transaction.state.log.min.isr", "1"),
            Map.entry("transaction.state.log.num.partitions", "4"),
            Map.entry("share.coordinator.state.topic.replication.factor", "1"),
            Map.entry("share.coordinator.state.topic.min.isr", "1"),
            Map.entry("group.initial.rebalance.delay.ms", "0"),
            Map.entry("group.min.session.timeout.ms", "1000"),
            Map.entry("log.cleaner.backoff.ms", "1000"),
            Map.entry("log.cleaner.dedupe.buffer.size", "8388608"));

    private BrokerSettings() {}
}
