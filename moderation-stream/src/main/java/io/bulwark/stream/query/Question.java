package io.bulwark.stream.query;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * What is asked of the state, as a path of the API.
 *
 * @param collection such as {@code verdicts}
 * @param key an id, of any characters
 * @param detail what of it is asked for, such as {@code audits}; empty where it is the thing itself
 */
public record Question(String collection, String key, String detail) {

    /** A question for the thing itself. */
    public static Question of(String collection, String key) {
        return new Question(collection, key, "");
    }

    /** The path below the address of an instance: {@code /api/<collection>/<key>[/<detail>]}. */
    public String path() {
        String encoded = URLEncoder.encode(key, StandardCharsets.UTF_8).replace("+", "%20");
        return "/api/" + collection + "/" + encoded + (detail.isEmpty() ? "" : "/" + detail);
    }
}
