package io.bulwark.stream.access;

import io.bulwark.stream.StreamConfig;
import io.bulwark.stream.problem.Problem;
import io.quarkus.oidc.runtime.OidcAuthenticationMechanism;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.SecurityIdentityAugmentor;
import io.quarkus.security.identity.request.AuthenticationRequest;
import io.quarkus.security.identity.request.TokenAuthenticationRequest;
import io.quarkus.security.identity.request.TrustedAuthenticationRequest;
import io.quarkus.security.identity.request.UsernamePasswordAuthenticationRequest;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.quarkus.vertx.http.runtime.security.BasicAuthenticationMechanism;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.FormAuthenticationMechanism;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.Priority;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Singleton;
import java.util.Set;
import org.eclipse.microprofile.jwt.JsonWebToken;

/**
 * Finds out who asks: another instance by its signature, else as {@link Login} has it. A browser without a login is
 * sent to the page where one logs in, a program gets a 401.
 */
@Alternative
@Priority(1)
@Singleton
public class LoginMechanism implements HttpAuthenticationMechanism {

    private static final String NOTED = "bulwark.refusal";
    private static final String LOGIN_PAGE = "/login.html";
    private static final Visitor LOCAL = Visitor.of("local", Visitor.EVERY_TENANT, Set.of(Roles.ADMIN));

    private final Login login;
    private final HopTokens hops;
    private final BasicAuthenticationMechanism basic;
    private final FormAuthenticationMechanism form;
    private final OidcAuthenticationMechanism oidc;

    LoginMechanism(
            StreamConfig config,
            HopTokens hops,
            BasicAuthenticationMechanism basic,
            FormAuthenticationMechanism form,
            OidcAuthenticationMechanism oidc) {
        this.login = Login.of(config.access());
        this.hops = hops;
        this.basic = basic;
        this.form = form;
        this.oidc = oidc;
    }

    @Override
    public Uni<SecurityIdentity> authenticate(RoutingContext context, IdentityProviderManager identities) {
        return identity(context, identities)
                .onFailure()
                .invoke(() -> context.put(HttpAuthenticationMechanism.class.getName(), this)); // the challenge is ours
    }

    private Uni<SecurityIdentity> identity(RoutingContext context, IdentityProviderManager identities) {
        String token = context.request().getHeader(HopTokens.HEADER);
        if (token != null) {
            return hops.visitor(token, context.request().uri())
                    .map(visitor -> Uni.createFrom().item(visitor.identity()))
                    .orElseGet(() -> {
                        note(context, Problem.BAD_HOP);
                        return Uni.createFrom()
                                .failure(new AuthenticationFailedException("A hop's signature is wrong"));
                    });
        }
        return switch (login) {
            case LOCAL -> Uni.createFrom().item(LOCAL.identity());
            case OIDC -> oidc.authenticate(context, identities);
            case USERS ->
                context.request().headers().contains(HttpHeaders.AUTHORIZATION)
                        ? basic.authenticate(context, identities)
                        : form.authenticate(context, identities);
        };
    }

    @Override
    public Uni<ChallengeData> getChallenge(RoutingContext context) {
        if (login == Login.OIDC && wantsPage(context)) {
            return oidc.getChallenge(context);
        }
        return Uni.createFrom()
                .item(
                        login == Login.USERS && wantsPage(context)
                                ? new ChallengeData(302, HttpHeaders.LOCATION, LOGIN_PAGE)
                                : new ChallengeData(401));
    }

    /** What is no redirect is a problem in JSON. A name and a password are never asked for by the browser itself. */
    @Override
    public Uni<Boolean> sendChallenge(RoutingContext context) {
        Problem noted = context.get(NOTED);
        if (noted == null && wantsPage(context) && login != Login.LOCAL) {
            return HttpAuthenticationMechanism.super.sendChallenge(context);
        }
        (noted == null ? Problem.NO_LOGIN : noted).answer(context);
        return Uni.createFrom().item(true);
    }

    @Override
    public Set<Class<? extends AuthenticationRequest>> getCredentialTypes() {
        return Set.of(
                UsernamePasswordAuthenticationRequest.class,
                TrustedAuthenticationRequest.class,
                TokenAuthenticationRequest.class);
    }

    /** Remembers why a login fails, for the challenge that follows. */
    static void note(RoutingContext context, Problem problem) {
        context.put(NOTED, problem);
    }

    private static boolean wantsPage(RoutingContext context) {
        String accepted = context.request().getHeader(HttpHeaders.ACCEPT);
        return !context.normalizedPath().startsWith("/api/")
                && accepted != null
                && accepted.contains("text/html")
                && context.request().method().name().equals("GET");
    }

    /** Takes the tenant of who logs in at the provider from their token. Who has none keeps no role. */
    @Singleton
    static class ProviderTenants implements SecurityIdentityAugmentor {

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

    /** How people and programs say who they are. */
    public enum Login {

        /** No login: local users have all rights. */
        LOCAL,
        /** By name and password from the file of built-in users. */
        USERS,
        /** At a provider of OpenID Connect. */
        OIDC;

        /**
         * What the settings ask for: the provider where one is configured, else the users where there is a file of
         * them.
         */
        public static Login of(StreamConfig.Access settings) {
            if (settings.oidc().enabled()) {
                return OIDC;
            }
            return settings.usersFile().isPresent() ? USERS : LOCAL;
        }
    }
}
