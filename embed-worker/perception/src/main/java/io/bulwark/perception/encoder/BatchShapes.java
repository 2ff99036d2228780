package io.bulwark.perception.encoder;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Which batch sizes an encoder runs warm, and which is best here. Larger is not better on a CPU: activations fall out of
 * its caches.
 *
 * @param imagesPerSecond as measured, by batch size
 * @param best the size with the most images in a second
 */
public record BatchShapes(Map<Integer, Double> imagesPerSecond, int best) {

    /** The sizes that encoders run: a count between them is padded to the next. */
    public static final List<Integer> CANDIDATES = List.of(1, 2, 4, 8, 16, 32);

    /** The largest of them. */
    public static final int LARGEST = CANDIDATES.get(CANDIDATES.size() - 1);

    /** Calls in which libtorch's profiling executor specialises a new shape. */
    private static final int WARM_UP_CALLS = 3;

    public BatchShapes {
        imagesPerSecond = Collections.unmodifiableMap(new TreeMap<>(imagesPerSecond));
    }

    /** The size that a count of 1 to {@link #LARGEST} is run at. */
    public static int shapeFor(int count) {
        return CANDIDATES.stream()
                .filter(size -> size >= count)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("a batch of " + count + " exceeds " + LARGEST));
    }

    /**
     * Warms an encoder and measures it. Runs on the calling thread, which must be the one that will embed. A call that is
     * expected to outlast {@code each} is not made twice: what a first call costs more is little beside it, and a slow
     * encoder would be long in starting.
     *
     * @param encoder not in use by another thread
     * @param largest sizes beyond are left alone
     * @param each time to measure each size for, after its warm-up
     */
    public static BatchShapes measure(Encoder encoder, int largest, Duration each) {
        if (largest < 1) {
            throw new IllegalArgumentException("largest batch is " + largest + ", allowed are 1 and more");
        }
        Map<Integer, Double> rates = new TreeMap<>();
        double rate = Double.POSITIVE_INFINITY;
        for (int size : CANDIDATES) {
            if (size <= largest) {
                boolean isLong = size / rate * 1e9 > each.toNanos();
                rate = rate(encoder, size, isLong ? 0 : WARM_UP_CALLS, each);
                rates.put(size, rate);
            }
        }
        return of(rates);
    }

    /**
     * Warms and measures an encoder at some of the {@link #CANDIDATES} alone, each warmed whatever it takes.
     *
     * @param encoder not in use by another thread
     * @param sizes at least one
     * @param each time to measure each size for, after its warm-up
     */
    public static BatchShapes measure(Encoder encoder, List<Integer> sizes, Duration each) {
        Map<Integer, Double> rates = new TreeMap<>();
        for (int size : sizes) {
            rates.put(size, rate(encoder, size, WARM_UP_CALLS, each));
        }
        return of(rates);
    }

    private static BatchShapes of(Map<Integer, Double> rates) {
        return new BatchShapes(
                rates,
                Collections.max(rates.entrySet(), Map.Entry.comparingByValue()).getKey());
    }

    private static double rate(Encoder encoder, int size, int warmUpCalls, Duration each) {
        EncoderDescription description = encoder.description();
        int imageBytes =
                description.preprocess().height() * description.preprocess().width() * 3;
        ByteBuffer views = ByteBuffer.allocateDirect(size * imageBytes);
        return size * 1e9 / FastestCall.nanos(warmUpCalls, each, () -> encoder.embed(views, size));
    }

    @Override
    public String toString() {
        return imagesPerSecond.entrySet().stream()
                .map(rate -> "%d: %.0f/s".formatted(rate.getKey(), rate.getValue()))
                .collect(Collectors.joining(", ", "batch " + best + " of {", "}"));
    }

    /**
     * How speed is measured here: by the fastest of many calls, for what disturbs the others has nothing to do with
     * them.
     */
    public static final class FastestCall {

        private FastestCall() {}

        /**
         * Measures on the calling thread.
         *
         * @param warmUp calls before the first that counts; fewer, but one, where these alone take as long as {@code
         *     time}
         * @param time to go on for after the warm-up; one call counts at least
         * @return nanoseconds
         */
        public static long nanos(int warmUp, Duration time, Runnable call) {
            long begin = System.nanoTime();
            for (int i = 0; i < warmUp && (i == 0 || System.nanoTime() - begin < time.toNanos()); i++) {
                call.run();
            }
            long fastest = Long.MAX_VALUE;
            begin = System.nanoTime();
            do {
                long start = System.nanoTime();
                call.run();
                fastest = Math.min(fastest, System.nanoTime() - start);
            } while (System.nanoTime() - begin < time.toNanos());
            return fastest;
        }
    }
}
