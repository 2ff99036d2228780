package io.bulwark.service.fetch;

import io.bulwark.service.lifecycle.NanoClock;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;

/**
 * Hosts that were slow or failed lately: no upload waits for them again so soon. One upload every few seconds tries
 * such a host all the same, so that one that recovered comes back. Remembers {@value #MOST} hosts, the most recent
 * ones. A host is here a scheme, a name and a port ({@link #originOf}). Any thread.
 */
public final class SlowHosts {

    /** How long uploads do not wait for a host that was slow. */
    public static final Duration REMEMBERED = Duration.ofMinutes(1);

    /** From one try of such a host to the next. */
    public static final Duration BETWEEN_TRIES = Duration.ofSeconds(5);

    static final int MOST = 10_000;

    private final NanoClock clock;
    private final Map<String, Slow> hosts = new LinkedHashMap<>(); // guarded by this

    /** Knows nothing yet. */
    public SlowHosts(NanoClock clock) {
        this.clock = clock;
    }

    /**
     * Scheme, host and port that a location of the web names, {@link HostTurns#NO_HOST} where it names none. The port
     * belongs to it because clients choose it: {@code https://host:80} fails at every host, and says nothing of {@code
     * https://host}.
     */
    public static String originOf(String location) {
        String host = HostTurns.hostOf(location);
        if (host.equals(HostTurns.NO_HOST)) {
            return host;
        }
        URI uri = URI.create(location);
        String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
        int usual = scheme.equals("https") ? 443 : 80;
        return scheme + "://" + host + ":" + (uri.getPort() < 0 ? usual : uri.getPort());
    }

    /** Whether an upload may wait for that host; if so, it counts as a try. */
    public synchronized boolean mayTry(String host) {
        Slow slow = hosts.get(host);
        long now = clock.nanos();
        if (slow == null) {
            return true;
        }
        if (now - slow.since() >= REMEMBERED.toNanos()) {
            hosts.remove(host);
            return true;
        }
        if (now - slow.tried() < BETWEEN_TRIES.toNanos()) {
            return false;
        }
        hosts.put(host, new Slow(slow.since(), now));
        return true;
    }

    /** An upload waited for that host in vain. */
    public synchronized void wasSlow(String host) {
        if (host.equals(HostTurns.NO_HOST)) {
            return;
        }
        long now = clock.nanos();
        hosts.remove(host);
        hosts.put(host, new Slow(now, now));
        if (hosts.size() > MOST) {
            hosts.remove(hosts.keySet().iterator().next());
        }
    }

    /** That host answered promptly. */
    public synchronized void wasPrompt(String host) {
        hosts.remove(host);
    }

    /** @param tried when an upload last waited for it */
    private record Slow(long since, long tried) {}

    /**
     * A limited number of fetches from one host at a time; further fetches of that host wait in line, without a thread.
     * Files and objects in a store of the operator's are of no host and never wait. Any thread.
     */
    public static final class HostTurns {

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
}
