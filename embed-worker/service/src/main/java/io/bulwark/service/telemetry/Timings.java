package io.bulwark.service.telemetry;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Microseconds by step of one image. Any thread: a deadline may read while a step still writes. */
public final class Timings {

    private final Map<Step, Long> micros = new EnumMap<>(Step.class); // guarded by this

    /** Adds to a step; an image whose views span two batches is embedded twice. */
    public synchronized void add(Step step, long value) {
        micros.merge(step, value, Long::sum);
    }

    /** As the verdict has them, in the order of the steps. */
    public synchronized Map<String, Long> byLabel() {
        Map<String, Long> labelled = new LinkedHashMap<>();
        micros.forEach((step, value) -> labelled.put(step.label(), value));
        return labelled;
    }

    /** The steps of one image, as the verdict's timings and the meter {@code bulwark.step} name them. */
    public enum Step {
        FETCH,
        DECODE,
        PREPROCESS,
        QUEUE,
        EMBED,
        TWIN,
        SEARCH;

        private final String label = name().toLowerCase(Locale.ROOT);

        /** The name outside, such as {@code fetch}. */
        public String label() {
            return label;
        }
    }
}
