package io.bulwark.service.telemetry;

import java.util.Locale;

/** The steps that are spans of their own. */
public enum SpanStep {
    FETCH,
    DECODE,
    EMBED,
    TWIN,
    DECIDE,
    COMMIT;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** The span's name, such as {@code fetch}. */
    String label() {
        return label;
    }
}
