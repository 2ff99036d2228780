package io.bulwark.service.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.schemas.topic.DeadLetterHeaders;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.schemas.topic.UploadOrigin;
import io.bulwark.service.loop.LoopSettings.Lane;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.record.TimestampType;

/**
 * What a broker keeps, with its own rules: a log for each partition of both lanes, the groups' generations and
 * committed offsets, and the answers of committed transactions, which it checks as they come: each commit has to answer
 * all records between the offset before it and its own, in their order, and no others. An upload that is handed to the
 * other lane is appended there, and is answered when it is answered there, once.
 */
final class SimulatedBroker {

    private static final List<TopicPartition> UPLOADED = partitions(Topics.IMAGES_UPLOADED, 3);
    private static final List<TopicPartition> DEFERRED = partitions(Topics.IMAGES_DEFERRED, 2);

    /** One partition: its log, and how far it is answered. */
    static final class Log {
        final List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        long end;
        int answered; // records, which are those before the committed offset
        OffsetAndMetadata committed;

        /** Index of the first record at or behind that offset. */
        int indexOf(long offset) {
            int index = records.size();
            while (index > 0 && records.get(index - 1).offset() >= offset) {
                index--;
            }
            return index;
        }
    }

    /** The workers of one lane. */
    static final class Group {
        int generation = 1;
        int producerEpoch;
    }

    private final Map<TopicPartition, Log> logs = new HashMap<>();
    private final Map<Lane, Group> groups = new EnumMap<>(Lane.class);
    private final Set<UploadOrigin> answered = new HashSet<>();
    private int handOvers;

    SimulatedBroker() {
        for (Lane lane : Lane.values()) {
            groups.put(lane, new Group());
            partitions(lane).forEach(partition -> logs.put(partition, new Log()));
        }
    }

    private static List<TopicPartition> partitions(Topics topic, int count) {
        List<TopicPartition> partitions = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            partitions.add(new TopicPartition(topic.topicName(), i));
        }
        return List.copyOf(partitions);
    }

    static List<TopicPartition> partitions(Lane lane) {
        return lane == Lane.UPLOADS ? UPLOADED : DEFERRED;
    }

    Log log(TopicPartition partition) {
        return logs.get(partition);
    }

    Group group(Lane lane) {
        return groups.get(lane);
    }

    String mark(TopicPartition partition) {
        OffsetAndMetadata committed = log(partition).committed;
        return committed == null ? "" : committed.metadata();
    }

    /** Uploads that were handed from one lane to the other. */
    int handOvers() {
        return handOvers;
    }

    /** Appends a record; offsets have gaps, as markers of transactions leave them. */
    void produce(TopicPartition partition, int gap) {
        Log log = log(partition);
        log.records.add(LoopRig.upload(partition, log.end + gap));
        log.end += gap + 1;
    }

    boolean isCurrent(Lane lane, ConsumerGroupMetadata group) {
        return group.generationId() == group(lane).generation;
    }

    /** A transaction commits. */
    void commit(
            Lane lane,
            List<ProducerRecord<byte[], byte[]>> answers,
            Map<TopicPartition, OffsetAndMetadata> offsets,
            ConsumerGroupMetadata group) {
        assertThat(isCurrent(lane, group))
                .as("a commit of generation " + group.generationId())
                .isTrue();
        Map<TopicPartition, Integer> next = new HashMap<>();
        partitions(lane).forEach(partition -> next.put(partition, log(partition).answered));
        for (ProducerRecord<byte[], byte[]> answer : answers) {
            boolean handOver = answer.topic().equals(Topics.IMAGES_DEFERRED.topicName());
            ConsumerRecord<byte[], byte[]> sent = asRead(answer);
            UploadOrigin origin = handOver ? UploadOrigin.of(sent) : named(answer.headers());
            takeNext(lane, next, origin);
            if (!handOver && !answered.add(origin)) {
                throw new AssertionError(origin + " is answered twice");
            }
            if (handOver) {
                append(sent, origin);
            }
        }
        offsets.forEach((partition, offset) -> move(partition, next.get(partition), offset));
        for (TopicPartition partition : partitions(lane)) {
            if (log(partition).answered != next.get(partition)) {
                throw new AssertionError(partition + " has answers without an offset");
            }
        }
    }

    /** The next unanswered record of one of the lane's partitions has that origin. */
    private void takeNext(Lane lane, Map<TopicPartition, Integer> next, UploadOrigin origin) {
        for (TopicPartition partition : partitions(lane)) {
            List<ConsumerRecord<byte[], byte[]>> records = log(partition).records;
            int index = next.get(partition);
            if (index < records.size() && UploadOrigin.of(records.get(index)).equals(origin)) {
                next.put(partition, index + 1);
                return;
            }
        }
        throw new AssertionError(origin + " is answered, which is the next of no partition of " + lane);
    }

    private static UploadOrigin named(Headers headers) {
        DeadLetterHeaders story = DeadLetterHeaders.readFrom(headers).orElseThrow();
        return new UploadOrigin(story.topic(), story.partition(), story.offset(), story.timestamp());
    }

    private void append(ConsumerRecord<byte[], byte[]> sent, UploadOrigin origin) {
        handOvers++;
        TopicPartition partition = DEFERRED.get((int) (origin.offset() % DEFERRED.size()));
        Log log = log(partition);
        log.records.add(record(partition, log.end, sent.headers()));
        // The marker of its transaction follows.
        log.end += 2;
    }

    private static ConsumerRecord<byte[], byte[]> asRead(ProducerRecord<byte[], byte[]> sent) {
        return record(new TopicPartition(sent.topic(), 0), 0, sent.headers());
    }

    private static ConsumerRecord<byte[], byte[]> record(TopicPartition partition, long offset, Headers headers) {
        return new ConsumerRecord<>(
                partition.topic(),
                partition.partition(),
                offset,
                0L,
                TimestampType.CREATE_TIME,
                1,
                1,
                new byte[1],
                new byte[1],
                headers,
                Optional.empty());
    }

    private void move(TopicPartition partition, int answers, OffsetAndMetadata offset) {
        Log log = log(partition);
        if (log.indexOf(offset.offset()) != answers) {
            throw new AssertionError(partition + " is committed at " + offset.offset() + ", which "
                    + log.indexOf(offset.offset()) + " records lie before, but " + answers + " are answered");
        }
        log.answered = answers;
        log.committed = offset;
    }

    /** Another worker has the partition, answers some records, and gives it up in order. */
    void answerElsewhere(TopicPartition partition, int most) {
        Log log = log(partition);
        int answers = Math.min(log.records.size(), log.answered + most);
        if (answers == log.answered && log.committed == null) {
            return;
        }
        long offset = answers == log.answered
                ? log.committed.offset()
                : log.records.get(answers - 1).offset() + 1;
        for (ConsumerRecord<byte[], byte[]> record : log.records.subList(log.answered, answers)) {
            if (!answered.add(UploadOrigin.of(record))) {
                throw new AssertionError(partition + "@" + record.offset() + " was answered before");
            }
        }
        move(partition, answers, new OffsetAndMetadata(offset, Optional.empty(), "bulwark-1 closed"));
    }

    boolean isAllAnswered(Lane lane) {
        return partitions(lane).stream().map(this::log).allMatch(log -> log.answered == log.records.size());
    }

    /** Uploads of producers that have an answer. */
    int answers() {
        return answered.size();
    }

    /** Uploads of producers. */
    int uploads() {
        return UPLOADED.stream()
                .mapToInt(partition -> log(partition).records.size())
                .sum();
    }
}
