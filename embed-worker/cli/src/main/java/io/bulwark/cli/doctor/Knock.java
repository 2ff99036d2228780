package io.bulwark.cli.doctor;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Asks an address whether somebody answers, without following redirects. */
final class Knock {

    /** How long anybody has for an answer. */
    static final Duration ANSWER = Duration.ofSeconds(10);

    private Knock() {}

    /**
     * Sends one request without a body on the calling thread.
     *
     * @param method a safe one: GET or HEAD
     * @throws IOException if nobody answers in time, or TLS fails
     * @throws IllegalArgumentException if the address is none of HTTP
     */
    static HttpResponse<Void> at(String method, URI address) throws IOException, InterruptedException {
        HttpRequest question = HttpRequest.newBuilder(address)
                .method(method, HttpRequest.BodyPublishers.noBody())
                .timeout(ANSWER)
                .build();
        return HttpClient.newBuilder()
                .connectTimeout(ANSWER)
                .build()
                .send(question, HttpResponse.BodyHandlers.discarding());
    }
}
