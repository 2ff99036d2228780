package io.bulwark.stream.runtime;

import io.bulwark.schemas.connection.ConnectionFaults;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.schemas.topic.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Whether the topics are there that the topology reads and writes. */
final class TopicCheck {

    /** Producers choose the partitions of uploads, and there may be more of them than of verdicts. */
    private static final List<Topics> OTHERS = List.of(
            Topics.IMAGES_UPLOADED,
            Topics.DECISIONS,
            Topics.REPORTS,
            Topics.REFERENCES,
            Topics.HOLDS,
            Topics.UPLOADER_STATS,
            Topics.UPLOADER_ACTIONS,
            Topics.DEAD_LETTERS,
            Topics.CAMPAIGN_RULINGS, // the outbox writes it even without campaigns
            Topics.SCHEMAS);

    private final Duration timeout;
    private final TopicNames names;

    /** The records of one image must be in one task. */
    private final List<Topics> byImage =
            new ArrayList<>(List.of(Topics.VERDICTS, Topics.ATTACK_AUDIT, Topics.REVIEWS, Topics.ERASURES));

    private final List<Topics> needed = new ArrayList<>();
    private volatile int verdictPartitions;

    /**
     * @param names what the topics are called on the broker
     * @param flagged whether a flagged index is kept, of which the embeddings are read by image, too
     * @param campaigns whether campaigns are kept
     */
    TopicCheck(Duration timeout, TopicNames names, boolean flagged, boolean campaigns) {
        this.timeout = timeout;
        this.names = names;
        if (flagged) {
            byImage.add(Topics.EMBEDDINGS);
        }
        needed.addAll(byImage);
        needed.addAll(OTHERS);
        needed.add(flagged ? Topics.FLAGGED : Topics.EMBEDDINGS);
        if (campaigns) {
            needed.add(Topics.CAMPAIGNS);
        }
    }

    /**
     * @return a sentence that names the missing topics; empty where there is none
     * @throws InterruptedException where the thread is asked to stop
     */
    Optional<String> fault(Admin admin) throws InterruptedException {
        try {
            Map<String, Integer> partitions = partitions(admin);
            verdictPartitions = partitions.getOrDefault(names.of(Topics.VERDICTS), 0);
            return fault(partitions);
        } catch (ExecutionException unexpected) {
            Throwable cause = unexpected.getCause();
            return Optional.of("Kafka does not list its topics: "
                    + ConnectionFaults.explain(cause).orElseGet(cause::getMessage));
        } catch (TimeoutException silent) {
            return Optional.of("Kafka does not answer within " + timeout.toSeconds()
                    + " s; check bulwark.kafka.bootstrap-servers and bulwark.kafka.security.protocol.");
        }
    }

    /** How many partitions the verdicts had at the last look; 0 before the first. */
    int verdictPartitions() {
        return verdictPartitions;
    }

    /**
     * @param partitions the partition counts of the needed topics that exist
     */
    Optional<String> fault(Map<String, Integer> partitions) {
        List<String> missing = needed.stream()
                .map(names::of)
                .filter(name -> !partitions.containsKey(name))
                .toList();
        if (!missing.isEmpty()) {
            return Optional.of((missing.size() == 1 ? "Topic " : "Topics ") + String.join(", ", missing)
                    + (missing.size() == 1 ? " does" : " do")
                    + " not exist. Create what is missing (the local node does so by itself); this application"
                    + " creates only its internal topics.");
        }
        int verdicts = partitions.get(names.of(Topics.VERDICTS));
        return byImage.stream()
                .map(names::of)
                .filter(name -> partitions.get(name) != verdicts)
                .findFirst()
                .map(name -> "Topics " + names.of(Topics.VERDICTS) + " (" + verdicts + " partitions) and " + name
                        + " (" + partitions.get(name)
                        + ") need equally many partitions, so that all records of an image are in one task.");
    }

    private Map<String, Integer> partitions(Admin admin)
            throws InterruptedException, ExecutionException, TimeoutException {
        Map<String, KafkaFuture<TopicDescription>> descriptions =
                admin.describeTopics(needed.stream().map(names::of).toList()).topicNameValues();
        var partitions = new TreeMap<String, Integer>();
        for (Map.Entry<String, KafkaFuture<TopicDescription>> entry : descriptions.entrySet()) {
            try {
                TopicDescription description = entry.getValue().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
                partitions.put(entry.getKey(), description.partitions().size());
            } catch (ExecutionException failed) {
                if (!(failed.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw failed;
                }
            }
        }
        return partitions;
    }
}
