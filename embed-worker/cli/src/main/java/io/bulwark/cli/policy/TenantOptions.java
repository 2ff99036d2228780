package io.bulwark.cli.policy;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.perception.verdict.SeenImage;
import picocli.CommandLine.Option;

/** Whose policy a command is about: {@code @Mixin TenantOptions tenant}. */
final class TenantOptions {

    @Option(
            names = "--tenant",
            paramLabel = "NAME",
            defaultValue = SeenImage.DEFAULT_TENANT,
            description = "Whose policy (default: ${DEFAULT-VALUE}, which also decides for tenants that have none).")
    private String name;

    /** @throws CommandFailure if it is no name */
    String name() {
        if (name.isBlank()) {
            throw CommandFailure.usage("--tenant is blank, allowed is a tenant's name");
        }
        return name;
    }
}
