package io.bulwark.stream.picture;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.schemas.preview.PreviewTokens;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.problem.Problem.ProblemException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks another program of this deployment, each request signed, rejecting at once when too many are under way.
 * Blocks. Any thread.
 */
public final class SignedHttp {

    private final Program program;
    private final Semaphore permits;
    private final HttpClient http;

    SignedHttp(Program program) {
        this.program = program;
        this.permits = new Semaphore(program.atOnce());
        this.http = client(program.timeout());
    }

    /**
     * The program that is asked.
     *
     * @param silent thrown where there is no answer; its detail holds no location
     * @param name as sentences call it, such as {@code preview}
     * @param timeout for a whole answer
     * @param mostBytes of an answer
     * @param atOnce questions under way; others are rejected at once
     */
    record Program(
            Problem silent,
            String name,
            String url,
            Optional<PreviewTokens> tokens,
            Duration timeout,
            int mostBytes,
            int atOnce) {}

    /** A client that follows no redirect. */
    public static HttpClient client(Duration connectWithin) {
        return HttpClient.newBuilder()
                .connectTimeout(connectWithin)
                .followRedirects(HttpClient.Redirect.NEVER)
                .version(HttpClient.Version.HTTP_1_1)
                .build();
    }

    HttpResponse<byte[]> get(String uri) {
        return send(HttpRequest.newBuilder().GET(), uri);
    }

    HttpResponse<byte[]> post(String uri, BodyPublisher body) {
        return send(HttpRequest.newBuilder().POST(body), uri);
    }

    private HttpResponse<byte[]> send(HttpRequest.Builder request, String uri) {
        if (!permits.tryAcquire()) {
            throw silent("The " + program.name() + " is being asked for " + program.atOnce()
                    + " pictures; ask again in a moment.");
        }
        try {
            return await(request.uri(URI.create(program.url() + uri))
                    .timeout(program.timeout())
                    .header(PreviewTokens.HEADER, program.tokens().orElseThrow().sign(uri))
                    .build());
        } finally {
            permits.release();
        }
    }

    private ProblemException silent(String why) {
        return program.silent().with(why);
    }

    private HttpResponse<byte[]> await(HttpRequest request) {
        CompletableFuture<HttpResponse<byte[]>> asked =
                http.sendAsync(request, head -> new BoundedBody(program.mostBytes()));
        try {
            return asked.get(program.timeout().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            throw silent("The " + program.name() + " did not answer within "
                    + program.timeout().toSeconds() + " s.");
        } catch (ExecutionException unreachable) {
            throw silent("The " + program.name() + " does not answer: "
                    + unreachable.getCause().getClass().getSimpleName() + ".");
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw silent("The application is about to stop.");
        } finally {
            asked.cancel(true);
        }
    }

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

    /** Collects a body, and ends the connection once it is larger than allowed. */
    public static final class BoundedBody implements BodySubscriber<byte[]> {

        private final int most;
        private final CompletableFuture<byte[]> body = new CompletableFuture<>();
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(); // of the client's thread
        private Flow.Subscription subscription;

        /** @param most bytes that are collected */
        public BoundedBody(int most) {
            this.most = most;
        }

        @Override
        public CompletionStage<byte[]> getBody() {
            return body;
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
            given.request(1);
        }

        @Override
        public void onNext(List<ByteBuffer> parts) {
            for (ByteBuffer part : parts) {
                if (bytes.size() + part.remaining() > most) {
                    subscription.cancel();
                    body.completeExceptionally(new IOException("more than " + most + " bytes"));
                    return;
                }
                byte[] copy = new byte[part.remaining()];
                part.get(copy);
                bytes.writeBytes(copy);
            }
            subscription.request(1);
        }

        @Override
        public void onError(Throwable failure) {
            body.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            body.complete(bytes.toByteArray());
        }
    }
}
