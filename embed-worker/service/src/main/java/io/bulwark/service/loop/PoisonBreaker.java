package io.bulwark.service.loop;

import io.bulwark.service.loop.InFlight.Committable;
import io.bulwark.service.loop.OffsetMark.Alone;
import io.bulwark.service.loop.OffsetMark.Handling;
import io.bulwark.service.loop.OffsetMark.Open;
import io.bulwark.service.loop.OffsetMark.Suspects;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Finds the upload that kills workers. Each partition's committed offset carries a {@link OffsetMark}. One that its
 * owner did not close says that the owner died, and the uploads that it may have had in flight are suspects: they are
 * tried one at a time, alone in the whole worker, each only after a mark says so. The one whose trials were the end of
 * two workers is refused. Everything is kept at the broker; what this class holds, a new owner finds there.
 *
 * <p>Owned by the loop's thread. It knows no client: the loop commits what it wants committed.
 */
final class PoisonBreaker {

    private static final Comparator<TopicPartition> ORDER =
            Comparator.comparing(TopicPartition::topic).thenComparing(TopicPartition::partition);

    private final String me;
    private final OffsetMark open;
    private final Map<TopicPartition, Deque<ConsumerRecord<byte[], byte[]>>> lines = new HashMap<>();
    private SortedMap<TopicPartition, PartitionState> states = new TreeMap<>(ORDER);
    private Set<TopicPartition> postponed = Set.of();
    private Optional<TopicPartition> onTrial = Optional.empty();
    private boolean still;

    /**
     * Makes the breaker of one worker.
     *
     * @param incarnation of lower-case letters and digits, at most 32; new with each start of a worker
     * @param ahead records of one partition that may be in flight at most
     */
    PoisonBreaker(String incarnation, int ahead) {
        this.me = incarnation;
        this.open = new Open(incarnation, ahead);
    }

    /**
     * A partition was assigned, or is begun again at its committed offset; no record of it is in flight.
     *
     * @param metadata of its committed offset; null where there is none
     * @param offset where reading begins
     * @param end behind its last record
     * @return how many suspects it has, where this worker did not know of them
     * @throws IllegalStateException if it was taken over before and not forgotten since: its records may be in flight
     */
    int takeOver(TopicPartition partition, String metadata, long offset, long end) {
        if (isTakenOver(partition)) {
            throw new IllegalStateException(partition + " was taken over before; it has to be forgotten first");
        }
        PartitionState state = PartitionState.takenOver(OffsetMark.read(metadata), me, offset, end);
        lines.remove(partition);
        states.put(partition, state);
        onTrial = onTrial(states);
        return state.found().isBy(me) ? 0 : state.suspects();
    }

    boolean isTakenOver(TopicPartition partition) {
        return states.containsKey(partition);
    }

    /** These partitions are gone. */
    void forget(Collection<TopicPartition> partitions) {
        partitions.forEach(lines::remove);
        partitions.forEach(states::remove);
        onTrial = onTrial(states);
    }

    /**
     * Nothing of the partition is in flight any more, and it is read again.
     *
     * @return the committed offset, where reading begins; where it began, if there was none
     */
    long rewind(TopicPartition partition) {
        lines.remove(partition);
        return states.get(partition).offset();
    }

    /** Nothing more goes on its way: what waits in line is left to the next owner. */
    void stopReading() {
        lines.clear();
    }

    void forgetAll() {
        forget(List.copyOf(states.keySet()));
    }

    /**
     * Suspects of these partitions cannot be tried now, through no fault of theirs, and others go on meanwhile.
     *
     * @param waiting all partitions that have to wait now
     */
    void postpone(Set<TopicPartition> waiting) {
        if (!postponed.equals(waiting)) {
            postponed = Set.copyOf(waiting);
            onTrial = onTrial(states);
        }
    }

    /** Whether nothing may go on its way, since another loop of the worker tries suspects. */
    void holdStill(boolean hold) {
        still = hold;
    }

    /** The partition whose suspects are being tried; empty in normal times. */
    Optional<TopicPartition> onTrial() {
        return onTrial;
    }

    /** Uploads that are still to be tried alone, at most. */
    int suspects() {
        return states.values().stream().mapToInt(PartitionState::suspects).sum();
    }

    /**
     * Partitions among the given ones of which nothing may be read now.
     *
     * @param idle whether nothing is in flight
     */
    Set<TopicPartition> held(Collection<TopicPartition> assigned, boolean idle) {
        Set<TopicPartition> held = new HashSet<>();
        for (TopicPartition partition : assigned) {
            PartitionState state = states.get(partition);
            boolean readable = !still
                    && state != null
                    && head(partition).isEmpty()
                    && onTrial.map(tried -> idle && tried.equals(partition))
                            .orElse(state.standing().equals(open));
            if (!readable) {
                held.add(partition);
            }
        }
        return held;
    }

    /** A record was read; it waits in line until {@link #next} says that it may go. */
    void read(ConsumerRecord<byte[], byte[]> record) {
        // Of a partition that was not taken over yet nothing counts: taking it over goes back to its committed offset.
        if (states.containsKey(partition(record))) {
            lines.computeIfAbsent(partition(record), partition -> new ArrayDeque<>())
                    .add(record);
        }
    }

    /**
     * The reader of the partition on trial stands at that position with nothing in flight. Where that is behind all
     * suspects, the last of them are gone: their topic does not keep them, or they were markers of transactions.
     */
    void hasReadTo(long position) {
        onTrial.filter(partition -> head(partition).isEmpty()).ifPresent(partition -> {
            PartitionState state = states.get(partition);
            if (position >= state.end()) {
                states.put(partition, state.acquitted());
                onTrial = onTrial(states);
            }
        });
    }

    /**
     * Records that go on their way now: in normal times all that wait, on trial one, and only where its mark stands.
     *
     * @param idle whether nothing is in flight
     */
    List<ConsumerRecord<byte[], byte[]>> next(boolean idle) {
        List<ConsumerRecord<byte[], byte[]>> next = new ArrayList<>();
        if (still) {
            return next;
        }
        if (onTrial.isPresent()) {
            TopicPartition partition = onTrial.get();
            PartitionState state = states.get(partition);
            if (idle
                    && head(partition).isPresent()
                    && state.standing().equals(wanted(partition, state, onTrial, true))) {
                next.add(lines.get(partition).poll());
            }
            return next;
        }
        lines.forEach((partition, line) -> {
            if (states.get(partition).standing().equals(open)) {
                next.addAll(line);
                line.clear();
            }
        });
        return next;
    }

    /** What is to be done with a record that {@link #next} gave. */
    Handling handling(ConsumerRecord<byte[], byte[]> record) {
        return states.get(partition(record)).handling(me, record.offset());
    }

    /**
     * What is to be committed with these answers: their offsets with marks, and other marks that are due.
     *
     * @param idle whether nothing but these answers is in flight
     */
    Committable marked(Committable answers, boolean idle) {
        SortedMap<TopicPartition, PartitionState> after = after(answers);
        Optional<TopicPartition> tried = onTrial(after);
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        after.forEach((partition, state) -> {
            OffsetMark wanted = wanted(partition, state, tried, idle);
            if (answers.offsets().containsKey(partition) || !wanted.equals(state.standing())) {
                offsets.put(partition, new OffsetAndMetadata(state.offset(), wanted.text()));
            }
        });
        return new Committable(answers.answered(), offsets);
    }

    /** What is to be committed with these answers where these partitions are given up in order. */
    Committable closing(Committable answers, Collection<TopicPartition> partitions) {
        SortedMap<TopicPartition, PartitionState> after = after(answers);
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        for (TopicPartition partition : partitions) {
            PartitionState state = after.get(partition);
            if (state == null) {
                continue;
            }
            OffsetMark mark = state.closing(me);
            if (answers.offsets().containsKey(partition) || !mark.equals(state.standing())) {
                offsets.put(partition, new OffsetAndMetadata(state.offset(), mark.text()));
            }
        }
        return new Committable(answers.answered(), offsets);
    }

    /** This was committed. */
    void committed(Committable committed) {
        states = after(committed);
        committed
                .offsets()
                .forEach((partition, offset) -> states.computeIfPresent(
                        partition, (same, state) -> state.marked(OffsetMark.read(offset.metadata()))));
        onTrial = onTrial(states);
    }

    private SortedMap<TopicPartition, PartitionState> after(Committable answers) {
        Map<TopicPartition, Integer> counts = new HashMap<>();
        answers.answered().forEach(upload -> counts.merge(upload.partition(), 1, Integer::sum));
        SortedMap<TopicPartition, PartitionState> after = new TreeMap<>(states);
        counts.forEach((partition, count) -> after.computeIfPresent(
                partition,
                (same, state) ->
                        state.answered(count, answers.offsets().get(partition).offset())));
        return after;
    }

    /** The mark that should stand. On trial nothing is changed before all is idle. */
    private OffsetMark wanted(
            TopicPartition partition, PartitionState state, Optional<TopicPartition> tried, boolean idle) {
        if (state.isSuspect() && postponed.contains(partition)) {
            return state.closing(me);
        }
        if (tried.isEmpty()) {
            return still ? resting(state, idle) : open;
        }
        if (!idle) {
            return state.standing();
        }
        if (tried.get().equals(partition)) {
            return head(partition)
                    .map(record -> state.alone(me, record.offset()))
                    .orElseGet(() -> isOver(state) ? new Suspects(state.suspects()) : state.standing());
        }
        return resting(state, true);
    }

    /** The mark of a partition of which nothing goes on its way while suspects are tried elsewhere. */
    private OffsetMark resting(PartitionState state, boolean idle) {
        if (!idle) {
            return state.standing();
        }
        if (isOver(state)) {
            return state.closing(me);
        }
        return state.standing().equals(open) ? OffsetMark.CLOSED : state.standing();
    }

    /** Whether the mark speaks of an upload that was answered since. */
    private static boolean isOver(PartitionState state) {
        return state.standing() instanceof Alone alone && alone.at() < state.offset();
    }

    /**
     * The one whose suspect this worker has marked, as long as that is not answered; else one whose suspect was alone
     * when a worker died; else the first that has suspects.
     */
    private Optional<TopicPartition> onTrial(SortedMap<TopicPartition, PartitionState> all) {
        return first(all, state -> state.isMarkedBy(me))
                .or(() -> first(all, PartitionState::isCondemned))
                .or(() -> first(all, state -> true));
    }

    private Optional<TopicPartition> first(
            SortedMap<TopicPartition, PartitionState> all, Predicate<PartitionState> wanted) {
        return all.entrySet().stream()
                .filter(each -> each.getValue().isSuspect() && !postponed.contains(each.getKey()))
                .filter(each -> wanted.test(each.getValue()))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    private Optional<ConsumerRecord<byte[], byte[]>> head(TopicPartition partition) {
        return Optional.ofNullable(lines.get(partition)).map(Deque::peek);
    }

    private static TopicPartition partition(ConsumerRecord<byte[], byte[]> record) {
        return new TopicPartition(record.topic(), record.partition());
    }

    /**
     * One partition in this worker's hands. Immutable.
     *
     * @param found the mark that it was taken over with
     * @param standing the mark beside the committed offset now
     * @param offset the committed offset; where reading began, if there was none
     * @param suspects records from the offset on that are to be tried alone, at most
     * @param end the end of the partition when it was taken over: no suspect lies at or behind it
     */
    record PartitionState(OffsetMark found, OffsetMark standing, long offset, int suspects, long end) {

        static PartitionState takenOver(OffsetMark found, String me, long offset, long end) {
            return new PartitionState(found, found, offset, offset >= end ? 0 : found.suspects(me), end);
        }

        boolean isSuspect() {
            return suspects > 0;
        }

        /** Whether that worker has marked a suspect that is not answered yet. */
        boolean isMarkedBy(String worker) {
            return standing instanceof Alone alone && alone.isBy(worker) && offset <= alone.at();
        }

        /** Whether a suspect that is not answered yet was alone when a worker died. */
        boolean isCondemned() {
            return found instanceof Alone alone && offset <= alone.at();
        }

        /** With more records answered, which ended before that offset. */
        PartitionState answered(int records, long next) {
            return new PartitionState(found, standing, next, next >= end ? 0 : Math.max(0, suspects - records), end);
        }

        PartitionState marked(OffsetMark mark) {
            return new PartitionState(found, mark, offset, suspects, end);
        }

        /** There is no suspect left to read. */
        PartitionState acquitted() {
            return new PartitionState(found, standing, offset, 0, end);
        }

        /** What is to be done with the suspect at that offset. */
        Handling handling(String me, long at) {
            if (!(found instanceof Alone alone) || alone.at() != at) {
                return Handling.TRY;
            }
            return alone.isBy(me) ? alone.handling() : alone.handling().next();
        }

        /** The mark that has to stand before the suspect at that offset is handed on. */
        OffsetMark alone(String me, long at) {
            Handling handling = handling(me, at);
            // Nothing that may kill is done with what is buried: the mark that condemned it holds until it is answered.
            return handling == Handling.BURY ? found : new Alone(handling, at, me, suspects);
        }

        /** The mark for the next owner where the partition is given up in order. */
        OffsetMark closing(String me) {
            if (!isSuspect()) {
                return OffsetMark.CLOSED;
            }
            if (found instanceof Alone condemned && offset <= condemned.at()) {
                Handling handling = handling(me, condemned.at());
                if (handling != Handling.TRY) {
                    // As it was found, though perhaps by another name: the next owner goes on from there.
                    return new Alone(handling.previous(), condemned.at(), OffsetMark.NO_WORKER, suspects);
                }
            }
            return new Suspects(suspects);
        }
    }
}
