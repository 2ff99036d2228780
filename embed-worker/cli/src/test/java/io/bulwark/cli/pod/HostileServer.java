package io.bulwark.cli.pod;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A web server from which no image should be fetched. It listens on every loopback address: the tests allow the worker
 * {@value #ALLOWED_HOST} alone, so that {@code localhost}, which is 127.0.0.1, stays forbidden.
 */
final class HostileServer implements AutoCloseable {

    static final String ALLOWED_HOST = "127.0.0.2";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch closing = new CountDownLatch(1);

    private HostileServer(HttpServer server) {
        this.server = server;
    }

    static HostileServer start() throws IOException {
        HostileServer hostile =
                new HostileServer(HttpServer.create(new InetSocketAddress(InetAddress.getByName("0.0.0.0"), 0), 0));
        hostile.server.setExecutor(hostile.threads);
        hostile.server.createContext("/picture.jpg", exchange -> hostile.answer(exchange, Pictures.small(1)));
        hostile.server.createContext("/endless.jpg", hostile::answerWithoutEnd);
        hostile.server.createContext("/slow.jpg", hostile::answerSlowly);
        hostile.server.createContext("/long-head.jpg", hostile::answerWithLongHead);
        hostile.server.createContext("/metadata.jpg", exchange -> hostile.redirect(exchange, "169.254.169.254"));
        hostile.server.start();
        return hostile;
    }

    int port() {
        return server.getAddress().getPort();
    }

    /** An address that the worker's allow-list lets through. */
    String allowed(String path) {
        return "http://" + ALLOWED_HOST + ":" + port() + path;
    }

    /** The same server by a name that resolves to 127.0.0.1. */
    String byName(String path) {
        return "http://localhost:" + server.getAddress().getPort() + path;
    }

    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    private void answer(HttpExchange exchange, byte[] body) throws IOException {
        exchange.sendResponseHeaders(200, body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    /** Declares no length and sends until the client disconnects. */
    private void answerWithoutEnd(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        byte[] part = new byte[1 << 16];
        try (OutputStream out = exchange.getResponseBody()) {
            while (closing.getCount() > 0) {
                out.write(part);
            }
        }
    }

    private void answerWithLongHead(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().add("X-Long", "x".repeat(9_000));
        answer(exchange, Pictures.small(1));
    }

    private void answerSlowly(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, 1000);
        OutputStream out = exchange.getResponseBody();
        out.write(0xFF);
        out.flush();
        try {
            closing.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        exchange.close();
    }

    private void redirect(HttpExchange exchange, String host) throws IOException {
        exchange.getResponseHeaders().add("Location", "http://" + host + "/latest/meta-data/");
        exchange.sendResponseHeaders(302, -1);
        exchange.close();
    }
}
