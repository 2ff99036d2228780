package io.bulwark.service.fetch;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.hc.client5.http.DnsResolver;

/**
 * The one place where names become addresses: the HTTP client connects to these addresses and resolves no names itself,
 * so a name cannot resolve differently between check and use (DNS rebinding). One forbidden address forbids the name.
 * Of many addresses only some come out: the client tries one after the other, each for as long as a connection may take
 * to open, and does not let itself be stopped between them. Any thread.
 */
final class VettedDns implements DnsResolver {

    private final NameService names;
    private final AddressGuard guard;
    private final int most;

    /**
     * Makes a resolver.
     *
     * @param most addresses of one name that are tried, 2 at least
     */
    VettedDns(NameService names, AddressGuard guard, int most) {
        this.names = names;
        this.guard = guard;
        this.most = most;
    }

    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        String bare = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        InetAddress[] addresses = names.resolve(bare);
        for (InetAddress address : addresses) {
            Optional<String> kind = guard.forbids(bare, address);
            if (kind.isPresent()) {
                throw new ForbiddenAddressException(kind.get());
            }
        }
        return addresses.length <= most ? addresses : some(addresses);
    }

    /** The first of both families in turn, for a machine may have a way to one of them only. */
    private InetAddress[] some(InetAddress[] addresses) {
        Class<?> preferred = addresses[0].getClass();
        Map<Boolean, List<InetAddress>> families =
                Arrays.stream(addresses).collect(Collectors.partitioningBy(preferred::isInstance));
        List<InetAddress> some = new ArrayList<>();
        for (int i = 0; some.size() < most; i++) {
            for (boolean family : List.of(true, false)) {
                families.get(family).stream().skip(i).limit(1).forEach(some::add);
            }
        }
        return some.subList(0, most).toArray(InetAddress[]::new);
    }

    @Override
    public String resolveCanonicalHostname(String host) {
        return host;
    }

    /** Names to addresses; {@link InetAddress#getAllByName} in production. */
    @FunctionalInterface
    interface NameService {

        InetAddress[] resolve(String host) throws UnknownHostException;
    }

    /**
     * A name led to an address that the guard forbids. An {@link UnknownHostException} because HTTP's resolver throws
     * it.
     */
    static final class ForbiddenAddressException extends UnknownHostException {

        ForbiddenAddressException(String kind) {
            super("The host resolves to an address that is " + kind
                    + "; only public addresses are fetched from, others by the setting bulwark.fetch.allow");
        }
    }
}
