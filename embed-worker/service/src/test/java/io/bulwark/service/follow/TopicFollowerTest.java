package io.bulwark.service.follow;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.service.follow.TopicFollower.Followed;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.lifecycle.ThreadWatch;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TopicFollowerTest {

    private static final TopicPartition PARTITION = new TopicPartition("followed", 0);
    private static final Duration COALESCE = Duration.ofMillis(200);

    private final AtomicLong now = new AtomicLong();
    private final NanoClock clock = now::get;
    private final ThreadWatch watch = new ThreadWatch(clock);
    private final Queue<MockConsumer<byte[], byte[]>> consumers = new ArrayDeque<>();
    private final Diary diary = new Diary();
    private final TopicFollower follower =
            new TopicFollower("test-follower", this::nextConsumer, diary, COALESCE, clock, watch);

    @AfterEach
    void stop() {
        follower.close();
    }

    @Test
    void what_lies_there_is_published_when_it_was_read_to_its_end() {
        MockConsumer<byte[], byte[]> consumer = consumer(2);
        consumer.schedulePollTask(() -> consumer.addRecord(record(0)));
        consumer.schedulePollTask(() -> consumer.addRecord(record(1)));

        follower.start();

        diary.await("begin", "apply 0", "apply 1", "publish");
    }

    @Test
    void changes_that_come_close_together_are_published_together() {
        MockConsumer<byte[], byte[]> consumer = consumer(0);
        follower.start();
        diary.await("begin", "publish");

        consumer.schedulePollTask(() -> consumer.addRecord(record(0)));
        diary.await("begin", "publish", "apply 0");
        now.addAndGet(COALESCE.toNanos() / 2);
        consumer.schedulePollTask(() -> consumer.addRecord(record(1)));
        diary.await("begin", "publish", "apply 0", "apply 1");
        now.addAndGet(COALESCE.toNanos() / 2);

        diary.await("begin", "publish", "apply 0", "apply 1", "publish");
    }

    @Test
    void a_topic_that_is_not_there_is_looked_for_until_it_is() {
        MockConsumer<byte[], byte[]> consumer = consumer(0);
        consumer.updatePartitions(PARTITION.topic(), List.of());
        follower.start();
        diary.await("missing");

        create(consumer);

        diary.await("missing", "begin", "publish");
    }

    @Test
    void a_reading_that_fails_says_why_and_begins_anew() {
        consumer(1).setPollException(new TopicAuthorizationException("followed"));
        MockConsumer<byte[], byte[]> second = consumer(1);
        second.schedulePollTask(() -> second.addRecord(record(0)));

        follower.start();

        diary.await("begin", "unreadable", "begin", "apply 0", "publish");
        assertThat(diary.why).contains("The broker denies access");
    }

    /** What was read before it stays: a follower may hold gigabytes. */
    @Test
    void a_record_that_cannot_be_read_yet_comes_again_and_nothing_else_does() {
        MockConsumer<byte[], byte[]> consumer = consumer(2);
        consumer.schedulePollTask(() -> {
            consumer.addRecord(record(0));
            consumer.addRecord(new ConsumerRecord<>(PARTITION.topic(), 0, 1, new byte[] {Diary.NOT_YET}, new byte[0]));
        });
        follower.start();
        diary.await("begin", "apply 0", "unreadable");
        assertThat(diary.why).contains("its schema is not known yet");

        consumer.schedulePollTask(() -> consumer.addRecord(record(1)));

        diary.await("begin", "apply 0", "unreadable", "apply 1", "publish");
    }

    @Test
    void what_was_followed_is_closed_when_the_follower_ends() {
        consumer(0);
        follower.start();
        diary.await("begin", "publish");

        follower.close();

        diary.await("begin", "publish", "close");
    }

    @Test
    void a_thread_that_ends_by_a_defect_counts_as_stuck_and_one_that_was_stopped_does_not() {
        MockConsumer<byte[], byte[]> consumer = consumer(1);
        consumer.schedulePollTask(() -> consumer.addRecord(
                new ConsumerRecord<>(PARTITION.topic(), 0, 0, new byte[] {Diary.DEFECT}, new byte[0])));
        Queue<Throwable> uncaught = new ConcurrentLinkedQueue<>();
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((thread, defect) -> uncaught.add(defect));
        try {
            follower.start();
            Awaitility.await().dontCatchUncaughtExceptions().until(() -> !uncaught.isEmpty());
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
        now.addAndGet(ThreadWatch.LIMIT.toNanos() + 1);
        assertThat(watch.stuck().orElseThrow()).contains("test-follower");

        consumer(0);
        try (TopicFollower stopped =
                new TopicFollower("stopped-follower", this::nextConsumer, new Diary(), COALESCE, clock, watch)) {
            stopped.start();
        }
        now.addAndGet(ThreadWatch.LIMIT.toNanos() + 1);
        assertThat(watch.stuck().orElseThrow()).doesNotContain("stopped-follower");
    }

    /** The consumer that the follower gets next. */
    private MockConsumer<byte[], byte[]> consumer(long end) {
        MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
        create(consumer);
        consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
        consumer.updateEndOffsets(Map.of(PARTITION, end));
        consumers.add(consumer);
        return consumer;
    }

    private static void create(MockConsumer<byte[], byte[]> consumer) {
        consumer.updatePartitions(
                PARTITION.topic(), List.of(new PartitionInfo(PARTITION.topic(), 0, null, null, null)));
    }

    private Consumer<byte[], byte[]> nextConsumer() {
        return consumers.remove();
    }

    private static ConsumerRecord<byte[], byte[]> record(int offset) {
        return new ConsumerRecord<>(PARTITION.topic(), 0, offset, new byte[0], new byte[0]);
    }

    /** Records every call. */
    private static final class Diary implements Followed {
        static final byte DEFECT = 1;
        static final byte NOT_YET = 2;

        private final Queue<String> entries = new ConcurrentLinkedQueue<>();
        private volatile String why = "";
        private boolean stale;

        void await(String... expected) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .pollInterval(Duration.ofMillis(10))
                    .untilAsserted(() -> assertThat(entries).containsExactly(expected));
        }

        @Override
        public String topic() {
            return PARTITION.topic();
        }

        @Override
        public void begin() {
            entries.add("begin");
        }

        @Override
        public void apply(ConsumerRecord<byte[], byte[]> record) {
            if (record.key().length > 0 && record.key()[0] == NOT_YET) {
                throw new SerializationException("its schema is not known yet");
            }
            if (record.key().length > 0) {
                throw new IllegalStateException("a defect");
            }
            entries.add("apply " + record.offset());
            stale = true;
        }

        @Override
        public boolean isStale() {
            return stale;
        }

        @Override
        public void publish() {
            entries.add("publish");
            stale = false;
        }

        @Override
        public void missing() {
            entries.add("missing");
        }

        @Override
        public void unreadable(String reason) {
            entries.add("unreadable");
            why = reason;
        }

        @Override
        public void close() {
            entries.add("close");
        }
    }
}
