package io.bulwark.cli.bank;

import io.bulwark.events.LabelSource;
import java.time.Clock;
import picocli.CommandLine.Option;

/** Who vouches for the labels: {@code @Mixin ProvenanceOptions provenance}. */
final class ProvenanceOptions {

    @Option(
            names = "--added-by",
            paramLabel = "WHO",
            defaultValue = "${sys:user.name}",
            description = "Written into each reference.")
    private String addedBy;

    @Option(
            names = "--label-source",
            paramLabel = "SOURCE",
            defaultValue = "HUMAN",
            description = "Where the labels come from: ${COMPLETION-CANDIDATES}.")
    private LabelSource labelSource;

    BankFilling.Provenance provenance() {
        return new BankFilling.Provenance(
                addedBy, labelSource, Clock.systemUTC().instant());
    }
}
