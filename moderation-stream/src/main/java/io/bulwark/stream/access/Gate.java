package io.bulwark.stream.access;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.bulwark.stream.StreamConfig;
import io.bulwark.stream.problem.Problem;
import io.github.bucket4j.Bucket;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * What every request meets: before its login the host's name and the page that it comes from, after it the user's
 * allowance.
 */
@Singleton
class Gate {

    private static final int BEFORE_EVERYTHING = 10_000;
    private static final int AFTER_LOGIN = 50;
    private static final Set<HttpMethod> CHANGING_NOTHING = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);
    private static final Set<String> FROM_HERE = Set.of("same-origin", "none");

    private static final String API = "/api/";
    private static final String VERSION = "v1/";
    private static final String[] COLLECTIONS = {"verdicts", "uploaders", "audits", "feed"};

    private final Set<String> hosts;
    private final long largestBody;
    private final Allowances requests;

    @Inject
    Gate(StreamConfig config, @ConfigProperty(name = "quarkus.http.limits.max-body-size") MemorySize largestBody) {
        this.largestBody = largestBody.asLongValue();
        hosts = new HashSet<>();
        config.access().hosts().forEach(host -> hosts.add(host.strip().toLowerCase(Locale.ROOT)));
        config.stream().applicationServer().ifPresent(server -> hosts.add(hostOf(server)));
        int each = config.access().limits().requestsPerSecond();
        requests = new Allowances(4L * each, each, Duration.ofSeconds(1));
    }

    void register(@Observes Filters filters) {
        filters.register(this::checkHost, BEFORE_EVERYTHING + 2);
        filters.register(Gate::leadOn, BEFORE_EVERYTHING + 1);
        filters.register(this::checkOrigin, BEFORE_EVERYTHING);
        filters.register(this::checkSize, BEFORE_EVERYTHING - 1);
        filters.register(this::checkAllowance, AFTER_LOGIN);
    }

    private void checkHost(RoutingContext context) {
        HostAndPort asked = context.request().authority();
        if (asked == null || !hosts.contains(asked.host().toLowerCase(Locale.ROOT))) {
            Problem.WRONG_HOST.answer(context);
            return;
        }
        context.next();
    }

    /** An old address becomes that of today, and comes in by it. */
    private static void leadOn(RoutingContext context) {
        String asked = context.request().uri();
        String today = today(asked);
        if (today.equals(asked)) {
            context.next();
        } else {
            context.reroute(today);
        }
    }

    /** Browsers name where a request comes from; programs that are none need not. */
    private void checkOrigin(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (CHANGING_NOTHING.contains(request.method()) || isFromHere(request)) {
            context.next();
            return;
        }
        Problem.FOREIGN_PAGE.answer(context);
    }

    private static boolean isFromHere(HttpServerRequest request) {
        String site = request.getHeader("Sec-Fetch-Site");
        if (site != null) {
            return FROM_HERE.contains(site);
        }
        String origin = request.getHeader("Origin");
        return origin == null || hasAuthority(origin, request.authority());
    }

    private static boolean hasAuthority(String origin, HostAndPort authority) {
        try {
            return authority.toString().equalsIgnoreCase(URI.create(origin).getRawAuthority());
        } catch (IllegalArgumentException noOrigin) {
            return false;
        }
    }

    /** What says how large it is; what does not is counted while it comes, and cut off by Quarkus. */
    private void checkSize(RoutingContext context) {
        String length = context.request().getHeader(HttpHeaders.CONTENT_LENGTH);
        if (length != null && length.matches("[0-9]{1,18}") && Long.parseLong(length) > largestBody) {
            context.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
            Problem.TOO_LARGE.answer(context);
            return;
        }
        context.next();
    }

    private void checkAllowance(RoutingContext context) {
        if (context.user() instanceof QuarkusHttpUser user
                && !context.request().headers().contains(HopTokens.HEADER)
                && !requests.take(nameOf(user.getSecurityIdentity()))) {
            Problem.TOO_MANY_REQUESTS.answer(context);
            return;
        }
        context.next();
    }

    private static String nameOf(SecurityIdentity identity) {
        return identity.isAnonymous() ? "" : Visitor.nameOf(identity);
    }

    private static String hostOf(String server) {
        return server.substring(0, server.lastIndexOf(':')).toLowerCase(Locale.ROOT);
    }

    /**
     * The address of today for one from before versions, such as {@code /api/verdicts}, with its query; others as
     * they are.
     */
    static String today(String uri) {
        if (!uri.startsWith(API)) {
            return uri;
        }
        String rest = uri.substring(API.length());
        for (String collection : COLLECTIONS) {
            if (rest.startsWith(collection)
                    && (rest.length() == collection.length() || "/?".indexOf(rest.charAt(collection.length())) >= 0)) {
                return API + VERSION + rest;
            }
        }
        return uri;
    }

    /** Token buckets by name: a rate and a burst. Any thread may ask. */
    static final class Allowances {

        private static final int MOST_NAMES = 100_000;

        private final LoadingCache<String, Bucket> buckets;

        /**
         * @param burst the most at once
         * @param refill how many come back within {@code every}
         */
        Allowances(long burst, long refill, Duration every) {
            buckets = Caffeine.newBuilder()
                    .maximumSize(MOST_NAMES)
                    .expireAfterAccess(every.multipliedBy(10))
                    .build(name -> Bucket.builder()
                            .addLimit(limit -> limit.capacity(burst).refillGreedy(refill, every))
                            .build());
        }

        /** Takes one, where one is left. */
        boolean take(String name) {
            return buckets.get(name).tryConsume(1);
        }

        /** Gives one back; never more than the burst are left. */
        void giveBack(String name) {
            buckets.get(name).addTokens(1);
        }

        /**
         * How many passwords are looked at. An attempt is taken before its password is looked at, so that many at once
         * gain nothing, and given back where the password was right. Any thread may ask.
         */
        static final class PasswordAttempts {

            /** One address stands for several people at times, behind a proxy or a shared line. */
            static final int NAMES_AN_ADDRESS = 10;

            private static final Duration EVERY = Duration.ofMinutes(1);

            private final Allowances byName;
            private final Allowances byAddress;

            /**
             * @param most wrong ones in a minute for one name from one address; {@value #NAMES_AN_ADDRESS} times that
             * from one address
             */
            PasswordAttempts(int most) {
                byName = new Allowances(most, most, EVERY);
                int ofAddress = most * NAMES_AN_ADDRESS;
                byAddress = new Allowances(ofAddress, ofAddress, EVERY);
            }

            /** Takes one, where one is left for the name and for the address. */
            boolean take(String address, String name) {
                if (!byAddress.take(address)) {
                    return false;
                }
                boolean taken = byName.take(key(address, name));
                if (!taken) {
                    byAddress.giveBack(address);
                }
                return taken;
            }

            /** The password was right. */
            void giveBack(String address, String name) {
                byAddress.giveBack(address);
                byName.giveBack(key(address, name));
            }

            private static String key(String address, String name) {
                return address + " " + name;
            }
        }
    }
}
