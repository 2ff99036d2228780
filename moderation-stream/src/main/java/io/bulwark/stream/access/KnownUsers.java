package io.bulwark.stream.access;

import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;

/** The people who are known by name before they log in: the built-in users. Thread-safe. */
@Singleton
public final class KnownUsers {

    private final Users users;

    KnownUsers(Users users) {
        this.users = users;
    }

    /**
     * Names of those who have a role in a tenant, by it or by all tenants, in their order; empty where there are no
     * built-in users.
     */
    public Optional<List<String>> having(String role, String tenant) {
        return users.all()
                .map(all -> all.stream()
                        .map(Users.User::visitor)
                        .filter(visitor -> visitor.roles().contains(role)
                                && visitor.tenant().map(tenant::equals).orElse(true))
                        .map(Visitor::name)
                        .sorted()
                        .toList());
    }
}
