package io.bulwark.service.fetch;

import io.bulwark.service.lifecycle.NanoClock;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;

/**
 * A limited number of fetches from one host at a time; further fetches of that host wait in line, without a thread.
 * Files and objects in a store of the operator's are of no host and never wait. Any thread.
 */
public final class HostTurns {

    /** What names no host of the web. */
    public static final String NO_HOST = "";

    private final int perHost;
    private final NanoClock clock;
    private final Map<String, Line> lines = new HashMap<>(); // guarded by this

    /** @param perHost turns of a host at once */
    public HostTurns(int perHost, NanoClock clock) {
        this.perHost = perHost;
        this.clock = clock;
    }

    /** Turns of a host at once. */
    public int perHost() {
        return perHost;
    }

    /** The host that a location of the web names, in lower case; {@link #NO_HOST} if it names none. */
    public static String hostOf(String location) {
        try {
            URI uri = new URI(location);
            boolean web = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
            return web && uri.getHost() != null ? uri.getHost().toLowerCase(Locale.ROOT) : NO_HOST;
        } catch (URISyntaxException malformed) {
            return NO_HOST;
        }
    }

    /**
     * Calls {@code begin} when it is its turn: at once on this thread, or on the one that ends an earlier turn.
     *
     * @param begin whether it takes its turn, which {@link #done} then ends; else it is the next one's
     */
    public void take(String host, BooleanSupplier begin) {
        synchronized (this) {
            if (!host.equals(NO_HOST)) {
                Line line = lines.computeIfAbsent(host, name -> new Line());
                if (line.running == perHost) {
                    line.waiting.add(begin);
                    return;
                }
                line.running++;
            }
        }
        if (!begin.getAsBoolean()) {
            done(host);
        }
    }

    /** A file of that host arrived, within a turn that is not over yet. */
    public synchronized void delivered(String host) {
        Line line = lines.get(host);
        if (line != null) {
            line.deliveredAt = OptionalLong.of(clock.nanos());
        }
    }

    /** Whether a file of that host arrived within so long, while there was always one who had a turn. */
    public synchronized boolean hasDelivered(String host, Duration within) {
        Line line = lines.get(host);
        return line != null
                && line.deliveredAt.isPresent()
                && clock.nanos() - line.deliveredAt.getAsLong() <= within.toNanos();
    }

    /** A turn of that host is over. */
    public void done(String host) {
        BooleanSupplier next = next(host);
        while (next != null && !next.getAsBoolean()) {
            next = next(host);
        }
    }

    /** The next in line; null if none waits. */
    private synchronized BooleanSupplier next(String host) {
        Line line = lines.get(host);
        if (line == null) {
            return null;
        }
        BooleanSupplier next = line.waiting.poll();
        if (next == null && --line.running == 0) {
            lines.remove(host);
        }
        return next;
    }

    private static final class Line {
        private final Deque<BooleanSupplier> waiting = new ArrayDeque<>();
        private int running;
        private OptionalLong deliveredAt = OptionalLong.empty();
    }
}
