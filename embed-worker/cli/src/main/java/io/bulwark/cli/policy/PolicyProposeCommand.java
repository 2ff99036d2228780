package io.bulwark.cli.policy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.cli.policy.DocumentText.TenantOptions;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.traffic.BrokerOptions.BrokerCommand;
import io.bulwark.events.LabelAction;
import io.bulwark.events.MadeFor;
import io.bulwark.events.ModerationPolicy;
import io.bulwark.events.PolicyDocument;
import io.bulwark.events.UnfamiliarRule;
import io.bulwark.perception.verdict.PolicySettings;
import io.bulwark.perception.verdict.PolicySettings.LabelRule;
import io.bulwark.perception.verdict.PolicySettings.Thresholds;
import io.bulwark.perception.verdict.SeenImage;
import io.bulwark.perception.verdict.VotingPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
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
                        + " decided, and it decides nothing until another person approves it.")
final class PolicyProposeCommand extends BrokerCommand implements Callable<Integer> {

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

    @Option(names = "--note", paramLabel = "TEXT", description = "The reason, for the approver and later readers.")
    private String note;

    @Option(
            names = "--anew",
            description = "Begin the tenant's record again if it cannot be read. Policy in force and history are lost.")
    private boolean restarted;

    @Override
    public Integer call() {
        Output output = output();
        String whose = tenant.name();
        // Read before the topic is, so that a file at fault needs no broker.
        Optional<PolicyLines> given =
                Optional.ofNullable(file).map(PolicyLines::read).map(lines -> lines.with(settings));
        given.ifPresent(lines -> document(lines, Map.of()));
        Map<String, Double> calibration = measured == null ? Map.of() : MeasuredFile.read(measured);
        ModerationPolicy written = new PolicyTopic(broker())
                .change(
                        whose,
                        content -> PolicyRecord.of(content, whose, restarted)
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

    /** What a policy decides by, as a document of the topic; {@link PolicyLines} are the way back. */
    static final class PolicyDocuments {

        private PolicyDocuments() {}

        /** A document of nothing but what it decides by and where; its version is the hash of the settings. */
        static PolicyDocument.Builder of(PolicySettings settings, MadeFor madeFor) {
            Map<String, io.bulwark.events.LabelRule> labels = new TreeMap<>();
            settings.labels().forEach((label, rule) -> labels.put(label, rule(rule)));
            return PolicyDocument.newBuilder()
                    .setVersion(new VotingPolicy(settings).version())
                    .setK(settings.k())
                    .setTemperature(settings.temperature())
                    .setFloor(settings.floor())
                    .setKnownSimilarity(settings.knownSimilarity())
                    .setFlag(settings.thresholds().flag())
                    .setSafe(settings.thresholds().safe())
                    .setLabels(labels)
                    .setUnfamiliar(
                            switch (settings.unfamiliar()) {
                                case REVIEW -> UnfamiliarRule.REVIEW;
                                case HEAD -> UnfamiliarRule.HEAD;
                            })
                    .setFlaggedClasses(
                            new TreeSet<>(settings.flaggedClasses()).stream().toList())
                    .setMadeFor(madeFor);
        }

        private static io.bulwark.events.LabelRule rule(LabelRule rule) {
            return new io.bulwark.events.LabelRule(
                    switch (rule.action()) {
                        case FLAG -> LabelAction.FLAG;
                        case REVIEW -> LabelAction.REVIEW;
                        case IGNORE -> LabelAction.IGNORE;
                    },
                    rule.thresholds().map(Thresholds::flag).orElse(null),
                    rule.thresholds().map(Thresholds::safe).orElse(null));
        }
    }

    /** What a calibration measured, as {@code bulwark bank calibrate --json} prints it. */
    static final class MeasuredFile {

        private static final ObjectMapper JSON = new ObjectMapper();

        private MeasuredFile() {}

        /**
         * All numbers of the first line, those of inner objects by {@code outer.inner}.
         *
         * @throws CommandFailure if it cannot be read or is no JSON object
         */
        static Map<String, Double> read(Path file) {
            try {
                String first = Files.readString(file).lines().findFirst().orElse("");
                JsonNode root = JSON.readTree(first);
                if (!root.isObject()) {
                    throw noObject(file);
                }
                Map<String, Double> numbers = new TreeMap<>();
                collect("", root, numbers);
                return numbers;
            } catch (JsonProcessingException malformed) {
                throw noObject(file);
            } catch (IOException unreadable) {
                throw CommandFailure.failed(file + " cannot be read: " + unreadable, unreadable);
            }
        }

        private static void collect(String prefix, JsonNode object, Map<String, Double> numbers) {
            object.fields().forEachRemaining(field -> {
                if (field.getValue().isNumber()) {
                    numbers.put(prefix + field.getKey(), field.getValue().asDouble());
                } else if (field.getValue().isObject()) {
                    collect(prefix + field.getKey() + ".", field.getValue(), numbers);
                }
            });
        }

        private static CommandFailure noObject(Path file) {
            return CommandFailure.usage("the first line of " + file
                    + " is no JSON object: --measured takes what `bulwark bank calibrate --json` prints");
        }
    }
}
