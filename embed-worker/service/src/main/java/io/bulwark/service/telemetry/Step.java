package io.bulwark.service.telemetry;

import java.util.Locale;

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
