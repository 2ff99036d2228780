package io.bulwark.service.loop;

import io.bulwark.service.outcome.Outcome;
import io.bulwark.service.outcome.UploadInFlight;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** The uploads of one partition in flight, in the order of their offsets. Owned by the loop's thread. */
final class PartitionWindow {

    private final Deque<UploadInFlight> flights = new ArrayDeque<>();

    void add(UploadInFlight upload) {
        flights.add(upload);
    }

    int size() {
        return flights.size();
    }

    /** Uploads without an outcome. */
    int unanswered() {
        int count = 0;
        for (UploadInFlight upload : flights) {
            count += upload.outcome().isEmpty() ? 1 : 0;
        }
        return count;
    }

    /** Bytes that the values of its records hold. */
    long bytes() {
        return flights.stream().mapToLong(UploadInFlight::recordBytes).sum();
    }

    /** The oldest uploads that can be committed, so many at most: before the first that has no outcome or must be read again. */
    List<UploadInFlight> committable(int most) {
        return flights.stream()
                .takeWhile(PartitionWindow::isCommittable)
                .limit(most)
                .toList();
    }

    /** How many {@link #committable} would give. */
    int countCommittable(int most) {
        int count = 0;
        for (UploadInFlight upload : flights) {
            if (count == most || !isCommittable(upload)) {
                break;
            }
            count++;
        }
        return count;
    }

    /** What the oldest unanswered upload waits for, if it must be read again later. */
    Optional<String> mustWait() {
        return Optional.ofNullable(flights.peek())
                .flatMap(UploadInFlight::outcome)
                .filter(Outcome.TryLater.class::isInstance)
                .map(outcome -> ((Outcome.TryLater) outcome).detail());
    }

    /** The oldest {@code count} uploads were committed. */
    void committed(int count) {
        for (int i = 0; i < count; i++) {
            flights.poll();
        }
    }

    void abandon() {
        flights.forEach(UploadInFlight::abandon);
        flights.clear();
    }

    private static boolean isCommittable(UploadInFlight upload) {
        return upload.outcome()
                .filter(outcome -> !(outcome instanceof Outcome.TryLater))
                .isPresent();
    }
}
