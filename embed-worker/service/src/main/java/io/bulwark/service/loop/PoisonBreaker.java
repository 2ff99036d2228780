package io.bulwark.service.loop;

import io.bulwark.service.loop.FlightMark.Alone;
import io.bulwark.service.loop.FlightMark.Handling;
import io.bulwark.service.loop.FlightMark.Open;
import io.bulwark.service.loop.FlightMark.Suspects;
import io.bulwark.service.loop.InFlight.Committable;
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
 * Finds the upload that kills workers. Each partition's committed offset carries a {@link FlightMark}. One that its owner
 * did not close says that the owner died, and the uploads that it may have had in flight are suspects: they are tried one
 * at a time, alone in the whole worker, each only after a mark says so. The one whose trials were the end of two
 * workers is refused. Everything is kept at the broker; what this class holds, a new owner finds there.
 *
 * <p>Owned by the loop's thread. It knows no client: the loop commits what it wants committed.
 */
final class PoisonBreaker {

    private static final Comparator<TopicPartition> ORDER =
            Comparator.comparing(TopicPartition::topic).thenComparing(TopicPartition::partition);

    private final String me;
    private final FlightMark open;
    private final Map<TopicPartition, Deque<ConsumerRecord<byte[], byte[]>>> lines = new HashMap<>();
    private SortedMap<TopicPartition, Custody> custodies = new TreeMap<>(ORDER);
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
     * A partition came, or is begun anew at its committed offset; no record of it is in flight.
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
        Custody custody = Custody.takenOver(FlightMark.read(metadata), me, offset, end);
        lines.remove(partition);
        custodies.put(partition, custody);
        onTrial = onTrial(custodies);
        return custody.found().isBy(me) ? 0 : custody.suspects();
    }

    boolean isTakenOver(TopicPartition partition) {
        return custodies.containsKey(partition);
    }

    /** These partitions are gone. */
    void forget(Collection<TopicPartition> partitions) {
        partitions.forEach(lines::remove);
        partitions.forEach(custodies::remove);
        onTrial = onTrial(custodies);
    }

    /**
     * Nothing of the partition is in flight any more, and it is read again.
     *
     * @return the committed offset, where reading begins; where it began, if there was none
     */
    long rewind(TopicPartition partition) {
        lines.remove(partition);
        return custodies.get(partition).offset();
    }

    /** Nothing more goes on its way: what waits in line is left to the next owner. */
    void stopReading() {
        lines.clear();
    }

    void forgetAll() {
        forget(List.copyOf(custodies.keySet()));
    }

    /**
     * Suspects of these partitions cannot be tried now, through no fault of theirs, and others go on meanwhile.
     *
     * @param waiting all partitions that have to wait now
     */
    void postpone(Set<TopicPartition> waiting) {
        if (!postponed.equals(waiting)) {
            postponed = Set.copyOf(waiting);
            onTrial = onTrial(custodies);
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
        return custodies.values().stream().mapToInt(Custody::suspects).sum();
    }

    /**
     * Partitions among the given ones of which nothing may be read now.
     *
     * @param quiet whether nothing is in flight
     */
    Set<TopicPartition> held(Collection<TopicPartition> assigned, boolean quiet) {
        Set<TopicPartition> held = new HashSet<>();
        for (TopicPartition partition : assigned) {
            Custody custody = custodies.get(partition);
            boolean readable = !still
                    && custody != null
                    && head(partition).isEmpty()
                    && onTrial.map(tried -> quiet && tried.equals(partition))
                            .orElse(custody.standing().equals(open));
            if (!readable) {
                held.add(partition);
            }
        }
        return held;
    }

    /** A record was read; it waits in line until {@link #next} says that it may go. */
    void read(ConsumerRecord<byte[], byte[]> record) {
        // Of a partition that was not taken over yet nothing counts: taking it over goes back to its committed offset.
        if (custodies.containsKey(partition(record))) {
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
            Custody custody = custodies.get(partition);
            if (position >= custody.end()) {
                custodies.put(partition, custody.acquitted());
                onTrial = onTrial(custodies);
            }
        });
    }

    /**
     * Records that go on their way now: in normal times all that wait, on trial one, and only where its mark stands.
     *
     * @param quiet whether nothing is in flight
     */
    List<ConsumerRecord<byte[], byte[]>> next(boolean quiet) {
        List<ConsumerRecord<byte[], byte[]>> next = new ArrayList<>();
        if (still) {
            return next;
        }
        if (onTrial.isPresent()) {
            TopicPartition partition = onTrial.get();
            Custody custody = custodies.get(partition);
            if (quiet
                    && head(partition).isPresent()
                    && custody.standing().equals(wanted(partition, custody, onTrial, true))) {
                next.add(lines.get(partition).poll());
            }
            return next;
        }
        lines.forEach((partition, line) -> {
            if (custodies.get(partition).standing().equals(open)) {
                next.addAll(line);
                line.clear();
            }
        });
        return next;
    }

    /** What is to be done with a record that {@link #next} gave. */
    Handling handling(ConsumerRecord<byte[], byte[]> record) {
        return custodies.get(partition(record)).handling(me, record.offset());
    }

    /**
     * What is to be committed with these answers: their offsets with marks, and other marks that are due.
     *
     * @param quiet whether nothing but these answers is in flight
     */
    Committable marked(Committable answers, boolean quiet) {
        SortedMap<TopicPartition, Custody> after = after(answers);
        Optional<TopicPartition> tried = onTrial(after);
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        after.forEach((partition, custody) -> {
            FlightMark wanted = wanted(partition, custody, tried, quiet);
            if (answers.offsets().containsKey(partition) || !wanted.equals(custody.standing())) {
                offsets.put(partition, new OffsetAndMetadata(custody.offset(), wanted.text()));
            }
        });
        return new Committable(answers.answered(), offsets);
    }

    /** What is to be committed with these answers where these partitions are given up in order. */
    Committable closing(Committable answers, Collection<TopicPartition> partitions) {
        SortedMap<TopicPartition, Custody> after = after(answers);
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        for (TopicPartition partition : partitions) {
            Custody custody = after.get(partition);
            if (custody == null) {
                continue;
            }
            FlightMark mark = custody.closing(me);
            if (answers.offsets().containsKey(partition) || !mark.equals(custody.standing())) {
                offsets.put(partition, new OffsetAndMetadata(custody.offset(), mark.text()));
            }
        }
        return new Committable(answers.answered(), offsets);
    }

    /** This was committed. */
    void committed(Committable committed) {
        custodies = after(committed);
        committed
                .offsets()
                .forEach((partition, offset) -> custodies.computeIfPresent(
                        partition, (same, custody) -> custody.marked(FlightMark.read(offset.metadata()))));
        onTrial = onTrial(custodies);
    }

    private SortedMap<TopicPartition, Custody> after(Committable answers) {
        Map<TopicPartition, Integer> counts = new HashMap<>();
        answers.answered().forEach(upload -> counts.merge(upload.partition(), 1, Integer::sum));
        SortedMap<TopicPartition, Custody> after = new TreeMap<>(custodies);
        counts.forEach((partition, count) -> after.computeIfPresent(
                partition,
                (same, custody) ->
                        custody.answered(count, answers.offsets().get(partition).offset())));
        return after;
    }

    /** The mark that should stand. On trial nothing is changed before all is quiet. */
    private FlightMark wanted(
            TopicPartition partition, Custody custody, Optional<TopicPartition> tried, boolean quiet) {
        if (custody.isSuspect() && postponed.contains(partition)) {
            return custody.closing(me);
        }
        if (tried.isEmpty()) {
            return still ? resting(custody, quiet) : open;
        }
        if (!quiet) {
            return custody.standing();
        }
        if (tried.get().equals(partition)) {
            return head(partition)
                    .map(record -> custody.alone(me, record.offset()))
                    .orElseGet(() -> isOver(custody) ? new Suspects(custody.suspects()) : custody.standing());
        }
        return resting(custody, true);
    }

    /** The mark of a partition of which nothing goes on its way while suspects are tried elsewhere. */
    private FlightMark resting(Custody custody, boolean quiet) {
        if (!quiet) {
            return custody.standing();
        }
        if (isOver(custody)) {
            return custody.closing(me);
        }
        return custody.standing().equals(open) ? FlightMark.CLOSED : custody.standing();
    }

    /** Whether the mark speaks of an upload that was answered since. */
    private static boolean isOver(Custody custody) {
        return custody.standing() instanceof Alone alone && alone.at() < custody.offset();
    }

    /**
     * The one whose suspect this worker has marked, as long as that is not answered; else one whose suspect was alone when a
     * worker died; else the first that has suspects.
     */
    private Optional<TopicPartition> onTrial(SortedMap<TopicPartition, Custody> all) {
        return first(all, custody -> custody.isMarkedBy(me))
                .or(() -> first(all, Custody::isCondemned))
                .or(() -> first(all, custody -> true));
    }

    private Optional<TopicPartition> first(SortedMap<TopicPartition, Custody> all, Predicate<Custody> wanted) {
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
}
