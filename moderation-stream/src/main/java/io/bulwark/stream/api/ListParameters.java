package io.bulwark.stream.api;

import io.bulwark.events.Decision;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.problem.Problem.ProblemException;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The parameters that lists have in common, and the way from one page to the next. */
final class ListParameters {

    static final String DEFAULT_LIMIT = "50";
    private static final int MOST = 1000;
    private static final Set<String> DECISIONS =
            new TreeSet<>(Arrays.stream(Decision.values()).map(Enum::name).toList());

    private ListParameters() {}

    /** @throws ProblemException where the text is no number from 1 to {@value #MOST} */
    static int limit(String text) {
        if (!text.matches("[0-9]{1,4}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > MOST) {
            throw Problem.BAD_PARAMETER.with("limit must be a number from 1 to " + MOST + ".");
        }
        return Integer.parseInt(text);
    }

    /**
     * The decisions that a list or feed is narrowed to.
     *
     * @param given values of the parameter, each one name or several with commas between, in any case
     * @return empty for all
     * @throws ProblemException for a name that is no decision
     */
    static Set<String> decisions(List<String> given) {
        Set<String> wanted = new TreeSet<>();
        for (String value : given) {
            for (String name : value.split(",")) {
                wanted.add(name.strip().toUpperCase(Locale.ROOT));
            }
        }
        Problem.BAD_PARAMETER.when(
                !DECISIONS.containsAll(wanted),
                "decision must be one or more of " + String.join(", ", DECISIONS) + ".");
        return wanted;
    }

    /**
     * The answer with a {@code Link} header (RFC 8288) to the next page, where there is one.
     *
     * @param cursor name of the parameter that says where a page begins
     */
    static Response linked(Response.ResponseBuilder answer, UriInfo asked, String cursor, Optional<String> next) {
        next.ifPresent(place -> answer.link(
                asked.getRequestUriBuilder()
                        .scheme(null)
                        .host(null)
                        .port(-1)
                        .replaceQueryParam(cursor, "{place}")
                        .build(place),
                "next"));
        return answer.build();
    }
}
