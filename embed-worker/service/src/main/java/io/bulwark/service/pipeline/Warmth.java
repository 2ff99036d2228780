package io.bulwark.service.pipeline;

import io.bulwark.perception.model.EncoderDescription;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What all encoders of a worker are, once warm.
 *
 * @param description the same for all
 * @param viewsPerSecond of all together, by batch size
 * @param bestSize the batch size with the most
 */
public record Warmth(EncoderDescription description, Map<Integer, Double> viewsPerSecond, int bestSize) {

    /** Adds up what each measured while the others measured too. */
    static Warmth of(List<WarmEncoder> encoders) {
        Map<Integer, Double> together = new TreeMap<>();
        Set<Integer> sizes = encoders.get(0).viewsPerSecond().keySet();
        for (int size : sizes) {
            together.put(
                    size,
                    encoders.stream()
                            .mapToDouble(each -> each.viewsPerSecond().getOrDefault(size, 0.0))
                            .sum());
        }
        int best = Collections.max(together.entrySet(), Map.Entry.comparingByValue())
                .getKey();
        return new Warmth(encoders.get(0).encoder().description(), Collections.unmodifiableMap(together), best);
    }
}
