package io.bulwark.service.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.service.loop.InFlight.Committable;
import io.bulwark.service.pipeline.Outcome;
import io.bulwark.service.pipeline.UploadInFlight;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

class InFlightTest {

    private static final TopicPartition P0 = new TopicPartition("images.uploaded", 0);
    private static final TopicPartition P1 = new TopicPartition("images.uploaded", 1);

    private final InFlight inFlight = new InFlight(10, 1000);

    @Example
    void answers_wait_for_those_before_them_in_their_partition() {
        UploadInFlight first = add(P0, 5);
        UploadInFlight second = add(P0, 6);
        UploadInFlight other = add(P1, 9);
        answer(second);
        answer(other);

        Committable now = inFlight.committable(100);
        assertThat(now.answered()).containsExactly(other);
        assertThat(now.offsets().get(P1).offset()).isEqualTo(10);
        assertThat(now.offsets()).doesNotContainKey(P0);

        answer(first);
        assertThat(inFlight.committable(100).answered()).containsExactlyInAnyOrder(first, second, other);
    }

    @Example
    void a_gap_of_markers_in_the_offsets_does_not_hold_anything_up() {
        answer(add(P0, 5));
        answer(add(P0, 8));

        assertThat(inFlight.committable(100).offsets().get(P0).offset()).isEqualTo(9);
    }

    @Example
    void what_must_be_read_again_holds_up_what_follows_and_says_so() {
        answer(add(P0, 1));
        add(P0, 2).complete(new Outcome.TryLater("registry away"));
        answer(add(P0, 3));

        assertThat(inFlight.mustWait()).isEmpty();
        Committable now = inFlight.committable(100);
        assertThat(now.offsets().get(P0).offset()).isEqualTo(2);
        inFlight.committed(now);
        assertThat(inFlight.mustWait()).isEqualTo(Map.of(P0, "registry away"));
        assertThat(inFlight.committable(100).isEmpty()).isTrue();
    }

    @Example
    void a_transaction_takes_no_more_than_it_may() {
        for (int i = 0; i < 6; i++) {
            answer(add(P0, i));
            answer(add(P1, i));
        }

        Committable now = inFlight.committable(7);
        assertThat(now.answered()).hasSize(7);
        inFlight.committed(now);
        assertThat(inFlight.uploads()).isEqualTo(5);
        assertThat(inFlight.committable(7).answered()).hasSize(5);
    }

    @Example
    void everything_pauses_when_too_many_uploads_or_bytes_fly() {
        Set<TopicPartition> both = Set.of(P0, P1);
        assertThat(inFlight.full(both)).isEmpty();
        add(P0, 0, 1000);
        assertThat(inFlight.full(both)).isEqualTo(both);
    }

    @Example
    void a_partition_that_is_held_up_may_not_take_the_others_room() {
        for (int i = 0; i < 5; i++) {
            add(P0, i);
        }

        assertThat(inFlight.full(Set.of(P0, P1))).containsExactly(P0);
        assertThat(inFlight.full(Set.of(P0))).isEmpty();
    }

    @Example
    void a_partition_that_goes_takes_only_its_own_uploads_along() {
        UploadInFlight gone = add(P0, 1);
        add(P1, 1);

        assertThat(inFlight.abandon(Set.of(P0))).isEqualTo(1);
        assertThat(gone.isDone()).isTrue();
        assertThat(inFlight.uploads()).isEqualTo(1);
        assertThat(inFlight.abandonAll()).isEqualTo(1);
        assertThat(inFlight.isEmpty()).isTrue();
        assertThat(inFlight.full(Set.of(P0, P1))).isEmpty();
    }

    /** Whatever the order of polls, answers and commits: each offset is committed once, in order, none left out. */
    @Property(tries = 300)
    void every_upload_is_committed_once_in_the_order_of_its_partition(@ForAll long seed) {
        Random random = new Random(seed);
        InFlight flying = new InFlight(50, 1_000_000);
        Map<TopicPartition, Long> next = new HashMap<>(Map.of(P0, 0L, P1, 0L));
        Map<TopicPartition, List<Long>> committed = new HashMap<>(Map.of(P0, new ArrayList<>(), P1, new ArrayList<>()));
        List<UploadInFlight> open = new ArrayList<>();
        for (int step = 0; step < 400; step++) {
            TopicPartition partition = random.nextBoolean() ? P0 : P1;
            switch (random.nextInt(4)) {
                case 0, 1 -> {
                    if (step < 300) {
                        UploadInFlight upload = upload(partition, next.merge(partition, 1L, Long::sum) - 1, 1);
                        flying.add(upload);
                        open.add(upload);
                    }
                }
                case 2 -> {
                    if (!open.isEmpty()) {
                        answer(open.remove(random.nextInt(open.size())));
                    }
                }
                default -> commit(flying, 1 + random.nextInt(5), committed);
            }
        }
        open.forEach(InFlightTest::answer);
        while (!flying.committable(7).isEmpty()) {
            commit(flying, 7, committed);
        }
        assertThat(flying.isEmpty()).isTrue();
        for (TopicPartition partition : List.of(P0, P1)) {
            List<Long> offsets = committed.get(partition);
            assertThat(offsets).hasSize(next.get(partition).intValue());
            for (int i = 0; i < offsets.size(); i++) {
                assertThat(offsets.get(i)).isEqualTo(i);
            }
        }
    }

    private static void commit(InFlight flying, int most, Map<TopicPartition, List<Long>> committed) {
        Committable now = flying.committable(most);
        assertThat(now.answered().size()).isLessThanOrEqualTo(most);
        now.answered().forEach(upload -> committed.get(upload.partition()).add(upload.offset()));
        now.offsets().forEach((partition, offset) -> {
            List<Long> all = committed.get(partition);
            assertThat(offset.offset()).isEqualTo(all.get(all.size() - 1) + 1);
        });
        flying.committed(now);
    }

    private UploadInFlight add(TopicPartition partition, long offset) {
        return add(partition, offset, 10);
    }

    private UploadInFlight add(TopicPartition partition, long offset, int bytes) {
        UploadInFlight upload = upload(partition, offset, bytes);
        inFlight.add(upload);
        return upload;
    }

    static UploadInFlight upload(TopicPartition partition, long offset, int bytes) {
        return new UploadInFlight(
                new ConsumerRecord<>(
                        partition.topic(),
                        partition.partition(),
                        offset,
                        0L,
                        TimestampType.CREATE_TIME,
                        3,
                        bytes,
                        new byte[3],
                        new byte[bytes],
                        new RecordHeaders(),
                        Optional.empty()),
                () -> 0,
                () -> {});
    }

    private static void answer(UploadInFlight upload) {
        upload.deadLetter("TEST", "answered");
    }
}
