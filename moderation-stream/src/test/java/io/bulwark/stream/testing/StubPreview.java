package io.bulwark.stream.testing;

import com.sun.net.httpserver.HttpServer;
import io.bulwark.schemas.preview.PreviewQuestion;
import io.bulwark.schemas.preview.PreviewTokens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A preview that gives the answers set by the test to callers that have its secret. */
public final class StubPreview implements AutoCloseable {

    public static final String SECRET = "a secret of the preview, long enough";

    /** How a picture of it begins. */
    public static final byte[] JPEG = {(byte) 0xff, (byte) 0xd8, 1, 2, 3};

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final PreviewTokens tokens = new PreviewTokens(SECRET, Clock.systemUTC());
    private final List<PreviewQuestion> asked = new CopyOnWriteArrayList<>();
    private volatile Reply reply = picture(1);

    /** What it answers; a body of null is never sent. */
    public record Reply(int status, String contentType, String frames, byte[] body) {}

    public StubPreview() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        } catch (IOException noPort) {
            throw new UncheckedIOException(noPort);
        }
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            try (exchange) {
                String uri = exchange.getRequestURI().toString();
                boolean known = tokens.isValid(exchange.getRequestHeaders().getFirst(PreviewTokens.HEADER), uri);
                PreviewQuestion.parse(uri).ifPresent(asked::add);
                Reply given = known ? reply : problem(401, "no-token");
                exchange.getResponseHeaders().set("Content-Type", given.contentType());
                if (given.frames() != null) {
                    exchange.getResponseHeaders().set(PreviewQuestion.FRAMES_HEADER, given.frames());
                }
                if (given.body() == null) {
                    exchange.sendResponseHeaders(given.status(), 0);
                    exchange.getResponseBody().flush();
                    Thread.sleep(20_000);
                } else {
                    exchange.sendResponseHeaders(given.status(), given.body().length);
                    exchange.getResponseBody().write(given.body());
                }
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        });
        server.start();
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    public List<PreviewQuestion> asked() {
        return asked;
    }

    public void replies(Reply next) {
        reply = next;
    }

    public static Reply picture(int frames) {
        return new Reply(200, "image/jpeg", Integer.toString(frames), JPEG);
    }

    public static Reply problem(int status, String type) {
        String body = "{\"type\":\"urn:bulwark:problem:" + type + "\",\"detail\":\"It is " + type + ".\"}";
        return new Reply(status, "application/problem+json", null, body.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
