package io.bulwark.stream.query;

import io.bulwark.stream.StreamConfig;
import io.bulwark.stream.runtime.InstanceAddress;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Asks the instance that holds a key. Blocks for as long as {@code bulwark.stream.query.hop-timeout} at most. */
@Singleton
public class PeerClient implements Peers {

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
    public Optional<HttpResponse<String>> ask(InstanceAddress holder, Question question, Map<String, String> headers) {
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
