package io.bulwark.stream.access;

import io.bulwark.stream.AddressRange;
import io.bulwark.stream.StreamConfig;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * From which address a request comes, also through proxies. Any thread may ask.
 *
 * <p>Proxies append to {@code X-Forwarded-For}, so its right end is what the proxy next to us saw, and all left of the
 * last untrusted address is what that caller claims. Quarkus's own setting takes the left end; a caller could choose
 * it, and so have as many tries as it likes or lock others out.
 */
@Singleton
final class CallerAddress {

    private static final String HEADER = "X-Forwarded-For";

    private final List<AddressRange> proxies;

    @Inject
    CallerAddress(StreamConfig config) {
        this(config.access().trustedProxies().orElse(List.of()).stream()
                .flatMap(proxy -> AddressRange.parse(proxy).stream())
                .toList());
    }

    /** @param proxies whose header is believed; empty for none */
    CallerAddress(List<AddressRange> proxies) {
        this.proxies = proxies;
    }

    /** The address, without a port. */
    String of(HttpServerRequest request) {
        return of(request.remoteAddress().hostAddress(), request.headers().getAll(HEADER));
    }

    /**
     * @param remote who is connected
     * @param forwarded the header's values in their order
     */
    String of(String remote, List<String> forwarded) {
        Optional<InetAddress> caller = AddressRange.address(remote).filter(this::isProxy);
        if (caller.isEmpty()) {
            return remote;
        }
        List<String> hops = new ArrayList<>();
        forwarded.forEach(value -> Collections.addAll(hops, value.split(",")));
        Collections.reverse(hops);
        InetAddress known = caller.get();
        for (String hop : hops) {
            Optional<InetAddress> before = AddressRange.address(hop);
            if (before.isEmpty()) {
                break; // what a proxy does not name as an address is not believed
            }
            known = before.get();
            if (!isProxy(known)) {
                break;
            }
        }
        return known.getHostAddress();
    }

    private boolean isProxy(InetAddress address) {
        return proxies.stream().anyMatch(range -> range.holds(address));
    }
}
