package io.bulwark.stream.api;

import io.bulwark.stream.StreamConfig;
import io.bulwark.stream.access.LoginMechanism;
import io.bulwark.stream.access.Roles;
import io.bulwark.stream.access.Visitor;
import io.bulwark.stream.feed.VerdictFeed;
import io.bulwark.stream.picture.ExplanationClient;
import io.bulwark.stream.picture.PreviewClient;
import io.bulwark.stream.review.evidence.Evidence;
import io.bulwark.stream.runtime.InstanceAddress;
import io.bulwark.stream.runtime.StreamsSupervisor;
import io.bulwark.stream.runtime.StreamsSupervisor.StreamsStatus;
import io.bulwark.stream.runtime.StreamsSupervisor.StreamsStatus.State;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.NewCookie;
import jakarta.ws.rs.core.Response;
import java.util.List;
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
    private final Evidence.Status evidence;
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
            Evidence.Status evidence,
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
                status.state() == State.RUNNING,
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

    /**
     * How one instance is, and who asks.
     *
     * @param instance where the others reach it
     * @param state of Kafka Streams
     * @param ready whether all tasks of the instance run
     * @param message one sentence on the state
     * @param pictures whether there are pictures, and whether they are kept
     * @param feedClients who watch the feed of this instance
     * @param conceptsUrl where the sheets of the bank's labels lie; null where that is not set
     */
    public record SystemDocument(
            String version,
            String instance,
            String state,
            boolean ready,
            String message,
            int feedClients,
            PicturesDocument pictures,
            String conceptsUrl,
            VisitorDocument you) {

        /**
         * What is known of pictures.
         *
         * @param shown whether there is a preview to ask
         * @param kept whether pictures of open items are kept
         * @param explained whether there is an explain server to ask
         * @param message one sentence on the keeping
         */
        public record PicturesDocument(boolean shown, boolean kept, boolean explained, String message) {}

        /**
         * Who asks.
         *
         * @param tenant whose records they see; {@code *} for everyone's
         * @param login how they log in: local, users or oidc
         */
        public record VisitorDocument(String name, String tenant, List<String> roles, String login) {}
    }
}
