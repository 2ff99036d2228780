package io.bulwark.stream.api;

import io.bulwark.events.Decision;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.problem.Problem.ProblemException;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;

/** The parameters that lists have in common, and the way from one page to the next. */
final class ListParameters {

    static final String DEFAULT_LIMIT = "50";
    static final String CSV = "text/csv; charset=UTF-8";
    private static final int MOST_ROWS = 100_000;
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

    /**
     * How many rows a table has at most.
     *
     * @throws ProblemException where the text is no number from 1 to {@value #MOST_ROWS}
     */
    static int rows(String limit) {
        int most = CaseResource.CaseQuestions.parsed("limit", limit, Integer::valueOf)
                .orElseThrow();
        Problem.BAD_PARAMETER.when(most < 1 || most > MOST_ROWS, "limit is 1 to " + MOST_ROWS + ", not " + most + ".");
        return most;
    }

    /**
     * A table, written page by page as it is read; the first page before the answer begins.
     *
     * @param file that a browser saves it as
     * @param most rows
     * @param pages by the place that a page begins at, empty for the first, and the rows that are still asked for
     */
    static <R> Response csv(
            String file, int most, CsvTable<R> table, BiFunction<Optional<String>, Integer, Rows<R>> pages) {
        Rows<R> first = pages.apply(Optional.empty(), most);
        StreamingOutput answer = output -> {
            Writer writer = new OutputStreamWriter(output, StandardCharsets.UTF_8);
            CsvTable.Lines<R> lines = table.begin(writer);
            int left = most;
            Rows<R> page = first;
            while (true) {
                for (R row : page.rows()) {
                    lines.add(row);
                }
                left -= page.rows().size();
                if (left == 0 || page.next() == null) {
                    break;
                }
                page = pages.apply(Optional.of(page.next()), left);
            }
            writer.flush();
        };
        return Response.ok(answer, CSV)
                .header("Content-Disposition", "attachment; filename=\"" + file + "\"")
                .build();
    }

    /**
     * A page of a table.
     *
     * @param next where the following page begins; null on the last one
     */
    record Rows<R>(List<R> rows, String next) {}

    /** Begins a table. */
    interface CsvTable<R> {

        Lines<R> begin(Appendable to) throws IOException;

        /** Adds a line a row. */
        interface Lines<R> {

            void add(R row) throws IOException;
        }
    }
}
