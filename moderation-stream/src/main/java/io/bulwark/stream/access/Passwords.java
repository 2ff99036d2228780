package io.bulwark.stream.access;

import io.bulwark.stream.StreamConfig;
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
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
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
}
