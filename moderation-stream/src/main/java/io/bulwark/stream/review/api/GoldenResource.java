package io.bulwark.stream.review.api;

import io.bulwark.stream.review.CurrentPerson;
import io.bulwark.stream.review.Roles;
import io.bulwark.stream.review.api.ReviewDocuments.GoldenRequest;
import io.bulwark.stream.review.queue.GoldenItems;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.UUID;

/** Golden items, for seniors: reviewers cannot tell them from others. */
@Path("/api/v1/review/golden")
@Blocking
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed({Roles.SENIOR, Roles.ADMIN})
public class GoldenResource {

    private final CurrentPerson current;
    private final GoldenItems golden;

    GoldenResource(CurrentPerson current, GoldenItems golden) {
        this.current = current;
        this.golden = golden;
    }

    /** Makes a decided item golden. */
    @PUT
    @Path("/{itemId}")
    public void add(@PathParam("itemId") UUID itemId, GoldenRequest request) {
        golden.add(current.get(), itemId, request == null || request.answer() == null ? "nothing" : request.answer());
    }

    /** How reviewers answered them. */
    @GET
    public List<GoldenItems.Tally> tallies() {
        return golden.tallies(current.get());
    }
}
