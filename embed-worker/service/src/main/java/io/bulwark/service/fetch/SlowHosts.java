package io.bulwark.service.fetch;

import io.bulwark.service.lifecycle.NanoClock;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

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
}
