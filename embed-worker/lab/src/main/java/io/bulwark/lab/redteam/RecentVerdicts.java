package io.bulwark.lab.redteam;

import io.bulwark.events.Decision;
import io.bulwark.events.Verdict;
import io.bulwark.lab.attack.AttackGoal;
import io.bulwark.schemas.preview.PreviewQuestion;
import io.bulwark.schemas.serde.DecodedEvent;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.service.lifecycle.NanoClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/**
 * The newest verdicts, from which one is drawn. They are read again for each draw, so that the newest are drawn from.
 * One thread.
 */
final class RecentVerdicts implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration WITHIN = Duration.ofSeconds(15);

    private final TopicNames names;
    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final EventDecoder<Verdict> decoder;
    private final int recent;
    private final SplittableRandom random;
    private final NanoClock clock;
    private Consumer<byte[], byte[]> consumer;

    /**
     * @param names what topics are called on the broker
     * @param consumers makes a read_committed consumer without a group
     * @param decoder not closed by this
     * @param recent verdicts that are drawn from, all partitions together
     */
    RecentVerdicts(
            TopicNames names,
            Supplier<Consumer<byte[], byte[]>> consumers,
            EventDecoder<Verdict> decoder,
            int recent,
            long seed,
            NanoClock clock) {
        this.names = names;
        this.consumers = consumers;
        this.decoder = decoder;
        this.recent = recent;
        this.random = new SplittableRandom(seed);
        this.clock = clock;
    }

    /**
     * Draws one that a goal starts from, each as likely as any other.
     *
     * @param known SHA-256 of files that are not wanted again
     * @throws KafkaException if the brokers do not answer
     */
    Optional<Verdict> draw(AttackGoal goal, Set<String> known) {
        List<Verdict> wanted = newest().stream()
                .filter(verdict -> suits(verdict, goal) && !known.contains(verdict.getContentSha256()))
                .toList();
        return wanted.isEmpty() ? Optional.empty() : Optional.of(wanted.get(random.nextInt(wanted.size())));
    }

    private boolean suits(Verdict verdict, AttackGoal goal) {
        Decision start = goal == AttackGoal.EVADE ? Decision.NSFW : Decision.SAFE;
        return verdict.getDecision() == start
                && !verdict.getRestricted()
                && verdict.getUpload() != null
                && verdict.getUpload().getTopic().equals(names.of(Topics.IMAGES_UPLOADED))
                && PreviewQuestion.isSha256(verdict.getContentSha256());
    }

    /** The latest of each image, none of what was erased meanwhile. */
    private List<Verdict> newest() {
        boolean sound = false;
        try {
            if (consumer == null) {
                consumer = consumers.get();
            }
            List<Verdict> read = read();
            sound = true;
            return read;
        } finally {
            if (!sound) {
                close();
            }
        }
    }

    private List<Verdict> read() {
        NanoClock.Deadline deadline = NanoClock.Deadline.after(WITHIN, clock);
        String topic = names.of(Topics.VERDICTS);
        List<PartitionInfo> there = consumer.partitionsFor(topic, deadline.remaining());
        List<TopicPartition> partitions = (there == null ? List.<PartitionInfo>of() : there)
                .stream()
                        .map(info -> new TopicPartition(topic, info.partition()))
                        .toList();
        if (partitions.isEmpty()) {
            return List.of();
        }
        consumer.assign(partitions);
        Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions, deadline.remaining());
        Map<TopicPartition, Long> ends = new HashMap<>(consumer.endOffsets(partitions, deadline.remaining()));
        int share = Math.max(1, recent / partitions.size());
        partitions.forEach(each -> consumer.seek(each, Math.max(begins.get(each), ends.get(each) - share)));
        Map<String, Verdict> latest = new LinkedHashMap<>();
        while (!deadline.hasPassed()
                && partitions.stream()
                        .anyMatch(each -> consumer.position(each, deadline.remaining()) < ends.get(each))) {
            consumer.poll(POLL).forEach(record -> take(record, latest));
        }
        return new ArrayList<>(latest.values());
    }

    private void take(ConsumerRecord<byte[], byte[]> record, Map<String, Verdict> latest) {
        if (record.key() == null) {
            return;
        }
        String image = new String(record.key(), StandardCharsets.UTF_8);
        latest.remove(image);
        if (record.value() != null
                && decoder.decode(record.topic(), record.value()) instanceof DecodedEvent.Event<Verdict> event) {
            latest.put(image, event.value());
        }
    }

    @Override
    public void close() {
        if (consumer != null) {
            consumer.close();
            consumer = null;
        }
    }
}
