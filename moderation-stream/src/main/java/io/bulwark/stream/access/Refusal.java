package io.bulwark.stream.access;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import java.util.Optional;

/** Why a request does not come past the doors, as RFC 9457 has it. */
public enum Refusal {
    NO_LOGIN(401, "Log in", "This needs a login."),
    NO_TENANT(403, "No tenant", "Your login names no tenant, so there is nothing that you may see."),
    NOT_ALLOWED(403, "Not allowed", "This needs a role that you do not have."),
    FOREIGN_PAGE(403, "From a foreign page", "A page of another origin may change nothing here."),
    WRONG_HOST(421, "Wrong host", "This host name is not among bulwark.access.hosts."),
    TOO_LARGE(413, "Too large", "The body is larger than quarkus.http.limits.max-body-size."),
    TOO_MANY_PASSWORDS(429, "Too many wrong passwords", "Wait a minute, then try again."),
    TOO_MANY_REQUESTS(429, "Too many requests", "You ask more often than bulwark.access.limits allow."),
    BAD_HOP(401, "Not an instance", "The question claims to come from another instance, and its signature is wrong.");

    private static final String NOTED = "bulwark.refusal";

    private final int status;
    private final String title;
    private final String detail;

    Refusal(int status, String title, String detail) {
        this.status = status;
        this.title = title;
        this.detail = detail;
    }

    public int status() {
        return status;
    }

    public String title() {
        return title;
    }

    public String detail() {
        return detail;
    }

    /** The name in the problem's type. */
    public String type() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Remembers why a login fails, for the challenge that follows. */
    void noteIn(RoutingContext context) {
        context.put(NOTED, this);
    }

    static Optional<Refusal> notedIn(RoutingContext context) {
        return Optional.ofNullable(context.get(NOTED));
    }

    /** Answers and ends. */
    void answer(RoutingContext context) {
        var response = context.response();
        if (status == 429) {
            response.putHeader(HttpHeaders.RETRY_AFTER, this == TOO_MANY_PASSWORDS ? "60" : "1");
        }
        response.setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/problem+json")
                .end(new JsonObject()
                        .put("type", "urn:bulwark:problem:" + type())
                        .put("title", title)
                        .put("status", status)
                        .put("detail", detail)
                        .encode());
    }
}
