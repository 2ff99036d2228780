package io.bulwark.stream.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.bulwark.stream.access.Roles;
import io.bulwark.stream.access.Users;
import io.bulwark.stream.picture.ExplanationClient;
import io.bulwark.stream.picture.PreviewClient;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.review.PictureViewers;
import jakarta.annotation.Nullable;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Who can see an image's picture here, and who did. */
@Path("/api/v1/images/{imageId}/viewers")
@Tag(name = "pictures")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Roles.ADMIN)
public class ViewerResource {

    private static final Duration LOOKS = Duration.ofDays(90);

    private final Asker asker;
    private final PictureViewers viewers;
    private final PreviewClient preview;
    private final ExplanationClient explanations;
    private final Users users;

    ViewerResource(
            Asker asker, PictureViewers viewers, PreviewClient preview, ExplanationClient explanations, Users users) {
        this.asker = asker;
        this.viewers = viewers;
        this.preview = preview;
        this.explanations = explanations;
        this.users = users;
    }

    /** From roles, tenants, queues, claims and kept pictures; and from the audit log who looked. */
    @GET
    @Operation(
            operationId = "pictureViewers",
            summary = "Who can see this picture, and who was given it",
            description =
                    "What this application gives out. Who can read the broker, the location of the file or the keys of"
                            + " kept pictures is for their owners to say.")
    public ViewersDocument viewers(
            @PathParam("imageId") String imageId,
            @QueryParam("from")
                    @Parameter(description = "Looks then or later, ISO 8601 in UTC; the last 90 days without it")
                    String from) {
        String tenant = asker.person().tenant();
        Instant since = CaseResource.CaseQuestions.instant("from", from)
                .orElseGet(() -> Instant.now().minus(LOOKS));
        PictureViewers.Known known = viewers.of(tenant, imageId, since);
        if (!known.isKnown()) {
            throw Problem.NO_DECISION.exception();
        }
        boolean kept = known.items().stream().anyMatch(PictureViewers.Item::kept);
        boolean open = known.items().stream().anyMatch(PictureViewers.Item::open);
        boolean fetched = preview.isConfigured();
        return new ViewersDocument(
                tenant,
                imageId,
                List.of(
                        way("IMAGE", fetched, tenant, Roles.REVIEWER),
                        way("EXPLANATION", fetched && explanations.isConfigured(), tenant, Roles.REVIEWER),
                        way("ITEM", (fetched || kept) && !known.items().isEmpty(), tenant, Roles.SENIOR),
                        way("CLAIM", (fetched || kept) && open, tenant, Roles.REVIEWER)),
                known.items(),
                since,
                known.looks());
    }

    private Way way(String how, boolean open, String tenant, String role) {
        return new Way(
                how,
                open,
                Roles.ALL.stream()
                        .filter(each -> Roles.withIncluded(Set.of(each)).contains(role))
                        .toList(),
                users.having(role, tenant).orElse(null));
    }

    /**
     * Who can see a picture.
     *
     * @param looksFrom how far back looks are listed
     */
    @Schema(name = "ViewersDocument")
    public record ViewersDocument(
            String tenant,
            String imageId,
            List<Way> ways,
            List<PictureViewers.Item> items,
            @Schema(implementation = String.class) Instant looksFrom,
            List<PictureViewers.Look> looks) {}

    /**
     * A way to the picture.
     *
     * @param how IMAGE: the page of the image, while the upload is kept or its location has the file; EXPLANATION: maps of
     *     it; ITEM: an item of the queue, open or not; CLAIM: an item, by claiming it
     * @param open whether it leads to the picture as things are set now
     * @param roles of the tenant, or of all tenants, that have it
     * @param people the built-in users with such a role; null where people log in otherwise
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(name = "PictureWay")
    public record Way(
            String how,
            boolean open,
            List<String> roles,
            @Nullable List<String> people) {}
}
