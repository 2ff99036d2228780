package io.bulwark.stream.api;

import io.bulwark.stream.access.Refusal;
import io.bulwark.stream.access.Visitor;
import io.bulwark.stream.feed.VerdictFeed.FeedFullException;
import io.bulwark.stream.order.HoldOrders.OrderException;
import io.quarkus.security.AuthenticationRedirectException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import io.quarkus.security.identity.SecurityIdentity;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
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
 * Makes a {@link Problem} of everything that goes wrong: what resources throw, and what never comes as far as a resource.
 * A defect is told by a number that is in the log as well, and by nothing else.
 */
@Singleton
class Problems {

    private static final Logger LOG = Logger.getLogger(Problems.class);
    private static final Map<Integer, String[]> KNOWN = Map.of(
            400, new String[] {"malformed", "Malformed request", "This is no request as HTTP and this API have it."},
            404, new String[] {"not-found", "Not found", "There is nothing under this address."},
            405, new String[] {"method", "Method not allowed", "This address does not know this method."},
            406, new String[] {"not-acceptable", "Not acceptable", "This answer does not come in that form."},
            413, new String[] {"too-large", "Too large", "The body is larger than quarkus.http.limits.max-body-size."},
            414, new String[] {"too-long", "Address too long", "The address is too long."},
            415, new String[] {"media-type", "Wrong media type", "The body must be application/json."},
            431, new String[] {"headers-too-large", "Headers too large", "The headers are too large."});

    private final SecurityIdentity identity;

    Problems(SecurityIdentity identity) {
        this.identity = identity;
    }

    /** Before all other routes: what fails in them and is no question of login is answered here. */
    void register(@Observes Router router) {
        router.route().order(Integer.MIN_VALUE).failureHandler(this::failed);
        KNOWN.keySet().forEach(status -> router.errorHandler(status, context -> answer(context, status)));
    }

    @ServerExceptionMapper
    Response ofResource(WebApplicationException thrown) {
        Response theirs = thrown.getResponse();
        return theirs.hasEntity() ? theirs : known(theirs.getStatus(), theirs);
    }

    @ServerExceptionMapper
    Response notLoggedIn(UnauthorizedException thrown) {
        return Problem.of(Refusal.NO_LOGIN);
    }

    @ServerExceptionMapper
    Response notAllowed(ForbiddenException thrown) {
        return Problem.of(Visitor.hasTenant(identity) ? Refusal.NOT_ALLOWED : Refusal.NO_TENANT);
    }

    @ServerExceptionMapper
    Response feedFull(FeedFullException thrown) {
        return Problem.feedFull(thrown.getMessage());
    }

    @ServerExceptionMapper
    Response notTaken(OrderException thrown) {
        return Problem.notTaken(thrown.getMessage());
    }

    @ServerExceptionMapper
    Response defect(RuntimeException thrown) {
        return Problem.defect(logged(thrown));
    }

    private static Response known(int status, Response theirs) {
        String[] words = KNOWN.get(status);
        Response.ResponseBuilder ours = words == null
                ? Problem.answer("status-" + status, theirs.getStatusInfo().getReasonPhrase(), status, "")
                : Problem.answer(words[0], words[1], status, words[2]);
        String allow = theirs.getHeaderString("Allow");
        return (allow == null ? ours : ours.header("Allow", allow)).build();
    }

    private void failed(RoutingContext context) {
        Throwable thrown = context.failure();
        if (thrown instanceof ForbiddenException) {
            answer(context, Problem.body(Refusal.NOT_ALLOWED));
        } else if (thrown instanceof SecurityException || thrown instanceof AuthenticationRedirectException) {
            context.next(); // answered with a challenge
        } else if (KNOWN.containsKey(context.statusCode())) {
            answer(context, context.statusCode());
        } else {
            String number = thrown == null ? "" : logged(thrown);
            answer(context, Problem.defectBody(number));
        }
    }

    private static void answer(RoutingContext context, int status) {
        String[] words = KNOWN.get(status);
        answer(context, Problem.body(words[0], words[1], status, words[2]));
    }

    private static void answer(RoutingContext context, Problem problem) {
        if (context.response().ended()) {
            return;
        }
        context.response()
                .setStatusCode(problem.status())
                .putHeader(HttpHeaders.CONTENT_TYPE, Problem.MEDIA_TYPE)
                .end(JsonObject.mapFrom(problem).encode());
    }

    private static String logged(Throwable thrown) {
        String number = UUID.randomUUID().toString();
        LOG.errorf(thrown, "A question could not be answered, %s", number);
        return number;
    }
}
