package io.bulwark.stream.problem;

import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.Locale;

/**
 * Every problem that this application answers with, as RFC 9457 has it. The type that programs read is {@code
 * urn:bulwark:problem:} and the name in lower case with hyphens; it never changes.
 */
public enum Problem {
    NO_VERDICT(404, "No verdict", "There is no verdict for this image, or it is past its retention."),
    NO_DECISION(
            404, "No decision", "Nothing is decided of this image, or it is forgotten: past its retention, or erased."),
    NOT_MISSING(404, "Not missing", "No upload of this image is past its deadline."),
    UPLOAD_GONE(410, "Upload gone", "The upload's record is not on the topic any more; it must be uploaded again."),
    NO_HOLD(404, "No hold", "There is no hold on this."),
    NO_UPLOADER(404, "No such uploader", "This uploader did nothing within the retention."),
    NO_CAMPAIGN(404, "No such campaign", "There is no campaign of this id, or it is past its retention."),
    CAMPAIGNS_OFF(404, "No campaigns", "Campaigns are off: bulwark.stream.campaigns.enabled."),
    ORDER_NOT_TAKEN(503, 1, "Order not taken", "The broker does not answer."),
    NOT_READY(503, 1, "Not ready", "The instances are agreeing on who holds which key."),
    HOLDER_SILENT(503, 1, "Holder does not answer", "The instance that holds this does not answer."),
    FEED_FULL(503, 1, "Too many clients", "All places of the feed are taken."),
    TOO_MANY_FEEDS(429, 1, "Too many feeds", "You watch as many feeds as bulwark.access.limits.feeds allows."),
    DEFECT(500, "Defect", "This should not happen; see the log."),

    BAD_PARAMETER(400, "Parameter not allowed", "A parameter is not allowed."),
    MALFORMED(400, "Malformed request", "This is no request as HTTP and this API have it."),
    NOT_FOUND(404, "Not found", "There is nothing under this address."),
    METHOD(405, "Method not allowed", "This address does not know this method."),
    NOT_ACCEPTABLE(406, "Not acceptable", "This answer does not come in that form."),
    TOO_LARGE(413, "Too large", "The body is larger than quarkus.http.limits.max-body-size."),
    TOO_LONG(414, "Address too long", "The address is too long."),
    MEDIA_TYPE(415, "Wrong media type", "The body must be application/json."),
    HEADERS_TOO_LARGE(431, "Headers too large", "The headers are too large."),

    NO_LOGIN(401, "Log in", "This needs a login."),
    BAD_HOP(401, "Not an instance", "The question claims to come from another instance, and its signature is wrong."),
    NO_TENANT(403, "No tenant", "Your login names no tenant, so there is nothing that you may see."),
    NOT_ALLOWED(403, "Not allowed", "This needs a role that you do not have."),
    FOREIGN_PAGE(403, "From a foreign page", "A page of another origin may change nothing here."),
    WRONG_HOST(421, "Wrong host", "This host name is not among bulwark.access.hosts."),
    TOO_MANY_PASSWORDS(429, 60, "Too many wrong passwords", "Wait a minute, then try again."),
    TOO_MANY_REQUESTS(429, 1, "Too many requests", "You ask more often than bulwark.access.limits allow."),

    /** The claim ran out, was released, or is another person's. */
    LEASE_LOST(409, "Not done", "The claim ran out or was given up; claim again."),
    /** It was decided already, or was decided again since. */
    ALREADY_DECIDED(409, "Not done", "It was decided already."),
    /** The id that the client made is that of a decision on another item. */
    ID_REUSED(409, "Not done", "The decision id belongs to another item."),
    /** The item's content is not the one that was looked at. */
    CONTENT_CHANGED(409, "Not done", "The content is another one now."),
    /** The labels have another version than the one that the change was made from. */
    WORDS_CHANGED(409, "Not done", "The labels have another version now."),
    /** The policies have another revision than the one that the change was made from. */
    POLICY_CHANGED(409, "Not done", "The policies have another revision now."),
    /** Workers decide by their own settings, so there is nothing to change. */
    NO_POLICY(
            409,
            "No policy",
            "No policy is on moderation.policies, so workers decide by their own settings. Put the calibrated one there with"
                    + " `bulwark policy propose FILE` and `bulwark policy approve`; from then on it is changed here."),
    /** The account policy has another version than the one that the change was made from. */
    ACCOUNT_POLICY_CHANGED(409, "Not done", "The account policy has another version now."),
    /** The rules that protect people have another version than the one that the change was made from. */
    WELLNESS_CHANGED(409, "Not done", "The rules have another version now."),
    /** Only people who are logged in here may do it, in the console. */
    CONSOLE_ONLY(409, "Not done", "This is done in the console only."),
    TOO_MANY_HELD(409, "Not done", "You hold too many items."),
    MODEL_MISMATCH(409, "Not done", "The picture was seen by another model than the bank's."),
    EMBEDDING_GONE(410, "Not done", "How the model saw the picture is not kept any more."),
    NO_COOP(
            503,
            "Coop is not set",
            "Set bulwark.outbound.coop.public-key-file to Coop's webhook signature verification key."),
    BAD_SIGNATURE(
            401,
            "Signature not right",
            "The header Coop-Signature is missing, or is not Coop's signature over this body."),
    NO_DATABASE(503, 2, "No database", "There is no database now."),
    LIST_UNFINISHED(503, 2, "List not finished", "The list was not finished in its time."),
    NO_KAFKA(503, 2, "Kafka does not answer", "Kafka does not answer now."),

    PICTURE_GONE(404, "Picture gone", "The upload is not kept any more."),
    PICTURE_CHANGED(409, "Picture changed", "The file is not the one that was judged."),
    PICTURE_UNDECODABLE(422, "Picture undecodable", "The file is no picture that can be shown."),
    LOCATION_SILENT(503, 2, "Location silent", "The location of the file does not answer now."),
    NO_PREVIEW(
            503,
            2,
            "No preview",
            "No preview is set, so there are no pictures. Set bulwark.preview.url to the worker's image with"
                    + " bulwark.preview.enabled."),
    NOT_EXPLAINED(422, "Not explained", "This picture is not explained."),
    BUSY(503, 5, "Busy", "Ask again in a moment."),
    NO_EXPLAIN_SERVER(
            503,
            2,
            "No explain server",
            "No explain server is set, so no decision is explained. Set bulwark.explain.url to a `bulwark"
                    + " explain-server`.");

    public static final String MEDIA_TYPE_NAME = "application/problem+json";
    public static final String TYPES = "urn:bulwark:problem:";

    private final int status;
    private final int retrySeconds;
    private final String title;
    private final String detail;

    Problem(int status, String title, String detail) {
        this(status, 0, title, detail);
    }

    Problem(int status, int retrySeconds, String title, String detail) {
        this.status = status;
        this.retrySeconds = retrySeconds;
        this.title = title;
        this.detail = detail;
    }

    /**
     * The body.
     *
     * @param type what kind, for programs: {@code urn:bulwark:problem:} and a name
     * @param title what kind, for people
     * @param detail what is wrong here and what fixes it
     */
    public record Body(String type, String title, int status, String detail) {}

    /** @throws ProblemException where the condition holds */
    public void when(boolean condition, String particular) {
        if (condition) {
            throw with(particular);
        }
    }

    public ProblemException with(String particular) {
        return new ProblemException(this, particular, retrySeconds, null);
    }

    public ProblemException with(String particular, Throwable cause) {
        return new ProblemException(this, particular, retrySeconds, cause);
    }

    /** With the detail that says all there is to say. */
    public ProblemException exception() {
        return with(detail);
    }

    public Response response() {
        return exception().response();
    }

    /** Answers a request that reaches no resource, and ends it. */
    public void answer(RoutingContext context) {
        exception().answer(context);
    }

    Body body(String particular) {
        return new Body(TYPES + name().toLowerCase(Locale.ROOT).replace('_', '-'), title, status, particular);
    }

    /** A request is not done, and nothing was changed. The message is the problem's detail: why, and what fixes it. */
    public static class ProblemException extends RuntimeException {
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
}
