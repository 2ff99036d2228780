package io.bulwark.stream.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A receiver of reports on this machine, as the public documentation of the CyberTipline Reporting API describes one. It
 * stands for the real service in tests and says nothing about it. All requests come to one thread.
 */
public final class CyberTiplineReceiver implements AutoCloseable {

    public static final String USER = "usr123";
    public static final String PASSWORD = "a password of tests";

    private static final Pattern ID = Pattern.compile("name=\"id\"\r\n\r\n([0-9]+)\r\n");
    private static final Pattern IN_XML = Pattern.compile("<reportId>([0-9]+)</reportId>");

    private final HttpServer server;
    private final AtomicInteger ids = new AtomicInteger(4_564_654);
    private final Map<String, Report> reports = new LinkedHashMap<>(); // guarded by this

    /** A response code for the next requests to a path, such as {@code 1000}; 0 does what they ask. */
    public volatile int fault;

    /** Sees each request twice. */
    public volatile Watch watch = (path, done) -> true;

    /** What a test does while a request is here. */
    @FunctionalInterface
    public interface Watch {

        /**
         * @param path such as {@code /submit}
         * @param done whether what it asks was done
         * @return false: it goes no further, without an answer
         */
        boolean see(String path, boolean done);
    }

    /** A report. */
    public static final class Report {
        public String document;
        public final List<String> files = new ArrayList<>();
        public final List<String> details = new ArrayList<>();
        public boolean finished;
        public boolean retracted;
    }

    public CyberTiplineReceiver() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException noPort) {
            throw new UncheckedIOException(noPort);
        }
        server.createContext("/ispws/", this::receive);
        server.start();
    }

    public URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/ispws");
    }

    /** All reports that were ever opened, by id. */
    public synchronized Map<String, Report> reports() {
        return new LinkedHashMap<>(reports);
    }

    public synchronized List<Report> finished() {
        return reports.values().stream().filter(report -> report.finished).toList();
    }

    /** Discards what is open, as the real one does after a day. */
    public synchronized void discardOpen() {
        reports.values().removeIf(report -> !report.finished);
    }

    private synchronized void receive(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1);
            boolean known = UsersFile.basic(USER, PASSWORD)
                    .equals(exchange.getRequestHeaders().getFirst("Authorization"));
            String path = exchange.getRequestURI().getPath().substring("/ispws".length());
            if (!watch.see(path, false)) {
                return;
            }
            byte[] answer = (known ? answer(path, body) : "").getBytes(StandardCharsets.UTF_8);
            if (!watch.see(path, true)) {
                return;
            }
            exchange.getResponseHeaders().set("Content-Type", "text/xml");
            exchange.sendResponseHeaders(known ? 200 : 401, answer.length == 0 ? -1 : answer.length);
            exchange.getResponseBody().write(answer);
        }
    }

    private String answer(String path, String body) {
        if (fault != 0) {
            return code(fault);
        }
        if (path.equals("/submit")) {
            if (!body.contains("<incidentType>") || !body.contains("<reportingPerson>")) {
                return code(4100);
            }
            var opened = new Report();
            opened.document = body;
            String id = Integer.toString(ids.incrementAndGet());
            reports.put(id, opened);
            return done("<reportId>" + id + "</reportId>");
        }
        Matcher id = (path.equals("/fileinfo") ? IN_XML : ID).matcher(body);
        if (!id.find()) {
            return code(4100);
        }
        Report report = reports.get(id.group(1));
        if (report == null) {
            return code(5001);
        }
        if (report.retracted) {
            return code(5101);
        }
        if (report.finished) {
            return code(5102);
        }
        String named = "<reportId>" + id.group(1) + "</reportId>";
        return switch (path) {
            case "/upload" -> {
                report.files.add(body);
                yield done(named + "<fileId>file" + report.files.size() + "</fileId><hash>none</hash>");
            }
            case "/fileinfo" -> {
                report.details.add(body);
                yield done(named);
            }
            case "/finish" -> {
                report.finished = true;
                yield "<reportDoneResponse><responseCode>0</responseCode>" + named + "</reportDoneResponse>";
            }
            case "/retract" -> {
                report.retracted = true;
                yield done(named);
            }
            default -> code(4000);
        };
    }

    private static String done(String more) {
        return "<reportResponse><responseCode>0</responseCode><responseDescription>Success</responseDescription>" + more
                + "</reportResponse>";
    }

    private static String code(int code) {
        return "<reportResponse><responseCode>" + code + "</responseCode></reportResponse>";
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
