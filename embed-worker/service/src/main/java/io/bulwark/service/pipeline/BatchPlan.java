package io.bulwark.service.pipeline;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * How batches are made up.
 *
 * @param sizes warm batch sizes, ascending
 * @param best the size that a batch is filled to
 * @param linger how long a view waits for a fuller batch
 */
record BatchPlan(int[] sizes, int best, Duration linger) {

    BatchPlan {
        sizes = Arrays.stream(sizes).sorted().distinct().toArray();
        if (sizes.length == 0 || Arrays.binarySearch(sizes, best) < 0) {
            throw new IllegalArgumentException("The best batch size " + best + " is not among the warm ones "
                    + Arrays.toString(sizes) + " (bulwark.batch.largest)");
        }
    }

    static BatchPlan of(List<Integer> sizes, int best, Duration linger) {
        return new BatchPlan(sizes.stream().mapToInt(Integer::intValue).toArray(), best, linger);
    }

    /** The largest warm size that so many views fill; the smallest where they fill none, to be padded. */
    int sizeFor(int views) {
        int fitting = sizes[0];
        for (int size : sizes) {
            if (size <= views && size <= best) {
                fitting = size;
            }
        }
        return fitting;
    }
}
