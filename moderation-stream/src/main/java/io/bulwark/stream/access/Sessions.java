package io.bulwark.stream.access;

import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.IdentityProvider;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.TrustedAuthenticationRequest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;

/** Lets in again whose session's cookie names them, with the tenant and the roles that they have now. */
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
        return context.runBlocking(() -> users.find(request.getPrincipal())
                .map(user -> user.visitor().identity())
                .orElseThrow(() -> new AuthenticationFailedException("No such user any more")));
    }
}
