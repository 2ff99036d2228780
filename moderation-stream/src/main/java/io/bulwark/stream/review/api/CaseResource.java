package io.bulwark.stream.review.api;

import io.bulwark.stream.review.CurrentPerson;
import io.bulwark.stream.review.ReviewRefusedException;
import io.bulwark.stream.review.ReviewRefusedException.Kind;
import io.bulwark.stream.review.Roles;
import io.bulwark.stream.review.api.ReviewDocuments.CasePageDocument;
import io.bulwark.stream.review.casebook.CaseFilter;
import io.bulwark.stream.review.casebook.CasePages;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** Pages of the casebook, newest first. */
@Path("/api/v1/cases")
@Blocking
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed({Roles.VIEWER, Roles.REVIEWER, Roles.SENIOR, Roles.CURATOR, Roles.ADMIN})
public class CaseResource {

    private final CurrentPerson current;
    private final CasePages pages;

    CaseResource(CurrentPerson current, CasePages pages) {
        this.current = current;
        this.pages = pages;
    }

    /** A page of the cases that meet all conditions. */
    @GET
    public CasePageDocument page(
            @QueryParam("decision") String decision,
            @QueryParam("uploader") String uploader,
            @QueryParam("label") String label,
            @QueryParam("reviewer") String reviewer,
            @QueryParam("audited") boolean audited,
            @QueryParam("from") String from,
            @QueryParam("until") String until,
            @QueryParam("leastScore") String leastScore,
            @QueryParam("mostScore") String mostScore,
            @QueryParam("after") String after,
            @QueryParam("limit") @DefaultValue("50") String limit) {
        var filter = new CaseFilter(
                Optional.ofNullable(decision).map(word -> word.toUpperCase(Locale.ROOT)),
                Optional.ofNullable(uploader),
                Optional.ofNullable(label),
                Optional.ofNullable(reviewer),
                audited,
                parsed("from", from, Instant::parse),
                parsed("until", until, Instant::parse),
                parsed("leastScore", leastScore, Double::valueOf),
                parsed("mostScore", mostScore, Double::valueOf));
        int size = parsed("limit", limit, Integer::valueOf).orElseThrow();
        return CasePageDocument.of(pages.page(current.get(), filter, Optional.ofNullable(after), size));
    }

    private static <T> Optional<T> parsed(String name, String text, Function<String, T> parse) {
        try {
            return Optional.ofNullable(text).map(parse);
        } catch (NumberFormatException | DateTimeParseException unfit) {
            throw new ReviewRefusedException(Kind.INVALID, name + " cannot be read: '" + text + "'.");
        }
    }
}
