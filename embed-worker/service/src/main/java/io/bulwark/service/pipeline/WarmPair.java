package io.bulwark.service.pipeline;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

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
        both.replaceAll(
                (size, rate) -> 1 / (1 / rate + 1 / twin.get().viewsPerSecond().get(size)));
        return both;
    }
}
