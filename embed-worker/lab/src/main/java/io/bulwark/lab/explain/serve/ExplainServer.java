package io.bulwark.lab.explain.serve;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.lab.explain.serve.ExplainDesk.ExplainAnswer.Explained;
import io.bulwark.lab.explain.serve.ExplainDesk.ExplainAnswer.Refused;
import io.bulwark.schemas.preview.ExplanationQuestion;
import io.bulwark.schemas.preview.PreviewTokens;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A desk over HTTP, with the health paths that the worker's program has. {@link #close} may be called by any thread.
 */
final class ExplainServer implements AutoCloseable {

    private static final String HEALTH = "/q/health";
    private static final int FOR_OTHERS = 4;
    private static final int BACKLOG = 16;
    private static final String SLOWEST_SECONDS = "30";

    private final HttpServer http;
    private final ExplainDesk desk;
    private final ThreadPoolExecutor threads;
    private final ScheduledExecutorService forgetting = Executors.newSingleThreadScheduledExecutor();

    private ExplainServer(HttpServer http, ExplainDesk desk, ThreadPoolExecutor threads) {
        this.http = http;
        this.desk = desk;
        this.threads = threads;
    }

    /**
     * Begins to answer.
     *
     * @param address to listen at; port 0 takes a free one
     * @param waiting questions that may wait, beside the one that is answered
     * @param desk closed with this
     * @throws CommandFailure if the port is taken
     */
    static ExplainServer start(InetSocketAddress address, int waiting, ExplainDesk desk) {
        // The JDK's server reads this once; without it a slow client keeps a thread.
        System.setProperty("sun.net.httpserver.maxReqTime", SLOWEST_SECONDS);
        ThreadPoolExecutor threads = (ThreadPoolExecutor) Executors.newFixedThreadPool(1 + waiting + FOR_OTHERS);
        try {
            ExplainServer server = new ExplainServer(HttpServer.create(address, BACKLOG), desk, threads);
            server.http.setExecutor(threads);
            server.http.createContext(ExplanationQuestion.PATH, server::explain);
            server.http.createContext(HEALTH, server::health);
            server.http.start();
            server.forgetting.scheduleAtFixedRate(desk::forgetOld, 1, 1, TimeUnit.MINUTES);
            return server;
        } catch (IOException taken) {
            threads.shutdownNow();
            throw CommandFailure.unavailable("nothing can listen at " + address + ": " + taken.getMessage(), taken);
        }
    }

    /** Where it listens. */
    int port() {
        return http.getAddress().getPort();
    }

    private void explain(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!exchange.getRequestMethod().equals("POST")) {
                send(exchange, 405, "text/plain", new byte[0]);
                return;
            }
            ExplainDesk.ExplainAnswer answer = desk.ask(
                    exchange.getRequestURI().toString(),
                    exchange.getRequestHeaders().getFirst(PreviewTokens.HEADER),
                    exchange.getRequestBody());
            if (answer instanceof Explained explained) {
                send(exchange, 200, "application/json", explained.json());
            } else {
                refuse(exchange, (Refused) answer);
            }
        }
    }

    private static void refuse(HttpExchange exchange, Refused refused) throws IOException {
        if (refused.retrySeconds() > 0) {
            exchange.getResponseHeaders().set("Retry-After", Long.toString(refused.retrySeconds()));
        }
        byte[] problem = new ObjectMapper()
                .writeValueAsBytes(Map.of(
                        "type",
                        "urn:bulwark:problem:" + refused.kind().type(),
                        "title",
                        refused.kind().title(),
                        "status",
                        refused.kind().status(),
                        "detail",
                        refused.detail()));
        send(exchange, refused.kind().status(), "application/problem+json", problem);
    }

    /** It listens once the model is open and the bank was read, so who gets an answer has a server that is ready. */
    private void health(HttpExchange exchange) throws IOException {
        try (exchange) {
            send(exchange, 200, "application/json", "{\"status\":\"UP\"}".getBytes());
        }
    }

    private static void send(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        Headers headers = exchange.getResponseHeaders();
        headers.set("Content-Type", type);
        headers.set("Cache-Control", "no-store");
        headers.set("X-Content-Type-Options", "nosniff");
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        forgetting.shutdownNow();
        http.stop(1);
        desk.close();
        threads.shutdownNow();
    }
}
