package io.bulwark.lab.bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.traffic.ImageUploader;
import io.bulwark.events.ImageUploaded;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Hosts on this machine as a worker meets them on the web: one that answers late, one that is gone. */
final class StrangeHosts implements AutoCloseable {

    static final Duration LATE = Duration.ofSeconds(9);

    private static final int PENDING = 4096;
    private static final int FILL_TRIES = 16;
    private static final int FILL_MILLIS = 200;

    private final byte[] picture;
    private final ScheduledExecutorService answers = Executors.newScheduledThreadPool(1, task -> {
        Thread thread = new Thread(task, "bulwark-late-answers");
        thread.setDaemon(true);
        return thread;
    });
    private final HttpServer slow;
    private final ServerSocket dead;
    private final List<Socket> fillers = new ArrayList<>();

    private StrangeHosts(byte[] picture, HttpServer slow, ServerSocket dead) {
        this.picture = picture;
        this.slow = slow;
        this.dead = dead;
    }

    /**
     * Starts them on free ports of 127.0.0.1.
     *
     * @param picture what the slow one has
     */
    static StrangeHosts start(byte[] picture) {
        InetAddress here = InetAddress.getLoopbackAddress();
        try {
            StrangeHosts hosts = new StrangeHosts(
                    picture, HttpServer.create(new InetSocketAddress(here, 0), PENDING), new ServerSocket(0, 1, here));
            hosts.slow.createContext("/", hosts::answerLate);
            hosts.slow.start();
            hosts.fill();
            return hosts;
        } catch (IOException taken) {
            throw CommandFailure.unavailable("the hosts of --mix cannot listen on 127.0.0.1: " + taken, taken);
        }
    }

    /**
     * Fills the dead host's queue of connections, which are never accepted. Linux drops further connections, as an
     * absent host does. Where a system refuses it instead, the host is dead in that way.
     */
    private void fill() throws IOException {
        for (int i = 0; i < FILL_TRIES; i++) {
            Socket filler = new Socket();
            fillers.add(filler);
            try {
                filler.connect(dead.getLocalSocketAddress(), FILL_MILLIS);
            } catch (SocketTimeoutException full) {
                return;
            }
        }
    }

    private void answerLate(HttpExchange exchange) {
        answers.schedule(() -> answer(exchange), LATE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void answer(HttpExchange exchange) {
        try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", "image/jpeg");
            exchange.sendResponseHeaders(200, picture.length);
            exchange.getResponseBody().write(picture);
        } catch (IOException clientLeft) {
            // The client has given up; the worker's verdict records it.
            exchange.close();
        }
    }

    /** Where a picture is that comes late, another for each name. */
    URI late(String name) {
        return URI.create("http://127.0.0.1:" + slow.getAddress().getPort() + "/" + name + ".jpg");
    }

    /** A location that never answers. */
    URI dead(String name) {
        return URI.create("http://127.0.0.1:" + dead.getLocalPort() + "/" + name + ".jpg");
    }

    /** What a worker has to be told so that it asks them: they are local, and on ports of their own. */
    Map<String, String> workerSettings() {
        return Map.of(
                "bulwark.fetch.allow",
                "127.0.0.1",
                "bulwark.fetch.ports",
                slow.getAddress().getPort() + "," + dead.getLocalPort(),
                // They stand for many, though all have one address.
                "bulwark.fetch.deferred-per-host",
                "64");
    }

    @Override
    public void close() {
        slow.stop(0);
        answers.shutdownNow();
        try {
            for (Socket filler : fillers) {
                filler.close();
            }
            dead.close();
        } catch (IOException gone) {
            throw CommandFailure.failed("the hosts of --mix cannot be closed: " + gone, gone);
        }
    }

    /**
     * What is sent for each kind.
     *
     * @param pictures plain ones, used in turn
     * @param large one of many pixels
     * @param crowded one of many views
     * @param hosts of slow and dead locations
     */
    record ArrivalUploads(List<byte[]> pictures, byte[] large, byte[] crowded, StrangeHosts hosts) {

        private static final String UPLOADER = "bench";

        /** An upload of a kind, under an image id. */
        ImageUploaded of(Mix.Kind kind, String id, int number, ImageUploader uploader) {
            return switch (kind) {
                case INLINE -> uploader.inline(id, UPLOADER, pictures.get(number % pictures.size()), Map.of());
                case LARGE -> uploader.inline(id, UPLOADER, large, Map.of());
                case CROWDED -> uploader.inline(id, UPLOADER, crowded, Map.of());
                case SLOW -> uploader.located(id, UPLOADER, hosts.late(id), Map.of());
                case DEAD -> uploader.located(id, UPLOADER, hosts.dead(id), Map.of());
            };
        }
    }
}
