package io.bulwark.stream.review.api;

import io.bulwark.stream.access.Visitor;
import io.bulwark.stream.review.CurrentPerson;
import io.bulwark.stream.review.Person;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.inject.Singleton;

/** Whoever came past the doors. Somebody who sees every tenant reviews for the tenant {@value #DEFAULT_TENANT}. */
@Singleton
final class PersonBehindTheLogin implements CurrentPerson {

    private static final String DEFAULT_TENANT = "default";

    private final SecurityIdentity identity;

    /** It is that of the request in which it is asked. */
    PersonBehindTheLogin(SecurityIdentity identity) {
        this.identity = identity;
    }

    @Override
    public Person get() {
        Visitor visitor = Visitor.behind(identity);
        return new Person(visitor.name(), visitor.tenant().orElse(DEFAULT_TENANT), visitor.roles());
    }
}
