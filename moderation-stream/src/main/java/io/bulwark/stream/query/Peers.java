package io.bulwark.stream.query;

import io.bulwark.stream.StreamConfig;
import io.bulwark.stream.runtime.InstanceAddress;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** The other instances. */
public interface Peers {

    /**
     * Asks another instance.
     *
     * @param headers that say for whom it is asked
     * @return what the holder answered, or nothing where it did not answer in time
     */
    Optional<HttpResponse<String>> ask(InstanceAddress holder, Question question, Map<String, String> headers);

    /** Asks the instance that holds a key. Blocks for as long as {@code bulwark.stream.query.hop-timeout} at most. */
    @Singleton
    public static class PeerClient implements Peers {

        /** Marks a question that has hopped; its value is the address of the asking instance. */
        public static final String HOP_HEADER = "Bulwark-Hop";

        private final HttpClient http;
        private final Duration timeout;
        private final InstanceAddress self;

        @Inject
        PeerClient(StreamConfig config, InstanceAddress self) {
            this(config.stream().query().hopTimeout(), self);
        }

        PeerClient(Duration timeout, InstanceAddress self) {
            this.timeout = timeout;
            this.self = self;
            this.http = HttpClient.newBuilder()
                    .connectTimeout(timeout)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .version(HttpClient.Version.HTTP_1_1)
                    .build();
        }

        @Override
        public Optional<HttpResponse<String>> ask(
                InstanceAddress holder, Question question, Map<String, String> headers) {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://" + holder + question.path()))
                    .timeout(timeout)
                    .header(HOP_HEADER, self.toString())
                    .header("Accept", "application/json, application/problem+json");
            headers.forEach(request::header);
            try {
                return Optional.of(http.send(request.GET().build(), HttpResponse.BodyHandlers.ofString()));
            } catch (IOException unreachable) {
                return Optional.empty();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                return Optional.empty();
            }
        }
    }

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
}
