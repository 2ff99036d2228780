package io.bulwark.cli.users;

import io.bulwark.cli.terminal.CommandFailure;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * One user.
 *
 * @param hash of the password, by bcrypt in the modular crypt format
 * @param tenant whose records they see; {@code *} for everyone's
 */
record UserLine(String name, String hash, String tenant, List<String> roles) {

    static final List<String> ROLES = List.of("viewer", "reviewer", "senior", "curator", "admin");

    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9._@-]{1,64}");
    private static final Pattern TENANT = Pattern.compile("\\*|[^\\s:*]{1,128}");

    /** @throws CommandFailure for a name, a tenant or a role that is not allowed */
    UserLine {
        if (!NAME.matcher(name).matches()) {
            throw CommandFailure.usage(
                    "the name is '" + name + "', allowed are 1 to 64 of letters, digits and . _ @ -");
        }
        if (!TENANT.matcher(tenant).matches()) {
            throw CommandFailure.usage("the tenant is '" + tenant
                    + "', allowed are 1 to 128 characters without space, colon and asterisk, or * for every tenant");
        }
        if (roles.isEmpty() || !ROLES.containsAll(roles)) {
            throw CommandFailure.usage("the roles are " + roles + ", allowed are " + String.join(", ", ROLES));
        }
        roles = List.copyOf(new TreeSet<>(roles));
    }

    static UserLine parse(String line) {
        String[] fields = line.split(":", -1);
        if (fields.length != 4) {
            throw CommandFailure.failed("a line of the file has " + fields.length
                    + " fields, and not name:hash:tenant:roles; mend or remove it");
        }
        return new UserLine(fields[0], fields[1], fields[2], List.of(fields[3].split(",")));
    }

    String text() {
        return String.join(":", name, hash, tenant, String.join(",", roles));
    }
}
