package io.bulwark.service.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.loop.InFlight.Committable;
import io.bulwark.service.loop.Transactions.CommitResult;
import io.bulwark.service.pipeline.Outcome.AnswerSerializers;
import io.bulwark.service.pipeline.UploadInFlight;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class TransactionsTest {

    private final FailingProducer producer = new FailingProducer();
    private final Transactions transactions = new Transactions(
            () -> producer,
            new AnswerRecords(new AnswerSerializers(null, null, null, TopicNames.UNPREFIXED), 1_000_000));

    /** Each would block as long as the first: for a topic without metadata 15 s. */
    @Test
    void the_first_record_that_cannot_be_sent_ends_the_transaction() {
        transactions.reopen();
        producer.sends = true;

        assertThat(commit()).isInstanceOf(CommitResult.Unsettled.class);
        assertThat(producer.tried).isEqualTo(1);
        assertThat(producer.transactionAborted()).isTrue();
    }

    @Test
    void a_commit_that_the_group_refuses_for_its_generation_is_stale() {
        transactions.reopen();
        producer.offsets = new KafkaException("in error state", new CommitFailedException());

        assertThat(commit()).isInstanceOf(CommitResult.Stale.class);
    }

    @Test
    void it_is_unsettled_where_it_cannot_be_aborted() {
        transactions.reopen();
        producer.offsets = new CommitFailedException();
        producer.aborts = new TimeoutException("the broker does not answer");

        assertThat(commit()).isInstanceOf(CommitResult.Unsettled.class);
    }

    private CommitResult commit() {
        List<UploadInFlight> answered = LongStream.range(0, 3)
                .mapToObj(offset -> new UploadInFlight(LoopRig.upload(LoopRig.P0, offset), NanoClock.SYSTEM, () -> {}))
                .toList();
        answered.forEach(LoopRig::answer);
        return transactions.commit(
                new Committable(answered, Map.of(LoopRig.P0, new OffsetAndMetadata(3))),
                new ConsumerGroupMetadata("group"));
    }

    private static final class FailingProducer extends MockProducer<byte[], byte[]> {
        private boolean sends;
        private int tried;
        private RuntimeException offsets;
        private RuntimeException aborts;

        FailingProducer() {
            super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
        }

        @Override
        public synchronized Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
            tried++;
            return sends ? CompletableFuture.failedFuture(new TimeoutException("no metadata")) : super.send(record);
        }

        @Override
        public synchronized void sendOffsetsToTransaction(
                Map<TopicPartition, OffsetAndMetadata> committed, ConsumerGroupMetadata group) {
            if (offsets != null) {
                throw offsets;
            }
            super.sendOffsetsToTransaction(committed, group);
        }

        @Override
        public synchronized void abortTransaction() {
            if (aborts != null) {
                throw aborts;
            }
            super.abortTransaction();
        }
    }
}
