package io.bulwark.stream.api;

import io.bulwark.stream.access.Visitor;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.problem.Problem.ProblemException;
import io.bulwark.stream.query.Peers.PeerClient;
import io.bulwark.stream.review.Person;
import io.quarkus.security.identity.SecurityIdentity;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Who asks the question that is being answered, and for which tenant. It is another one in each request. */
@Singleton
class Asker {

    private static final String TENANT = "tenant";
    private static final String DEFAULT_TENANT = "default";

    private final SecurityIdentity identity;
    private final RoutingContext context;

    /** Both are of the request in which they are asked. */
    Asker(SecurityIdentity identity, RoutingContext context) {
        this.identity = identity;
        this.context = context;
    }

    Visitor visitor() {
        return Visitor.behind(identity);
    }

    /**
     * Whose records the answer is made of: the visitor's tenant. Who sees all tenants may name one; others may not name
     * any, not even their own, so that no page and no program comes to believe that it had a choice.
     *
     * @return empty for every tenant
     * @throws ProblemException where one is named that may not be
     */
    Optional<String> tenant() {
        String named = context.queryParams().get(TENANT);
        Visitor visitor = visitor();
        Problem.BAD_PARAMETER.when(
                named != null && visitor.tenant().isPresent(),
                "The tenant is that of your login and cannot be asked for.");
        return named == null ? visitor.tenant() : Optional.of(named);
    }

    /** The one tenant of a question about one image or uploader: without a name {@value #DEFAULT_TENANT}. */
    String oneTenant() {
        return tenant().orElse(DEFAULT_TENANT);
    }

    /**
     * The person of a question about people's work, in the one tenant that it is about.
     *
     * @throws ProblemException where a tenant is named that may not be
     */
    Person person() {
        String tenant = oneTenant();
        Problem.BAD_PARAMETER.when(
                tenant.isEmpty() || tenant.equals(Visitor.EVERY_TENANT), "No tenant is called '" + tenant + "'.");
        return new Person(visitor().name(), tenant, visitor().roles());
    }

    /** The visitor as one who sees that tenant alone. */
    Visitor inTenant() {
        return Visitor.of(visitor().name(), oneTenant(), visitor().roles());
    }

    /** Whether the question comes from outside, and not over a hop from another instance. */
    boolean isFirstHand() {
        return context.request().getHeader(PeerClient.HOP_HEADER) == null;
    }

    /** Whether it hopped and would have a standby's answer. */
    boolean takesStandby() {
        return !isFirstHand() && context.request().getHeader(Questions.STANDBY) != null;
    }
}
