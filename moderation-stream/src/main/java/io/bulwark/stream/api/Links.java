package io.bulwark.stream.api;

import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.Optional;

/** The way from one page of a list to the next, as a {@code Link} header (RFC 8288). */
final class Links {

    private Links() {}

    /**
     * The answer with a link to the next page, where there is one.
     *
     * @param cursor name of the parameter that says where a page begins
     */
    static Response next(Response.ResponseBuilder answer, UriInfo asked, String cursor, Optional<String> next) {
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
