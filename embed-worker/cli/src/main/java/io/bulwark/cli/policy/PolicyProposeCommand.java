package io.bulwark.cli.policy;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputOptions;
import io.bulwark.cli.traffic.BrokerOptions;
import io.bulwark.events.ModerationPolicy;
import io.bulwark.events.PolicyDocument;
import io.bulwark.perception.verdict.SeenImage;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bulwark policy propose}. */
@Command(
        name = "propose",
        description =
                "Proposes a policy. It runs beside the one in force as its shadow: verdicts say what it would have"
                        + " decided, and it decides nothing until somebody else approves it.")
final class PolicyProposeCommand implements Callable<Integer> {

    @Mixin
    private OutputOptions options;

    @Mixin
    private BrokerOptions broker;

    @Mixin
    private TenantOptions tenant;

    @Parameters(
            arity = "0..1",
            paramLabel = "FILE",
            description =
                    "A properties file with the lines that `bulwark bank calibrate --write` writes (default: what is in"
                            + " force for the tenant, else for tenant default).")
    private Path file;

    @Option(
            showDefaultValue = Visibility.NEVER,
            names = "--set",
            paramLabel = "KEY=VALUE",
            description =
                    "A setting in place of that of FILE or of the policy in force, such as --set flag=0.8 or --set"
                            + " labels.gore.action=review; the keys are those of the worker's settings below bulwark.policy. .")
    private Map<String, String> settings = new LinkedHashMap<>();

    @Option(
            names = "--measured",
            paramLabel = "FILE",
            description = "What `bulwark bank calibrate --json` printed: its numbers are kept with the policy.")
    private Path measured;

    @Option(names = "--author", paramLabel = "WHO", defaultValue = "${sys:user.name}", description = "Who proposes it.")
    private String author;

    @Option(names = "--note", paramLabel = "TEXT", description = "Why, for whoever approves it or reads of it later.")
    private String note;

    @Option(
            names = "--anew",
            description =
                    "Begin the tenant's record again if nobody can read it. What was in force and before is lost.")
    private boolean anew;

    @Override
    public Integer call() {
        Output output = options.output();
        String whose = tenant.name();
        // Read before the topic is, so that a file at fault needs no broker.
        Optional<PolicyLines> given =
                Optional.ofNullable(file).map(PolicyLines::read).map(lines -> lines.with(settings));
        given.ifPresent(lines -> document(lines, Map.of()));
        Map<String, Double> calibration = measured == null ? Map.of() : MeasuredFile.read(measured);
        ModerationPolicy written = new PolicyTopic(broker.broker())
                .change(
                        whose,
                        content -> PolicyRecord.of(content, whose, anew)
                                .proposed(document(given.orElseGet(() -> derived(content, whose)), calibration))
                                .value());
        PolicyDocument proposal = written.getShadow();
        output.print(
                "proposed " + proposal.getVersion() + " for tenant " + whose + ", revision " + written.getRevision(),
                Map.of("tenant", whose, "revision", written.getRevision(), "shadow", DocumentText.fields(proposal)));
        output.note(
                "Workers that it was made for run it beside what is in force. `bulwark policy diff --tenant " + whose
                        + "` compares the two, `bulwark policy approve --tenant " + whose + " --version "
                        + PolicyRecord.Versions.shortened(proposal) + " --by WHO` puts it in force.");
        return ExitCodes.OK;
    }

    private PolicyDocument document(PolicyLines lines, Map<String, Double> calibration) {
        Instant now = Clock.systemUTC().instant().truncatedTo(ChronoUnit.MILLIS);
        return PolicyDocuments.of(lines.settings(), lines.madeFor())
                .setCalibration(calibration)
                .setAuthor(author)
                .setProposedAt(now)
                .setNote(note)
                .build();
    }

    /** What is in force with the changes; from nothing where nothing is. */
    private PolicyLines derived(PolicyTopic.Content content, String whose) {
        if (settings.isEmpty()) {
            throw CommandFailure.usage("nothing to propose: name a FILE, or change what is in force with --set");
        }
        return Stream.of(whose, SeenImage.DEFAULT_TENANT)
                .flatMap(name -> Stream.ofNullable(content.policies().get(name)))
                .flatMap(policy -> Stream.ofNullable(policy.getInForce()))
                .findFirst()
                .map(PolicyLines::of)
                .orElseGet(PolicyLines::none)
                .with(settings);
    }
}
