package io.bulwark.service.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.imaging.preprocess.View;
import io.bulwark.service.pipeline.PreparationPool.Activity;
import io.bulwark.service.pipeline.ViewBatcher.Batch;
import io.bulwark.service.pipeline.ViewBatcher.BatchPlan;
import io.bulwark.service.pipeline.ViewBatcher.Idle;
import io.bulwark.service.pipeline.ViewBatcher.Slot;
import io.bulwark.service.pipeline.ViewBatcher.Wait;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class ViewBatcherTest {

    private static final long LINGER = Duration.ofMillis(5).toNanos();

    private final AtomicLong now = new AtomicLong();
    private final ViewBatcher batcher = batcher(now, 1, 2, 4);

    @Example
    void without_views_there_is_nothing_to_do() {
        assertThat(batcher.next(true)).isInstanceOf(Idle.class);
    }

    @Example
    void a_full_batch_goes_at_once_and_mixes_images() {
        batcher.add(image(3));
        batcher.add(image(2));

        Batch batch = (Batch) batcher.next(true);
        assertThat(batch.size()).isEqualTo(4);
        assertThat(batch.slots()).extracting(Slot::view).containsExactly(0, 1, 2, 0);
        assertThat(batcher.waitingViews()).isEqualTo(1);
    }

    @Example
    void a_lone_view_goes_at_once_when_nothing_more_is_coming() {
        batcher.add(image(1));

        assertThat(((Batch) batcher.next(false)).size()).isEqualTo(1);
    }

    @Example
    void while_more_is_coming_a_view_waits_until_the_oldest_has_lingered() {
        batcher.add(image(1));
        now.addAndGet(LINGER / 2);
        batcher.add(image(1));

        assertThat(batcher.next(true)).isEqualTo(new Wait(LINGER - LINGER / 2));
        now.addAndGet(LINGER);
        assertThat(((Batch) batcher.next(true)).slots()).hasSize(2);
    }

    @Example
    void what_fills_no_warm_size_is_split_into_sizes_that_are_warm() {
        batcher.add(image(3));

        assertThat(((Batch) batcher.next(false)).size()).isEqualTo(2);
        assertThat(((Batch) batcher.next(false)).size()).isEqualTo(1);
        assertThat(batcher.next(false)).isInstanceOf(Idle.class);
    }

    @Example
    void what_is_less_than_the_smallest_warm_size_is_padded() {
        ViewBatcher coarse = batcher(now, 4);
        coarse.add(image(3));

        Batch batch = (Batch) coarse.next(false);
        assertThat(batch.size()).isEqualTo(4);
        assertThat(batch.slots()).hasSize(3);
    }

    @Example
    void a_best_size_that_is_not_warm_is_refused() {
        assertThatThrownBy(() -> BatchPlan.of(List.of(1, 2), 4, Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("4");
    }

    @Example
    void an_image_of_many_views_waits_for_the_turns_of_the_others() {
        PreparedImage large = image(11);
        PreparedImage small = image(2);
        batcher.add(large);
        batcher.add(small);

        assertThat(((Batch) batcher.next(true)).slots())
                .isEqualTo(List.of(slot(large, 0), slot(large, 1), slot(large, 2), slot(large, 3)));
        assertThat(((Batch) batcher.next(true)).slots()).isEqualTo(List.of(slot(small, 0), slot(small, 1)));
        assertThat(((Batch) batcher.next(true)).slots())
                .isEqualTo(List.of(slot(large, 4), slot(large, 5), slot(large, 6), slot(large, 7)));
        PreparedImage later = image(1);
        batcher.add(later);
        assertThat(((Batch) batcher.next(false)).slots()).isEqualTo(List.of(slot(later, 0)));
        assertThat(((Batch) batcher.next(false)).slots()).isEqualTo(List.of(slot(large, 8), slot(large, 9)));
        assertThat(((Batch) batcher.next(false)).slots()).isEqualTo(List.of(slot(large, 10)));
    }

    private static Slot slot(PreparedImage image, int view) {
        return new Slot(image, view);
    }

    @Example
    void later_turns_are_served_although_first_ones_keep_coming() {
        PreparedImage large = image(12);
        batcher.add(large);
        batcher.next(false);
        int batches = 0;
        boolean served = false;
        while (!served) {
            batcher.add(image(4));
            served = ((Batch) batcher.next(false)).slots().get(0).image() == large;
            batches++;
        }
        assertThat(batches).isEqualTo(ViewBatcher.IN_A_ROW);
    }

    /**
     * An encoder of 2.6 ms a view, ordinary images at a fifth of what it can do, and two files of 24 views a second,
     * over ten minutes: the ordinary ones wait at most half as long again in 99 of 100 cases, and the files have less
     * than a quarter of the encoder's time.
     */
    @Example
    void two_files_of_24_views_a_second_hardly_delay_ordinary_images() {
        Simulated alone = Simulated.run(0);
        Simulated beside = Simulated.run(2);

        assertThat(beside.p99()).isLessThanOrEqualTo(1.5 * alone.p99());
        assertThat(beside.shareOfFiles()).isBetween(0.05, 0.25);
    }

    /**
     * @param p99 nanoseconds from ready to embedded of an ordinary image
     * @param shareOfFiles of the time, that the encoder spent on files of many views
     */
    private record Simulated(double p99, double shareOfFiles) {

        private static final long VIEW = 2_600_000;
        private static final double SPAN = 600e9;

        static Simulated run(double filesASecond) {
            AtomicLong now = new AtomicLong();
            ViewBatcher batcher = ViewBatcherTest.batcher(now, 1, 2, 4, 8);
            Random random = new Random(1);
            Random files = new Random(2);
            double ordinaryASecond = 0.2e9 / VIEW / 2.6;
            double nextOrdinary = gap(random, ordinaryASecond);
            double nextFile = filesASecond == 0 ? Double.MAX_VALUE : gap(files, filesASecond);
            List<Long> waits = new ArrayList<>();
            Map<PreparedImage, Integer> missing = new IdentityHashMap<>();
            long onFiles = 0;
            while (now.get() < SPAN) {
                while (Math.min(nextOrdinary, nextFile) <= now.get()) {
                    boolean ordinary = nextOrdinary <= nextFile;
                    int views = ordinary ? random.nextInt(5) == 0 ? 1 : 3 : 24;
                    PreparedImage image = image(views, new AtomicLong((long) Math.min(nextOrdinary, nextFile)));
                    missing.put(image, views);
                    batcher.add(image);
                    if (ordinary) {
                        nextOrdinary += gap(random, ordinaryASecond);
                    } else {
                        nextFile += gap(files, filesASecond);
                    }
                }
                if (!(batcher.next(false) instanceof Batch batch)) {
                    now.set((long) Math.ceil(Math.min(nextOrdinary, nextFile)));
                    continue;
                }
                now.addAndGet(batch.size() * VIEW);
                for (Slot slot : batch.slots()) {
                    boolean ofFile = slot.image().views().size() == 24;
                    onFiles += ofFile ? VIEW : 0;
                    if (missing.merge(slot.image(), -1, Integer::sum) == 0 && !ofFile) {
                        waits.add(now.get() - slot.image().readyAtNanos());
                    }
                }
            }
            waits.sort(null);
            return new Simulated(waits.get(waits.size() * 99 / 100), onFiles / SPAN);
        }

        private static double gap(Random random, double aSecond) {
            return -Math.log(1 - random.nextDouble()) * 1e9 / aSecond;
        }
    }

    @Property(tries = 300)
    void every_view_is_taken_once_in_order_in_warm_batches_and_none_lingers_too_long(@ForAll long seed) {
        Random random = new Random(seed);
        AtomicLong time = new AtomicLong();
        ViewBatcher any = batcher(time, 1, 2, 4, 8);
        List<Slot> expected = new ArrayList<>();
        List<Slot> taken = new ArrayList<>();
        for (int step = 0; step < 200; step++) {
            if (random.nextInt(3) == 0) {
                PreparedImage image = image(1 + random.nextInt(12), time);
                for (int view = 0; view < image.views().size(); view++) {
                    expected.add(new Slot(image, view));
                }
                any.add(image);
            }
            time.addAndGet(random.nextInt((int) LINGER / 2));
            if (any.next(random.nextBoolean()) instanceof Batch batch) {
                assertThat(batch.size()).isIn(1, 2, 4, 8);
                assertThat(batch.slots()).hasSize(batch.size());
                taken.addAll(batch.slots());
            } else if (any.waitingViews() > 0) {
                long oldest = expected.stream()
                        .filter(slot -> !taken.contains(slot))
                        .mapToLong(slot -> slot.image().readyAtNanos())
                        .min()
                        .orElseThrow();
                assertThat(time.get() - oldest).isLessThan(LINGER);
            }
        }
        while (any.next(false) instanceof Batch batch) {
            taken.addAll(batch.slots());
        }
        assertThat(taken).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(taken.stream().collect(Collectors.groupingBy(Slot::image)).values())
                .allSatisfy(ofImage -> assertThat(ofImage).isSortedAccordingTo(Comparator.comparingInt(Slot::view)));
    }

    private static ViewBatcher batcher(AtomicLong clock, Integer... sizes) {
        return new ViewBatcher(
                BatchPlan.of(List.of(sizes), sizes[sizes.length - 1], Duration.ofNanos(LINGER)), clock::get);
    }

    private PreparedImage image(int views) {
        return image(views, now);
    }

    static PreparedImage image(int views, AtomicLong clock) {
        List<View> all = new ArrayList<>();
        for (int i = 0; i < views; i++) {
            all.add(new View("view-" + i, new byte[3]));
        }
        return new PreparedImage(null, all, all, clock.get(), new Activity());
    }
}
