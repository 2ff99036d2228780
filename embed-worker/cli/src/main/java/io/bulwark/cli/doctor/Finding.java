package io.bulwark.cli.doctor;

import io.bulwark.cli.terminal.Output;
import java.util.Locale;
import java.util.Map;

/**
 * What was seen of one thing.
 *
 * @param part what was looked at, in one word
 * @param says what was found, a clause without a full stop
 * @param mend the command or setting that fixes it; empty where nothing is wrong
 */
record Finding(String part, State state, String says, String mend) {

    /** How bad it is. */
    enum State {
        /** As it should be. */
        WELL,
        /** It works, but an operator should look at it. */
        UNSURE,
        /** It does not work. */
        WRONG,
        /** It was not examined; {@code says} has the reason. */
        UNASKED
    }

    static Finding well(String part, String says) {
        return new Finding(part, State.WELL, says, "");
    }

    static Finding unsure(String part, String says, String mend) {
        return new Finding(part, State.UNSURE, says, mend);
    }

    static Finding wrong(String part, String says, String mend) {
        return new Finding(part, State.WRONG, says, mend);
    }

    static Finding unasked(String part, String why) {
        return new Finding(part, State.UNASKED, why, "");
    }

    /** One line, with a second one for the fix, or one JSON object. */
    void print(Output output) {
        String word = state.name().toLowerCase(Locale.ROOT);
        Map<String, Object> fields = Output.fields("part", part, "state", word, "says", says, "mend", mend);
        String line = "%-8s %-10s %s".formatted(word, part, says);
        output.print(mend.isEmpty() ? line : line + System.lineSeparator() + " ".repeat(20) + "mend: " + mend, fields);
    }
}
