package io.bulwark.service.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.service.lifecycle.ThreadWatch;
import io.bulwark.service.loop.Committer.Commits;
import io.bulwark.service.loop.InFlight.Committable;
import io.bulwark.service.pipeline.Outcome.AnswerSerializers;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class CommitsTest {

    private long now;
    private final ThreadWatch watch = new ThreadWatch(() -> now);
    private final Transactions transactions = new Transactions(
            () -> new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer()),
            new AnswerRecords(new AnswerSerializers(null, null, null, TopicNames.UNPREFIXED), 1_000_000));

    /** Its own watch ended with the commit, and a loop that then hung was not noticed. */
    @Test
    void who_runs_a_commit_that_nobody_has_begun_is_watched_after_it() {
        transactions.reopen();
        Commits commits = new Commits(transactions, never -> {}, () -> now, watch, () -> {});
        watch.begin();
        commits.begin(
                new Committable(List.of(), Map.of(new TopicPartition("images.uploaded", 0), new OffsetAndMetadata(1))),
                new ConsumerGroupMetadata("group"));

        assertThat(commits.join()).isPresent();
        now = ThreadWatch.LIMIT.plusSeconds(1).toNanos();
        assertThat(watch.stuck()).isPresent();
    }

    @Test
    void a_thread_that_has_run_a_commit_for_the_loop_rests_after_it() {
        transactions.reopen();
        Commits commits = new Commits(transactions, Runnable::run, () -> now, watch, () -> {});
        commits.begin(Committable.NONE, new ConsumerGroupMetadata("group"));

        now = ThreadWatch.LIMIT.plusSeconds(1).toNanos();
        assertThat(watch.stuck()).isEmpty();
    }
}
