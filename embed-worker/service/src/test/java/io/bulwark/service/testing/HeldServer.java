package io.bulwark.service.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A host that takes every request and answers none before its release; then all at once. */
public final class HeldServer implements AutoCloseable {

    private final HttpServer server;
    private final byte[] file;
    private final List<HttpExchange> held = new ArrayList<>(); // guarded by this
    private int requests; // guarded by this
    private boolean released; // guarded by this

    /** @param file what each answer is */
    public HeldServer(byte[] file) throws IOException {
        this.file = file;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        server.createContext("/", this::take);
        server.start();
    }

    private synchronized void take(HttpExchange exchange) {
        requests++;
        held.add(exchange);
        if (released) {
            answerAll();
        }
    }

    private synchronized void answerAll() {
        for (HttpExchange exchange : held) {
            try (exchange) {
                exchange.sendResponseHeaders(200, file.length);
                exchange.getResponseBody().write(file);
            } catch (IOException gone) {
                continue; // Who asked did not wait.
            }
        }
        held.clear();
    }

    /** Answers what was asked, and from now on what is asked. */
    public synchronized void release() {
        released = true;
        answerAll();
    }

    /** Requests so far, including cancelled ones. */
    public synchronized int requests() {
        return requests;
    }

    public String address(String name) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/" + name;
    }

    /** What lets a worker fetch from it. */
    public Map<String, String> workerSettings() {
        return Map.of(
                "bulwark.fetch.allow",
                "127.0.0.1",
                "bulwark.fetch.ports",
                Integer.toString(server.getAddress().getPort()));
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
