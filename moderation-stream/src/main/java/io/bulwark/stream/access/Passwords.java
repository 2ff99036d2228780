package io.bulwark.stream.access;

import io.bulwark.stream.AddressRange;
import io.bulwark.stream.StreamConfig;
import io.bulwark.stream.access.Gate.Allowances;
import io.bulwark.stream.problem.Problem;
import io.quarkus.elytron.security.common.BcryptUtil;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.IdentityProvider;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.TrustedAuthenticationRequest;
import io.quarkus.security.identity.request.UsernamePasswordAuthenticationRequest;
import io.quarkus.vertx.http.runtime.security.HttpSecurityUtils;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Lets in who knows their password. An unknown name takes as long as a known one;
 * what cannot be a name is refused at once.
 */
@Singleton
class Passwords implements IdentityProvider<UsernamePasswordAuthenticationRequest> {

    private final Users users;
    private final CallerAddress callers;
    private final Allowances.PasswordAttempts attempts;

    Passwords(Users users, CallerAddress callers, StreamConfig config) {
        this.users = users;
        this.callers = callers;
        this.attempts = new Allowances.PasswordAttempts(config.access().limits().wrongPasswords());
    }

    @Override
    public Class<UsernamePasswordAuthenticationRequest> getRequestType() {
        return UsernamePasswordAuthenticationRequest.class;
    }

    @Override
    public Uni<SecurityIdentity> authenticate(
            UsernamePasswordAuthenticationRequest request, AuthenticationRequestContext context) {
        RoutingContext asked = HttpSecurityUtils.getRoutingContextAttribute(request);
        String name = request.getUsername();
        if (!Users.User.isName(name)) {
            return Uni.createFrom().failure(wrong());
        }
        String address = callers.of(asked.request());
        if (!attempts.take(address, name)) {
            LoginMechanism.note(asked, Problem.TOO_MANY_PASSWORDS);
            return Uni.createFrom().failure(new AuthenticationFailedException("Too many wrong passwords"));
        }
        String password = new String(request.getPassword().getPassword());
        return context.runBlocking(() -> {
            SecurityIdentity identity = check(name, password);
            attempts.giveBack(address, name);
            return identity;
        });
    }

    private SecurityIdentity check(String name, String password) {
        Optional<Users.User> user = users.find(name);
        boolean right = BcryptUtil.matches(password, user.map(Users.User::hash).orElseGet(users::hashForUnknownNames));
        if (!right || user.isEmpty()) {
            throw wrong();
        }
        return user.get().identity();
    }

    private static AuthenticationFailedException wrong() {
        return new AuthenticationFailedException("Wrong name or password");
    }

    /** Lets in again whose session's cookie names them, unless their password, tenant or roles are others since. */
    @Singleton
    static class Sessions implements IdentityProvider<TrustedAuthenticationRequest> {

        private final Users users;

        Sessions(Users users) {
            this.users = users;
        }

        @Override
        public Class<TrustedAuthenticationRequest> getRequestType() {
            return TrustedAuthenticationRequest.class;
        }

        @Override
        public Uni<SecurityIdentity> authenticate(
                TrustedAuthenticationRequest request, AuthenticationRequestContext context) {
            return context.runBlocking(() -> users.find(Users.User.nameIn(request.getPrincipal()))
                    .filter(user -> user.session().equals(request.getPrincipal()))
                    .map(Users.User::identity)
                    .orElseThrow(() -> new AuthenticationFailedException("No such session any more")));
        }
    }

    /**
     * From which address a request comes, also through proxies. Any thread may ask.
     *
     * <p>Proxies append to {@code X-Forwarded-For}, so its right end is what the proxy next to us saw, and all left of
     * the last untrusted address is what that caller claims. Quarkus's own setting takes the left end; a caller could
     * choose it, and so have as many tries as it likes or lock others out.
     */
    @Singleton
    static final class CallerAddress {

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
}
