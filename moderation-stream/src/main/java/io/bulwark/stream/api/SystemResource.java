package io.bulwark.stream.api;
import io.bulwark.stream.access.LoginMechanism;

import io.bulwark.stream.StreamConfig;
import io.bulwark.stream.access.Roles;
import io.bulwark.stream.access.Visitor;
import io.bulwark.stream.document.SystemDocument;
import io.bulwark.stream.feed.VerdictFeed;
import io.bulwark.stream.picture.ExplanationClient;
import io.bulwark.stream.picture.PreviewClient;
import io.bulwark.stream.review.EvidenceStatus;
import io.bulwark.stream.runtime.InstanceAddress;
import io.bulwark.stream.runtime.StreamsState;
import io.bulwark.stream.runtime.StreamsStatus;
import io.bulwark.stream.runtime.StreamsSupervisor;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.NewCookie;
import jakarta.ws.rs.core.Response;
import java.util.Locale;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** This instance, and who is asking it. */
@Path("/api/v1")
@Tag(name = "system")
@RolesAllowed(Roles.VIEWER)
public class SystemResource {

    private final StreamsSupervisor supervisor;
    private final InstanceAddress self;
    private final VerdictFeed feed;
    private final Asker asker;
    private final PreviewClient preview;
    private final EvidenceStatus evidence;
    private final ExplanationClient explanations;
    private final String conceptsUrl;
    private final LoginMechanism.Login login;
    private final String version;
    private final String sessionCookie;

    SystemResource(
            StreamsSupervisor supervisor,
            InstanceAddress self,
            VerdictFeed feed,
            Asker asker,
            PreviewClient preview,
            EvidenceStatus evidence,
            ExplanationClient explanations,
            StreamConfig config,
            @ConfigProperty(name = "quarkus.application.version") String version,
            @ConfigProperty(name = "quarkus.http.auth.form.cookie-name") String sessionCookie) {
        this.supervisor = supervisor;
        this.self = self;
        this.feed = feed;
        this.asker = asker;
        this.preview = preview;
        this.evidence = evidence;
        this.explanations = explanations;
        this.conceptsUrl = config.console().conceptsUrl().orElse(null);
        this.login = LoginMechanism.Login.of(config.access());
        this.version = version;
        this.sessionCookie = sessionCookie;
    }

    /** How this instance is, and who asks. */
    @GET
    @Path("/system")
    @Operation(operationId = "system", summary = "How the instance that answers is, and who asks it")
    public SystemDocument system() {
        StreamsStatus status = supervisor.status();
        Visitor visitor = asker.visitor();
        return new SystemDocument(
                version,
                self.toString(),
                status.state().name(),
                status.state() == StreamsState.RUNNING,
                status.message(),
                feed.watching(),
                new SystemDocument.PicturesDocument(
                        preview.isConfigured(), evidence.kept(), explanations.isConfigured(), evidence.message()),
                conceptsUrl,
                new SystemDocument.VisitorDocument(
                        visitor.name(),
                        visitor.tenantName(),
                        visitor.roles().stream().sorted().toList(),
                        login.name().toLowerCase(Locale.ROOT)));
    }

    /** Ends the session of a built-in user: the browser forgets its cookie. */
    @POST
    @Path("/logout")
    @Operation(operationId = "logout", summary = "Ends the session of a built-in user")
    public Response logout() {
        return Response.noContent()
                .cookie(new NewCookie.Builder(sessionCookie).path("/").maxAge(0).build())
                .build();
    }
}
