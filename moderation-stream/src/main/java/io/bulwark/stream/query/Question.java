package io.bulwark.stream.query;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * What is asked of the state, as a path of the API below its version.
 *
 * @param collection such as {@code verdicts}
 * @param key an id, of any characters
 * @param detail what of it is asked for, such as {@code audits}; empty where it is the thing itself
 * @param query what follows the question mark; empty for none
 */
public record Question(String collection, String key, String detail, String query) {

    private static final String API = "/api/v1/";

    public Question(String collection, String key, String detail) {
        this(collection, key, detail, "");
    }

    /** A question for the thing itself. */
    public static Question of(String collection, String key) {
        return new Question(collection, key, "");
    }

    /** A question for a list. */
    public static Question list(String collection, String query) {
        return new Question(collection, "", "", query);
    }

    /** The same, asked for a tenant. */
    public Question of(String tenant) {
        String named = "tenant=" + encoded(tenant);
        return new Question(collection, key, detail, query.isEmpty() ? named : query + "&" + named);
    }

    /** The path below the address of an instance: {@code /api/v1/<collection>[/<key>][/<detail>][?<query>]}. */
    public String path() {
        return API
                + collection
                + (key.isEmpty() ? "" : "/" + encoded(key))
                + (detail.isEmpty() ? "" : "/" + detail)
                + (query.isEmpty() ? "" : "?" + query);
    }

    /** A text as it stands in a path or query. */
    public static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
