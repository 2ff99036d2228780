package io.bulwark.stream.picture;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpResponse;

/**
 * Another program's problem as RFC 9457 has it.
 *
 * @param type the last part of its type; empty where the answer is no problem of Bulwark
 * @param detail one sentence
 */
record TheirProblem(String type, String detail) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PREFIX = "urn:bulwark:problem:";

    static TheirProblem of(HttpResponse<byte[]> theirs) {
        JsonNode problem = read(theirs.body());
        String type = problem.path("type").asText();
        return new TheirProblem(
                type.startsWith(PREFIX) ? type.substring(PREFIX.length()) : "",
                problem.path("detail").asText());
    }

    private static JsonNode read(byte[] body) {
        try {
            return JSON.readTree(body);
        } catch (IOException noJson) {
            return JSON.createObjectNode();
        }
    }
}
