package io.bulwark.service.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.schemas.topic.DeadLetterHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * What a broker keeps, with its own rules: a log for each partition, the group's generation and committed offsets, and the
 * answers of committed transactions, which it checks as they come: each commit has to answer all records between the offset
 * before it and its own, in their order, and no others.
 */
final class SimulatedBroker {

    static final List<TopicPartition> PARTITIONS = List.of(
            new TopicPartition("images.uploaded", 0),
            new TopicPartition("images.uploaded", 1),
            new TopicPartition("images.uploaded", 2));

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

    final Log[] logs = {new Log(), new Log(), new Log()};
    int generation = 1;
    int producerEpoch;

    Log log(TopicPartition partition) {
        return logs[partition.partition()];
    }

    String mark(TopicPartition partition) {
        OffsetAndMetadata committed = log(partition).committed;
        return committed == null ? "" : committed.metadata();
    }

    /** Appends a record; offsets have gaps, as markers of transactions leave them. */
    void produce(TopicPartition partition, int gap) {
        Log log = log(partition);
        log.records.add(LoopRig.upload(partition, log.end + gap));
        log.end += gap + 1;
    }

    boolean isCurrent(ConsumerGroupMetadata group) {
        return group.generationId() == generation;
    }

    /** A transaction commits. */
    void commit(
            List<ProducerRecord<byte[], byte[]>> answers,
            Map<TopicPartition, OffsetAndMetadata> offsets,
            ConsumerGroupMetadata group) {
        assertThat(isCurrent(group))
                .as("a commit of generation " + group.generationId())
                .isTrue();
        int[] next = {logs[0].answered, logs[1].answered, logs[2].answered};
        for (ProducerRecord<byte[], byte[]> answer : answers) {
            DeadLetterHeaders story =
                    DeadLetterHeaders.readFrom(answer.headers()).orElseThrow();
            List<ConsumerRecord<byte[], byte[]>> records = logs[story.partition()].records;
            int index = next[story.partition()]++;
            long expected = index < records.size() ? records.get(index).offset() : -1;
            if (expected != story.offset()) {
                throw new AssertionError("partition " + story.partition() + " answers " + story.offset()
                        + " though its next unanswered record is " + expected);
            }
        }
        offsets.forEach((partition, offset) -> move(partition, next[partition.partition()], offset));
        for (TopicPartition partition : PARTITIONS) {
            if (log(partition).answered != next[partition.partition()]) {
                throw new AssertionError(partition + " has answers without an offset");
            }
        }
    }

    private void move(TopicPartition partition, int answered, OffsetAndMetadata offset) {
        Log log = log(partition);
        if (log.indexOf(offset.offset()) != answered) {
            throw new AssertionError(partition + " is committed at " + offset.offset() + ", which "
                    + log.indexOf(offset.offset()) + " records lie before, but " + answered + " are answered");
        }
        log.answered = answered;
        log.committed = offset;
    }

    /** Another worker has the partition, answers some records, and gives it up in order. */
    void answerElsewhere(TopicPartition partition, int most) {
        Log log = log(partition);
        int answered = Math.min(log.records.size(), log.answered + most);
        if (answered == log.answered && log.committed == null) {
            return;
        }
        long offset = answered == log.answered
                ? log.committed.offset()
                : log.records.get(answered - 1).offset() + 1;
        move(partition, answered, new OffsetAndMetadata(offset, Optional.empty(), "bulwark-1 closed"));
    }

    boolean isAllAnswered() {
        for (Log log : logs) {
            if (log.answered < log.records.size()) {
                return false;
            }
        }
        return true;
    }
}
