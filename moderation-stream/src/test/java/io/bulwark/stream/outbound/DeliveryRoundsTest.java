package io.bulwark.stream.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.stream.outbound.HttpPost.AttemptResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DeliveryRoundsTest {

    private static final AttemptResult TAKEN = new AttemptResult.Taken();
    private static final AttemptResult AWAY = new AttemptResult.Unavailable("ConnectException", Optional.empty(), true);
    private static final AttemptResult REFUSED = new AttemptResult.Refused(422);
    private static final Duration TICK = Duration.ofMillis(100);
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final OutboundRig rig = new OutboundRig(7);

    @Test
    void whatIsWrittenIsDeliveredOnceAndThenCommitted() {
        List<String> ids = write("a", "b", "c", "a");
        rig.rounds(20, TICK);

        assertThat(rig.taken).containsExactlyInAnyOrderElementsOf(ids);
        assertThat(rig.allCommitted()).isTrue();
        assertThat(rig.counts.delivered()).isEqualTo(4);
        assertThat(rig.counts.retried()).isZero();
        assertThat(rig.counts.waiting()).isZero();
    }

    @Test
    void aPeerThatIsAwayForAnHourCostsNothing() {
        rig.peer = (id, attempt) -> AWAY;
        List<String> ids = new ArrayList<>();
        for (int minute = 0; minute < 60; minute++) {
            ids.addAll(write("image-" + minute % 7, "image-" + minute));
            rig.rounds(60, SECOND);
        }
        assertThat(rig.taken).isEmpty();
        assertThat(rig.attempts).as("asked ever less often").hasSizeLessThan(60);
        assertThat(rig.counts.waiting()).isEqualTo(120);
        assertThat(rig.counts.oldestSeconds()).isPositive();

        rig.peer = (id, attempt) -> TAKEN;
        rig.rounds(600, SECOND);

        assertThat(rig.taken).containsExactlyInAnyOrderElementsOf(ids);
        assertThat(rig.setAside()).isEmpty();
        assertThat(rig.allCommitted()).isTrue();
        assertThat(rig.counts.waiting()).isZero();
    }

    @Test
    void whatWasTakenAndNotCommittedComesAgainWithTheSameId() {
        rig.slow = true;
        List<String> ids = write("a");
        rig.rounds(1, TICK);
        rig.outcomes(); // the peer has it, and the outcome was not read yet
        rig.restart();
        rig.slow = false;
        rig.rounds(20, TICK);

        assertThat(rig.taken).containsExactly(ids.get(0), ids.get(0));
    }

    @Test
    void everyAttemptIsASpanOfTheDecisionsTraceAndTheRequestNamesIt() {
        rig.peer = (id, attempt) -> attempt < 4 ? REFUSED : TAKEN;
        rig.write("a", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
        rig.rounds(200, SECOND);
        rig.orderAgain();
        rig.rounds(20, SECOND);

        assertThat(rig.setAside()).hasSize(1);
        assertThat(rig.taken).hasSize(1);
        assertThat(rig.spans()).hasSize(4).allSatisfy(span -> {
            assertThat(span.getName()).isEqualTo("POST webhooks.shop");
            assertThat(span.getTraceId()).isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
            assertThat(span.getParentSpanId()).isEqualTo("00f067aa0ba902b7");
        });
        assertThat(rig.traces)
                .containsExactlyElementsOf(rig.spans().stream()
                        .map(span -> "00-" + span.getTraceId() + "-" + span.getSpanId() + "-01")
                        .toList());
    }

    @Test
    void aHandOverWaitsForWhatIsUnderWayAndDoublesNothing() {
        write("a", "b", "c");
        rig.rounds(2, TICK);
        rig.handOver();
        rig.rounds(20, TICK);

        assertThat(rig.taken).hasSize(3).doesNotHaveDuplicates();
    }

    @Test
    void theNextEventOfAnImageWaitsForTheFirstAndOtherImagesDoNot() {
        List<String> ofA = write("a", "a");
        rig.peer = (id, attempt) -> id.equals(ofA.get(0)) && attempt < 3 ? REFUSED : TAKEN;
        List<String> ofC = write("c", "c"); // c is in the partition of a
        assertThat(ofC.get(0)).startsWith(ofA.get(0).replaceAll("[0-9]+$", ""));
        rig.rounds(5, TICK);

        assertThat(rig.taken).containsExactlyElementsOf(ofC);
        assertThat(rig.committed(partition(ofA))).isZero();
        rig.rounds(100, SECOND);

        assertThat(rig.taken).containsExactly(ofC.get(0), ofC.get(1), ofA.get(0), ofA.get(1));
        assertThat(rig.allCommitted()).isTrue();
    }

    @Test
    void whatIsRefusedAgainAndAgainIsSetAsideAndDeliveredAgainByOrder() {
        List<String> ids = write("a", "b", "a");
        rig.peer = (id, attempt) -> id.equals(ids.get(0)) && attempt < 4 ? REFUSED : TAKEN;
        rig.rounds(100, SECOND);

        assertThat(rig.setAside()).containsExactly(ids.get(0) + " REFUSED");
        assertThat(rig.taken).containsExactlyInAnyOrder(ids.get(1), ids.get(2));
        assertThat(rig.allCommitted()).isTrue();

        rig.orderAgain();
        rig.rounds(20, TICK);

        assertThat(rig.taken).endsWith(ids.get(0));
        assertThat(rig.allCommitted()).isTrue();
    }

    @Test
    void anEventThatAloneBreaksThePeerIsSetAsideToo() {
        List<String> ids = write("a", "b", "c", "d");
        rig.peer = (id, attempt) -> id.equals(ids.get(0)) ? AWAY : TAKEN;
        for (int i = 0; i < 10; i++) {
            write("image-" + i);
            rig.rounds(30, SECOND);
        }

        assertThat(rig.setAside()).containsExactly(ids.get(0) + " REFUSED");
        assertThat(rig.taken).hasSize(13);
        assertThat(rig.allCommitted()).isTrue();
    }

    @Test
    void aRestAskedForIsKept() {
        write("a");
        rig.peer = (id, attempt) -> attempt == 1
                ? new AttemptResult.Unavailable("status 429", Optional.of(Duration.ofMinutes(10)), false)
                : TAKEN;
        rig.rounds(590, SECOND);
        assertThat(rig.attempts).hasSize(1);
        rig.rounds(20, SECOND);
        assertThat(rig.taken).hasSize(1);
    }

    @Test
    void aRestAskedForOutlivesWhatWasUnderWayThen() {
        rig.slow = true;
        List<String> ids = write("a", "b", "c", "d");
        rig.peer = (id, attempt) -> id.equals(ids.get(0)) && attempt == 1
                ? new AttemptResult.Unavailable("status 429", Optional.of(Duration.ofMinutes(10)), false)
                : TAKEN;
        rig.rounds(1, TICK);
        rig.outcomes();
        rig.slow = false;
        rig.rounds(590, SECOND);
        assertThat(rig.attempts).hasSize(4);
        rig.rounds(20, SECOND);
        assertThat(rig.taken).hasSize(4);
    }

    @Test
    void attemptsThatFailTogetherCountOnce() {
        rig.slow = true;
        write("a", "b", "c", "d");
        rig.peer = (id, attempt) -> AWAY;
        rig.rounds(1, TICK);
        rig.outcomes();
        rig.slow = false;
        rig.peer = (id, attempt) -> TAKEN;
        rig.rounds(15, TICK);

        assertThat(rig.taken).hasSize(4);
    }

    @Test
    void oneThatIsNotLetInIsNeverSetAsideAndItsPartitionIsNotReadFarBeyondIt() {
        List<String> first = write("a");
        IntStream.range(0, 8_000).forEach(i -> rig.write("image-" + i));
        AttemptResult forbidden = new AttemptResult.Unavailable("status 403", Optional.empty(), false);
        rig.peer = (id, attempt) -> id.equals(first.get(0)) ? forbidden : TAKEN;
        rig.rounds(2_500, SECOND);

        int stuck = partition(first);
        assertThat(rig.setAside()).isEmpty();
        assertThat(rig.committed(stuck)).isZero();
        assertThat(rig.taken.stream().filter(id -> partition(List.of(id)) == stuck))
                .hasSizeBetween(2_000, 2_200);
        assertThat(rig.committed(1 - stuck)).isGreaterThan(3_900);

        rig.peer = (id, attempt) -> TAKEN;
        rig.rounds(2_500, SECOND);
        assertThat(rig.allCommitted()).isTrue();
    }

    @Test
    void itReadsNoMoreThanItMayHold() {
        rig.slow = true;
        IntStream.range(0, 2_000).forEach(i -> rig.write("image-" + i));
        rig.rounds(10, TICK);
        assertThat(rig.underWay()).isEqualTo(4);
        while (!rig.allCommitted()) {
            rig.outcomes();
            rig.rounds(1, SECOND);
        }
        assertThat(new HashSet<>(rig.taken)).hasSize(2_000);
    }

    private List<String> write(String... images) {
        return List.of(images).stream().map(rig::write).toList();
    }

    private static int partition(List<String> ids) {
        return Integer.parseInt(ids.get(0).replaceAll("^.*-([0-9]+)-[0-9]+$", "$1"));
    }
}
