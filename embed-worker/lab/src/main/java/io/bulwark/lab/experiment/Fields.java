package io.bulwark.lab.experiment;

import io.bulwark.cli.report.Share;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** Fields of a result in the order in which they are named, for {@code --json} and the JSON file. */
public final class Fields {

    private Fields() {}

    /**
     * Names and values by turns.
     *
     * @param namesAndValues a name, its value, and so on; an {@link Optional} is its value, and no field where it is
     *     empty or null
     * @return a map that may be added to
     */
    public static Map<String, Object> of(Object... namesAndValues) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            Object value = namesAndValues[i + 1];
            if (value instanceof OptionalDouble number) {
                value = number.stream().boxed().findFirst();
            }
            if (value instanceof Optional<?> optional) {
                value = optional.orElse(null);
            }
            if (value != null) {
                fields.put((String) namesAndValues[i], value);
            }
        }
        return fields;
    }

    /** A share with its interval, the number of its questions, and of their files where the interval is over these. */
    public static Map<String, Object> of(Share share) {
        Map<String, Object> fields =
                of("value", share.value(), "low", share.low(), "high", share.high(), "questions", share.trials());
        if (share instanceof FileBootstrap overFiles) {
            fields.put("files", overFiles.files());
        }
        return fields;
    }

    /** The same for people, formatted without a locale. */
    public static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
