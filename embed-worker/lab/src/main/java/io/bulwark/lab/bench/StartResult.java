package io.bulwark.lab.bench;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Starts of one worker.
 *
 * @param first until it was ready where the model's program had to be written first
 * @param others until it was ready in the starts after it, at least one
 * @param weights bytes of the model's weights
 * @param resident bytes of the last worker in RAM when it was ready
 * @param images moderated by it thereafter
 * @param residentAfter bytes in RAM after them
 */
record StartResult(Duration first, List<Duration> others, long weights, long resident, int images, long residentAfter) {

    static final Duration LIMIT = Duration.ofSeconds(10);
    static final double MOST_TIMES = 2.5;

    StartResult {
        others = others.stream().sorted().toList();
    }

    /** The middle one of the starts after the first; of an even number the later of two. */
    Duration median() {
        return others.get(others.size() / 2);
    }

    /** Memory of the ready worker as a multiple of the weights. */
    double times() {
        return (double) resident / weights;
    }

    /** The same after the images. */
    double timesAfter() {
        return (double) residentAfter / weights;
    }

    boolean holds() {
        return median().compareTo(LIMIT) < 0 && times() < MOST_TIMES && timesAfter() < MOST_TIMES;
    }

    String text() {
        return String.format(
                Locale.ROOT,
                """
                first     ready after %.1f s, the model's program written
                others    ready after %.1f s, %.1f to %.1f s in %d starts (wanted under %d)
                memory    %d MiB resident when ready, %.2f times the weights of %d MiB (wanted under %.1f)
                work      %d MiB resident after %d images, %.2f times the weights (wanted under %.1f)""",
                seconds(first),
                seconds(median()),
                seconds(others.get(0)),
                seconds(others.get(others.size() - 1)),
                others.size(),
                LIMIT.toSeconds(),
                resident >> 20,
                times(),
                weights >> 20,
                MOST_TIMES,
                residentAfter >> 20,
                images,
                timesAfter(),
                MOST_TIMES);
    }

    Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("firstSeconds", seconds(first));
        fields.put("otherSeconds", others.stream().map(StartResult::seconds).toList());
        fields.put("medianSeconds", seconds(median()));
        fields.put("weightBytes", weights);
        fields.put("residentBytes", resident);
        fields.put("timesWeights", times());
        fields.put("images", images);
        fields.put("residentAfterBytes", residentAfter);
        fields.put("timesWeightsAfter", timesAfter());
        return fields;
    }

    private static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }
}
