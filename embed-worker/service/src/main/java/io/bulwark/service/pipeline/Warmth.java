package io.bulwark.service.pipeline;

import io.bulwark.perception.encoder.Encoder;
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

    /**
     * The encoders of one inference thread, warm.
     *
     * @param encoder the one that decides
     * @param twin the one that audits, where one runs
     */
    record WarmPair(WarmEncoder encoder, Optional<WarmEncoder> twin) {

        /** Views a second by batch size, each seen by both, one after the other. */
        Map<Integer, Double> viewsPerSecond() {
            if (twin.isEmpty()) {
                return encoder.viewsPerSecond();
            }
            Map<Integer, Double> both = new TreeMap<>(encoder.viewsPerSecond());
            both.keySet().retainAll(twin.get().viewsPerSecond().keySet());
            both.replaceAll((size, rate) ->
                    1 / (1 / rate + 1 / twin.get().viewsPerSecond().get(size)));
            return both;
        }
    }

    /**
     * An encoder whose batch sizes are warm.
     *
     * @param encoder used and closed by the thread that opened it
     * @param viewsPerSecond measured, by warm batch size; at least one size
     */
    public record WarmEncoder(Encoder encoder, Map<Integer, Double> viewsPerSecond) {

        /** Opens an encoder and warms it up; called on the inference thread, again after a device failure. */
        @FunctionalInterface
        public interface Factory {

            WarmEncoder open();
        }
    }
}
