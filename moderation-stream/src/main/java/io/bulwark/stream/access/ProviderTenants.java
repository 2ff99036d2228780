package io.bulwark.stream.access;

import io.bulwark.stream.StreamConfig;
import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.SecurityIdentityAugmentor;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.jwt.JsonWebToken;

/** Takes the tenant of who logs in at the provider from their token. Who has none keeps no role. */
@Singleton
class ProviderTenants implements SecurityIdentityAugmentor {

    private final String claim;

    ProviderTenants(StreamConfig config) {
        claim = config.access().oidc().tenantClaim();
    }

    @Override
    public Uni<SecurityIdentity> augment(SecurityIdentity identity, AuthenticationRequestContext context) {
        return Uni.createFrom().item(withTenant(identity));
    }

    private SecurityIdentity withTenant(SecurityIdentity identity) {
        if (identity.isAnonymous() || !(identity.getPrincipal() instanceof JsonWebToken token)) {
            return identity;
        }
        Object tenant = token.getClaim(claim);
        return tenant instanceof String name && !name.isBlank()
                ? Visitor.of(token.getName(), name, identity.getRoles()).identity(identity)
                : QuarkusSecurityIdentity.builder()
                        .setPrincipal(identity.getPrincipal())
                        .build();
    }
}
