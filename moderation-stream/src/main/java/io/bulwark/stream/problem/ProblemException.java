package io.bulwark.stream.problem;

import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;

/** A request is not done, and nothing was changed. The message is the problem's detail: why, and what fixes it. */
public class ProblemException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Problem problem;
    private final int retrySeconds;

    /** @param retrySeconds after which to ask again; 0 where that is of no use */
    public ProblemException(Problem problem, String detail, int retrySeconds, Throwable cause) {
        super(detail, cause, false, cause != null); // refusals are made for each request of a flood
        this.problem = problem;
        this.retrySeconds = retrySeconds;
    }

    public Problem problem() {
        return problem;
    }

    public Response response() {
        Problem.Body body = problem.body(getMessage());
        Response.ResponseBuilder answer =
                Response.status(body.status()).type(Problem.MEDIA_TYPE_NAME).entity(body);
        return (retrySeconds == 0 ? answer : answer.header(HttpHeaders.RETRY_AFTER, retrySeconds)).build();
    }

    /** Answers a request that reaches no resource, and ends it. */
    public void answer(RoutingContext context) {
        if (context.response().ended()) {
            return;
        }
        Problem.Body body = problem.body(getMessage());
        if (retrySeconds > 0) {
            context.response().putHeader(HttpHeaders.RETRY_AFTER, Integer.toString(retrySeconds));
        }
        context.response()
                .setStatusCode(body.status())
                .putHeader(HttpHeaders.CONTENT_TYPE, Problem.MEDIA_TYPE_NAME)
                .end(JsonObject.mapFrom(body).encode());
    }
}
