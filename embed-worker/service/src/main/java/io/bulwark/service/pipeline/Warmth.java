package io.bulwark.service.pipeline;

import io.bulwark.perception.encoder.EncoderDescription;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What all encoders of a worker are, once warm.
 *
 * @param description the same for all
 * @param twin what their twins are, where such run
 * @param viewsPerSecond of all together, by batch size
 * @param bestSize the batch size with the most
 */
public record Warmth(
        EncoderDescription description,
        Optional<EncoderDescription> twin,
        Map<Integer, Double> viewsPerSecond,
        int bestSize) {

    /** Adds up what each measured while the others measured too. */
    static Warmth of(List<WarmPair> threads) {
        Map<Integer, Double> together = new TreeMap<>();
        Set<Integer> sizes = threads.get(0).viewsPerSecond().keySet();
        for (int size : sizes) {
            together.put(
                    size,
                    threads.stream()
                            .mapToDouble(each -> each.viewsPerSecond().getOrDefault(size, 0.0))
                            .sum());
        }
        int best = Collections.max(together.entrySet(), Map.Entry.comparingByValue())
                .getKey();
        WarmPair any = threads.get(0);
        return new Warmth(
                any.encoder().encoder().description(),
                any.twin().map(twin -> twin.encoder().description()),
                Collections.unmodifiableMap(together),
                best);
    }
}
