package io.bulwark.stream.api;
import io.bulwark.stream.problem.ProblemException;
import io.bulwark.stream.problem.Problem;

import io.bulwark.events.Decision;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** The decisions that a list or feed is narrowed to. */
final class Decisions {

    private static final Set<String> NAMES =
            new TreeSet<>(Arrays.stream(Decision.values()).map(Enum::name).toList());

    private Decisions() {}

    /**
     * @param given values of the parameter, each one name or several with commas between, in any case
     * @return empty for all
     * @throws ProblemException for a name that is no decision
     */
    static Set<String> parse(List<String> given) {
        Set<String> wanted = new TreeSet<>();
        for (String value : given) {
            for (String name : value.split(",")) {
                wanted.add(name.strip().toUpperCase(Locale.ROOT));
            }
        }
        if (!NAMES.containsAll(wanted)) {
            throw Problem.BAD_PARAMETER.with("decision must be one or more of " + String.join(", ", NAMES) + ".");
        }
        return wanted;
    }
}
