package io.bulwark.stream.review.api;

import io.bulwark.stream.review.CurrentPerson;
import io.bulwark.stream.review.Person;
import io.bulwark.stream.review.Roles;
import io.quarkus.arc.DefaultBean;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.Set;

/** Without a login there is one person, who may everything: whoever reaches the application. */
@Singleton
class OpenDesk {

    private static final Person OPERATOR =
            new Person("operator", "default", Set.of(Roles.REVIEWER, Roles.SENIOR, Roles.CURATOR, Roles.ADMIN));

    @Produces
    @Singleton
    @DefaultBean
    CurrentPerson operator() {
        return () -> OPERATOR;
    }
}
