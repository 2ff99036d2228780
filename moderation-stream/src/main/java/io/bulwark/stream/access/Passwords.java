package io.bulwark.stream.access;

import io.bulwark.stream.StreamConfig;
import io.quarkus.elytron.security.common.BcryptUtil;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.IdentityProvider;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.UsernamePasswordAuthenticationRequest;
import io.quarkus.vertx.http.runtime.security.HttpSecurityUtils;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;

/** Lets in who knows their password. A name that there is not takes as long as one that there is. */
@Singleton
class Passwords implements IdentityProvider<UsernamePasswordAuthenticationRequest> {

    private static final String NOBODYS = BcryptUtil.bcryptHash("nobody has this password");

    private final BuiltInUsers users;
    private final Allowances wrong;

    Passwords(BuiltInUsers users, StreamConfig config) {
        this.users = users;
        int most = config.access().limits().wrongPasswords();
        this.wrong = new Allowances(most, most, Duration.ofMinutes(1));
    }

    @Override
    public Class<UsernamePasswordAuthenticationRequest> getRequestType() {
        return UsernamePasswordAuthenticationRequest.class;
    }

    @Override
    public Uni<SecurityIdentity> authenticate(
            UsernamePasswordAuthenticationRequest request, AuthenticationRequestContext context) {
        RoutingContext asked = HttpSecurityUtils.getRoutingContextAttribute(request);
        String from = asked.request().remoteAddress().hostAddress() + " " + request.getUsername();
        if (!wrong.isLeft(from)) {
            Refusal.TOO_MANY_PASSWORDS.noteIn(asked);
            return Uni.createFrom().failure(new AuthenticationFailedException("Too many wrong passwords"));
        }
        String password = new String(request.getPassword().getPassword());
        return context.runBlocking(() -> check(request.getUsername(), password, from));
    }

    private SecurityIdentity check(String name, String password, String from) {
        Optional<User> user = users.find(name);
        boolean right = BcryptUtil.matches(password, user.map(User::hash).orElse(NOBODYS));
        if (!right || user.isEmpty()) {
            wrong.take(from);
            throw new AuthenticationFailedException("Wrong name or password");
        }
        return user.get().visitor().identity();
    }
}
