package io.bulwark.stream;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** Settings such as {@code warn=3,restrict=6.5}. */
final class NamedNumbers {

    static final String ALLOWED = "names with numbers from 0 to 1000000, such as warn=3,restrict=6.5";

    private static final String ONE = "[^=,]+=[0-9]{1,6}(\\.[0-9]{1,3})?";
    private static final Pattern ALL = Pattern.compile(ONE + "(," + ONE + ")*");

    private NamedNumbers() {}

    static boolean isWellFormed(String text) {
        return ALL.matcher(text).matches();
    }

    /** @param text as it is well formed */
    static Map<String, Double> parse(String text) {
        var numbers = new HashMap<String, Double>();
        for (String one : text.split(",")) {
            String[] parts = one.split("=", 2);
            numbers.put(parts[0].strip(), Double.valueOf(parts[1]));
        }
        return numbers;
    }
}
