package io.bulwark.stream.api;
import io.bulwark.stream.problem.ProblemException;
import io.bulwark.stream.problem.Problem;

import io.bulwark.stream.review.CaseFilter;
import jakarta.ws.rs.QueryParam;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;

/** The conditions that lists of cases take; all hold at once. */
public final class CaseQuestions {

    @QueryParam("image")
    @Parameter(description = "This image")
    String image;

    @QueryParam("decision")
    @Parameter(description = "SAFE, NSFW, REVIEW or REFUSED")
    String decision;

    @QueryParam("reason")
    @Parameter(description = "Why the worker could not decide, or refused, such as UNCERTAIN")
    String reason;

    @QueryParam("uploader")
    @Parameter(description = "Of this uploader")
    String uploader;

    @QueryParam("label")
    @Parameter(description = "One of the labels")
    String label;

    @QueryParam("reviewer")
    @Parameter(description = "Decided by this person")
    String reviewer;

    @QueryParam("audited")
    @Parameter(description = "true: only images of which an attack is suspected")
    boolean audited;

    @QueryParam("from")
    @Parameter(description = "Decided then or later, ISO 8601 in UTC")
    String from;

    @QueryParam("until")
    @Parameter(description = "Decided before then, ISO 8601 in UTC")
    String until;

    @QueryParam("leastScore")
    @Parameter(description = "This score or more, 0 to 1")
    String leastScore;

    @QueryParam("mostScore")
    @Parameter(description = "This score or less, 0 to 1")
    String mostScore;

    /** @throws ProblemException where one of them cannot be read */
    CaseFilter filter() {
        return new CaseFilter(
                Optional.ofNullable(image),
                upper(decision),
                upper(reason),
                Optional.ofNullable(uploader),
                Optional.ofNullable(label),
                Optional.ofNullable(reviewer),
                audited,
                parsed("from", from, Instant::parse),
                parsed("until", until, Instant::parse),
                parsed("leastScore", leastScore, Double::valueOf),
                parsed("mostScore", mostScore, Double::valueOf));
    }

    private static Optional<String> upper(String word) {
        return Optional.ofNullable(word).map(given -> given.toUpperCase(Locale.ROOT));
    }

    /** @throws ProblemException naming the parameter that cannot be read */
    static <T> Optional<T> parsed(String name, String text, Function<String, T> parse) {
        try {
            return Optional.ofNullable(text).map(parse);
        } catch (NumberFormatException | DateTimeParseException unfit) {
            throw Problem.BAD_PARAMETER.with(name + " cannot be read: '" + text + "'.");
        }
    }
}
