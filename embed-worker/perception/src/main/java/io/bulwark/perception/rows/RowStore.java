package io.bulwark.perception.rows;

import io.bulwark.perception.rows.RowForm.SplitRow;
import io.bulwark.perception.rows.RowSnapshot.RowView;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Rows that come and go, and the snapshots made of them. Owned by one thread; its snapshots go to any.
 *
 * @param <T> what rows are stored for
 */
public final class RowStore<T extends RowStore.StoredRows> implements AutoCloseable {

    /** Bounds what a product takes, for 64 queries 4 MiB, and what a snapshot copies for a row that goes. */
    private static final int LARGEST = 16_384;

    private static final int SMALLEST = 64;

    /** Room for rows from which on a segment has sketches: fewer are multiplied in no time. */
    private static final int FEWEST_SKETCHED = 256;

    /** Rows of which it is found out what varies, about. */
    private static final int MOST_COMPARED = 4096;

    private final int dimension;
    private final boolean sketched;
    private final Set<Segment> segments = new LinkedHashSet<>();
    /** The segments that are written. */
    private final Map<RowForm, Segment> open = new EnumMap<>(RowForm.class);

    private int rows;

    /** @param dimension elements of a row, at least 1 */
    public RowStore(int dimension) {
        this(dimension, false);
    }

    private RowStore(int dimension, boolean sketched) {
        this.dimension = dimension;
        this.sketched = sketched;
    }

    /**
     * A store whose snapshots rule out most rows by a few of their elements, in {@link RowSnapshot#reaching}: for rows that are
     * searched up to a fixed angle. Of fewer than 512 elements they are as those of another store.
     *
     * @param dimension elements of a row, at least 1
     */
    public static <T extends StoredRows> RowStore<T> sketched(int dimension) {
        return new RowStore<>(dimension, Sketch.pays(dimension));
    }

    /** Rows stored. */
    public int rows() {
        return rows;
    }

    /** Bytes of native memory that there is room for; what was never written the system has not given. */
    public long bytes() {
        return segments.stream().mapToLong(Segment::bytes).sum();
    }

    /**
     * Stores the rows of an owner that has none stored.
     *
     * @param ownRows each of the store's dimension, finite, of a length that is 1 within 0.001; at least one, at most 64
     */
    public void add(T owner, List<float[]> ownRows) {
        List<SplitRow> split = ownRows.stream().map(SplitRow::of).toList();
        RowForm form = split.get(0).form();
        if (split.stream().anyMatch(row -> row.form() != form)) {
            split = ownRows.stream().map(SplitRow::whole).toList();
        }
        Segment segment = withRoom(split.get(0).form(), split.size());
        segment.begin(owner);
        split.forEach(row -> segment.append(owner, row));
        rows += split.size();
    }

    /** The rows of an owner, bit for bit: copies. */
    public List<float[]> rows(T owner) {
        List<float[]> own = new ArrayList<>(owner.count);
        for (int i = 0; i < owner.count; i++) {
            own.add(owner.segment.row(owner.slot + i));
        }
        return own;
    }

    /** Removes the rows of an owner. */
    public void remove(T owner) {
        Segment segment = owner.segment;
        segment.remove(owner);
        rows -= owner.count;
        owner.segment = null;
        if (segment != open.get(segment.form())) {
            emptyIfSparse(segment);
        }
    }

    private Segment withRoom(RowForm form, int count) {
        Segment last = open.get(form);
        if (last != null && last.hasRoom(count)) {
            return last;
        }
        int capacity = Math.max(SMALLEST, Math.min(LARGEST, rows));
        Segment next = new Segment(new RoundedRows(form, dimension, capacity), sketch(capacity));
        segments.add(next);
        open.put(form, next);
        if (last != null) {
            emptyIfSparse(last);
        }
        // Emptying the last may have filled the next.
        return withRoom(form, count);
    }

    /** By present rows, evenly drawn: the rows of a new segment are like them. */
    private Optional<Sketch> sketch(int capacity) {
        if (!sketched || capacity < FEWEST_SKETCHED) {
            return Optional.empty();
        }
        int step = 1 + rows / MOST_COMPARED;
        Stream<float[]> others = segments.stream()
                .flatMap(segment -> IntStream.range(0, segment.used())
                        .filter(slot -> slot % step == 0 && segment.owner(slot) != null)
                        .mapToObj(segment::row));
        return Optional.of(Sketch.by(others, dimension, capacity));
    }

    private void emptyIfSparse(Segment segment) {
        if (!segment.isSparse()) {
            return;
        }
        for (int slot = 0; slot < segment.used(); slot++) {
            StoredRows owner = segment.owner(slot);
            if (owner != null && owner.segment == segment && owner.slot == slot) {
                withRoom(segment.form(), owner.count).take(owner);
            }
        }
        segments.remove(segment);
        segment.letGo();
    }

    /** The rows of now. The caller closes it. */
    public RowSnapshot<T> snapshot() {
        List<RowView<T>> views = segments.stream()
                .filter(segment -> segment.used() > 0)
                .map(segment -> new RowView<T>(segment.view()))
                .toList();
        return new RowSnapshot<>(dimension, rows, views);
    }

    /** Lets all rows go; what snapshots see stays. */
    @Override
    public void close() {
        segments.forEach(Segment::letGo);
        segments.clear();
        open.clear();
    }

    /** What rows are stored for. Where they lie is the store's to know, and its owner's thread alone asks. */
    public abstract static class StoredRows {

        Segment segment;
        int slot;
        int count;
    }
}
