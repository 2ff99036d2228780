package io.bulwark.cli.terminal;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;

/** Lengths of time on the command line. */
public final class TimeSpan {

    private TimeSpan() {}

    /**
     * A length of time as people write it, or as ISO 8601 does: {@code 90s}, {@code 1h30m}, {@code 7d}, {@code P7D}.
     *
     * @param option whose value it is
     * @throws CommandFailure if it is none, or negative
     */
    public static Duration parse(String option, String text) {
        String upper = text.strip().toUpperCase(Locale.ROOT);
        try {
            Duration duration =
                    Duration.parse(upper.startsWith("P") ? upper : upper.endsWith("D") ? "P" + upper : "PT" + upper);
            if (!duration.isNegative()) {
                return duration;
            }
        } catch (DateTimeParseException unreadable) {
            // Said below, with what is allowed.
        }
        throw CommandFailure.usage(
                option + " " + text + " is no length of time; allowed are such as 90s, 30m, 24h and 7d");
    }

    /**
     * The same within bounds.
     *
     * @throws CommandFailure if it is shorter or longer
     */
    public static Duration parse(String option, String text, Duration least, Duration most) {
        Duration duration = parse(option, text);
        if (duration.compareTo(least) < 0 || duration.compareTo(most) > 0) {
            throw CommandFailure.usage(option + " is " + text + ", allowed is " + least + " to " + most);
        }
        return duration;
    }
}
