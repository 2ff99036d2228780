package io.bulwark.cli.bank.feed;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.cli.terminal.CommandFailure;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;

/** What an exchange answered, read strictly: what is not of its shape is an error, and nothing of it is used. */
final class ExchangeAnswers {

    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private static final int LONGEST_ID = 300;

    private ExchangeAnswers() {}

    /** Whether a text can be an exchange's id of an entry: it becomes part of a key. */
    static boolean isId(String text) {
        return !text.isBlank()
                && text.length() <= LONGEST_ID
                && text.chars().noneMatch(each -> Character.isISOControl(each) || Character.isSurrogate((char) each));
    }

    /**
     * Makes sure that there is an answer to read.
     *
     * @throws GonePageException if the exchange does not know what it was asked for
     */
    static void requireOk(FeedClient.Answer answer, URI base) {
        if (answer.status() != 200) {
            throw new GonePageException(
                    base.getHost() + " answers with status " + answer.status() + ": check --url. Nothing is changed");
        }
    }

    /** @throws CommandFailure if the body is no JSON object */
    static JsonNode object(FeedClient.Answer answer, URI base) {
        JsonNode tree = tree(answer, base);
        if (!tree.isObject()) {
            throw rubbish(base, "no JSON object", null);
        }
        return tree;
    }

    /** @throws CommandFailure if the body is no JSON */
    static JsonNode tree(FeedClient.Answer answer, URI base) {
        requireOk(answer, base);
        try {
            return JSON.readTree(answer.body());
        } catch (IOException broken) {
            throw rubbish(base, "no JSON", null);
        }
    }

    /** A field that has to be there. */
    static JsonNode required(JsonNode object, String field, URI base) {
        JsonNode value = object.get(field);
        if (value == null || value.isNull()) {
            throw rubbish(base, "an answer without " + field, null);
        }
        return value;
    }

    /** An address that the exchange named; a failure quotes none of it, since there may be credentials in it. */
    static URI address(String text, URI base) {
        try {
            return new URI(text);
        } catch (URISyntaxException broken) {
            throw rubbish(base, "a next page that is no address", null);
        }
    }

    /** The exchange answered with something else than this shape has; the message quotes none of it. */
    static CommandFailure rubbish(URI base, String what, Exception cause) {
        return CommandFailure.failed(
                base.getHost() + " answers with " + what + ": check --url and --shape. Nothing is changed", cause);
    }

    /** A client error: of a later page, the exchange may have forgotten it. */
    static final class GonePageException extends CommandFailure {

        private static final long serialVersionUID = 1L;

        GonePageException(String message) {
            super(message, null);
        }
    }
}
