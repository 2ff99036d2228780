package io.bulwark.stream.api;

import io.bulwark.stream.access.Visitor;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.problem.Problem.ProblemException;
import io.quarkus.security.AuthenticationRedirectException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import io.quarkus.security.identity.SecurityIdentity;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.util.Map;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/**
 * Makes a {@link Problem} of everything that goes wrong: what resources throw, and what never comes as far as a
 * resource. Of a defect the answer has a number that is in the log as well, and nothing else.
 */
@Singleton
class Problems {

    private static final Logger LOG = Logger.getLogger(Problems.class);
    private static final Map<Integer, Problem> KNOWN = Map.of(
            400, Problem.MALFORMED,
            404, Problem.NOT_FOUND,
            405, Problem.METHOD,
            406, Problem.NOT_ACCEPTABLE,
            413, Problem.TOO_LARGE,
            414, Problem.TOO_LONG,
            415, Problem.MEDIA_TYPE,
            431, Problem.HEADERS_TOO_LARGE);

    private final SecurityIdentity identity;

    Problems(SecurityIdentity identity) {
        this.identity = identity;
    }

    /** Before all other routes: what fails in them and is no question of login is answered here. */
    void register(@Observes Router router) {
        router.route().order(Integer.MIN_VALUE).failureHandler(this::failed);
        KNOWN.keySet().forEach(status -> router.errorHandler(status, KNOWN.get(status)::answer));
    }

    @ServerExceptionMapper
    Response ofProblem(ProblemException thrown) {
        return thrown.response();
    }

    @ServerExceptionMapper
    Response ofResource(WebApplicationException thrown) {
        Response theirs = thrown.getResponse();
        if (theirs.hasEntity()) {
            return theirs;
        }
        Problem known = KNOWN.get(theirs.getStatus());
        Response ours = known != null
                ? known.response()
                : Response.status(theirs.getStatus())
                        .type(Problem.MEDIA_TYPE_NAME)
                        .entity(new Problem.Body(
                                Problem.TYPES + "status-" + theirs.getStatus(),
                                theirs.getStatusInfo().getReasonPhrase(),
                                theirs.getStatus(),
                                ""))
                        .build();
        String allow = theirs.getHeaderString("Allow");
        return allow == null
                ? ours
                : Response.fromResponse(ours).header("Allow", allow).build();
    }

    @ServerExceptionMapper
    Response notLoggedIn(UnauthorizedException thrown) {
        return Problem.NO_LOGIN.response();
    }

    @ServerExceptionMapper
    Response notAllowed(ForbiddenException thrown) {
        return (Visitor.hasTenant(identity) ? Problem.NOT_ALLOWED : Problem.NO_TENANT).response();
    }

    @ServerExceptionMapper
    Response defect(RuntimeException thrown) {
        return logged(thrown).response();
    }

    private void failed(RoutingContext context) {
        Throwable thrown = context.failure();
        if (thrown instanceof ForbiddenException) {
            Problem.NOT_ALLOWED.answer(context);
        } else if (thrown instanceof SecurityException || thrown instanceof AuthenticationRedirectException) {
            context.next(); // answered with a challenge
        } else if (KNOWN.containsKey(context.statusCode())) {
            KNOWN.get(context.statusCode()).answer(context);
        } else if (thrown == null) {
            Problem.DEFECT.answer(context);
        } else {
            logged(thrown).answer(context);
        }
    }

    private static ProblemException logged(Throwable thrown) {
        String number = UUID.randomUUID().toString();
        LOG.errorf(thrown, "A request could not be answered, %s", number);
        return Problem.DEFECT.with("This should not happen; it stands in the log under " + number + ".");
    }
}
