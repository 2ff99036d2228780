package io.bulwark.stream.review.api;

import io.bulwark.stream.access.Visitor;
import io.bulwark.stream.review.CurrentPerson;
import io.bulwark.stream.review.Person;
import io.bulwark.stream.review.ReviewRefusedException;
import io.bulwark.stream.review.ReviewRefusedException.Kind;
import io.quarkus.security.identity.SecurityIdentity;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;

/**
 * Whoever came past the doors. Somebody who sees every tenant may name one by {@code ?tenant=}, and reviews for the tenant
 * {@value #DEFAULT_TENANT} otherwise; nobody else may name any.
 */
@Singleton
final class PersonBehindTheLogin implements CurrentPerson {

    private static final String TENANT = "tenant";
    private static final String DEFAULT_TENANT = "default";

    private final SecurityIdentity identity;
    private final RoutingContext context;

    /** Both are of the request in which they are asked. */
    PersonBehindTheLogin(SecurityIdentity identity, RoutingContext context) {
        this.identity = identity;
        this.context = context;
    }

    @Override
    public Person get() {
        Visitor visitor = Visitor.behind(identity);
        String named = context.queryParams().get(TENANT);
        if (named == null) {
            return new Person(visitor.name(), visitor.tenant().orElse(DEFAULT_TENANT), visitor.roles());
        }
        if (visitor.tenant().isPresent() || named.isEmpty() || named.equals(Visitor.EVERY_TENANT)) {
            throw new ReviewRefusedException(Kind.INVALID, "The tenant is that of your login and cannot be asked for.");
        }
        return new Person(visitor.name(), named, visitor.roles());
    }
}
