package io.bulwark.service.fetch;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import org.apache.hc.client5.http.DnsResolver;

/**
 * The one place where names become addresses: the HTTP client connects to what comes out here and asks nobody else, so
 * a name cannot resolve differently between check and use (DNS rebinding). One forbidden address forbids the name. Any
 * thread.
 */
final class VettedDns implements DnsResolver {

    private final NameService names;
    private final AddressGuard guard;

    VettedDns(NameService names, AddressGuard guard) {
        this.names = names;
        this.guard = guard;
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
        return addresses;
    }

    @Override
    public String resolveCanonicalHostname(String host) {
        return host;
    }
}
