package io.bulwark.stream.api;

import io.bulwark.stream.access.Roles;
import io.bulwark.stream.api.ReviewDocuments.GoldenRequest;
import io.bulwark.stream.review.GoldenItems;
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
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Golden items, for seniors: reviewers cannot tell them from others. */
@Path("/api/v1/review/golden")
@Tag(name = "review")
@Blocking
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed({Roles.SENIOR, Roles.ADMIN})
public class GoldenResource {

    private final Asker asker;
    private final GoldenItems golden;

    GoldenResource(Asker asker, GoldenItems golden) {
        this.asker = asker;
        this.golden = golden;
    }

    /** Makes a decided item golden. */
    @PUT
    @Path("/{itemId}")
    @Operation(
            operationId = "golden",
            summary = "Makes a decided item golden",
            description =
                    "From then on copies of it are mixed into the claims; what is decided of them is measured and never published.")
    public void add(@PathParam("itemId") UUID itemId, GoldenRequest request) {
        golden.add(asker.person(), itemId, request == null || request.answer() == null ? "nothing" : request.answer());
    }

    /** How reviewers answered them. */
    @GET
    @Operation(operationId = "goldenTallies", summary = "How reviewers answered golden items")
    public List<GoldenItems.Tally> tallies() {
        return golden.tallies(asker.person());
    }
}
