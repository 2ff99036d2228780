package io.bulwark.stream.access;

import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.IdentityProvider;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.TrustedAuthenticationRequest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;

/** Lets in again whose session's cookie names them, unless their password, tenant or roles are others since. */
@Singleton
class Sessions implements IdentityProvider<TrustedAuthenticationRequest> {

    private final BuiltInUsers users;

    Sessions(BuiltInUsers users) {
        this.users = users;
    }

    @Override
    public Class<TrustedAuthenticationRequest> getRequestType() {
        return TrustedAuthenticationRequest.class;
    }

    @Override
    public Uni<SecurityIdentity> authenticate(
            TrustedAuthenticationRequest request, AuthenticationRequestContext context) {
        return context.runBlocking(() -> users.find(User.nameIn(request.getPrincipal()))
                .filter(user -> user.session().equals(request.getPrincipal()))
                .map(User::identity)
                .orElseThrow(() -> new AuthenticationFailedException("No such session any more")));
    }
}
