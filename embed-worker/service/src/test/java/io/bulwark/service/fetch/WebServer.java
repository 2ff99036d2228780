package io.bulwark.service.fetch;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A real server on 127.0.0.1 that behaves well or badly by path. */
final class WebServer implements AutoCloseable {

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final AtomicInteger requests = new AtomicInteger();

    WebServer(byte[] file) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        server.setExecutor(threads);
        on("/file", exchange -> send(exchange, 200, file));
        on("/missing", exchange -> send(exchange, 404, new byte[0]));
        on("/forbidden", exchange -> send(exchange, 403, new byte[0]));
        on("/broken", exchange -> send(exchange, 503, new byte[0]));
        on("/twice-broken", exchange -> send(exchange, requests.get() < 3 ? 500 : 200, file));
        on("/endless", this::endless);
        on("/trickle", this::trickle);
        on("/silent", this::silent);
        on("/to-file", exchange -> redirect(exchange, "/file"));
        on("/to-metadata", exchange -> redirect(exchange, "http://169.254.169.254/latest/meta-data/"));
        on("/to-local-name", exchange -> redirect(exchange, "http://rebinding.example/file"));
        on("/to-other-port", exchange -> redirect(exchange, "http://127.0.0.1:6379/"));
        on("/to-passwd", exchange -> redirect(exchange, "file:///etc/passwd"));
        on("/to-nothing", exchange -> redirect(exchange, "http://:::/"));
        on("/loop", exchange -> redirect(exchange, "/loop"));
        server.start();
    }

    String address(String path) {
        return "http://127.0.0.1:" + port() + path;
    }

    int port() {
        return server.getAddress().getPort();
    }

    int requests() {
        return requests.get();
    }

    private void on(String path, Handler handler) {
        server.createContext(path, exchange -> {
            requests.incrementAndGet();
            try (exchange) {
                handler.handle(exchange);
            } catch (IOException gone) {
                // The client hung up, as it should.
            }
        });
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    private static void redirect(HttpExchange exchange, String target) throws IOException {
        exchange.getResponseHeaders().add("Location", target);
        exchange.sendResponseHeaders(302, -1);
    }

    private void endless(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        OutputStream out = exchange.getResponseBody();
        byte[] block = new byte[8192];
        while (closing.getCount() > 0) {
            out.write(block);
        }
    }

    private void trickle(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        OutputStream out = exchange.getResponseBody();
        while (!closed(20)) {
            out.write(1);
            out.flush();
        }
    }

    private void silent(HttpExchange exchange) {
        closed(60_000);
    }

    private boolean closed(long millis) {
        try {
            return closing.await(millis, java.util.concurrent.TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopped) {
            return true;
        }
    }

    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    private interface Handler {
        void handle(HttpExchange exchange) throws IOException;
    }
}
