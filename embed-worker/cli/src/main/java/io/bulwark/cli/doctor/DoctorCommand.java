package io.bulwark.cli.doctor;

import io.bulwark.cli.bank.BankFile.StoredReference;
import io.bulwark.cli.bank.BankTopic;
import io.bulwark.cli.options.BankModelOptions;
import io.bulwark.cli.options.BankModelOptions.ModelChoice;
import io.bulwark.cli.policy.PoliciesInForce.PolicyStanding;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputCommand;
import io.bulwark.cli.traffic.Broker;
import io.bulwark.cli.traffic.BrokerOptions;
import io.bulwark.perception.encoder.Encoder;
import io.bulwark.perception.encoder.ModelPackageException;
import io.bulwark.schemas.access.Role;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bulwark doctor}. */
@Command(
        name = "doctor",
        description =
                "Checks Java, native libraries, isolation, model, broker, topics, rights, schemas, bank, policies,"
                        + " database, neighbours and clock, and suggests a fix for each problem. It changes nothing."
                        + " Fails if anything is wrong; 3 if the broker does not answer.")
public final class DoctorCommand extends OutputCommand implements Callable<Integer> {

    @Mixin
    private BrokerOptions brokers;

    @Mixin
    private BankModelOptions model;

    @Option(names = "--bank", paramLabel = "NAME", description = "The worker's bulwark.bank.name.")
    private String bank = "default";

    @Option(
            names = "--role",
            paramLabel = "ROLE",
            description =
                    "Also look whether the user of --config may do what this program does: ${COMPLETION-CANDIDATES}.")
    private Role role;

    @Option(
            names = "--database",
            paramLabel = "URL",
            description = "Also look at people's work in this database, such as"
                    + " jdbc:postgresql://localhost:15432/bulwark.")
    private String database;

    @Option(
            names = "--user",
            paramLabel = "NAME",
            defaultValue = "bulwark",
            description = "Who reads the database. The password is that of the environment variable"
                    + " BULWARK_DATABASE_PASSWORD.")
    private String user;

    @Option(
            names = "--neighbours",
            paramLabel = "FILE",
            description = "Also look at whom moderation-stream tells of decisions: its settings bulwark.outbound.* in a"
                    + " properties file. Where the files of secrets lie is seen from here.")
    private Path neighbours;

    @Override
    public Integer call() {
        List<Finding> findings = new ArrayList<>(MachineExamination.findings());
        ModelExamination.Answer encoder = ModelExamination.look(model.choice(false));
        findings.add(encoder.finding());
        SideExamination side = new SideExamination(Clock.systemUTC());
        boolean silent = false;
        Optional<BrokerExamination> kafka = Optional.empty();
        try {
            Broker broker = brokers.broker();
            findings.add(Finding.well("broker", broker.bootstrapServers() + " answers"));
            kafka = Optional.of(new BrokerExamination(broker));
            findings.addAll(behind(broker, kafka.get(), encoder));
            findings.add(side.registry(broker.registryUrl()));
        } catch (CommandFailure absent) {
            if (absent.exitCode() != ExitCodes.UNAVAILABLE) {
                throw absent;
            }
            silent = true;
            findings.add(Finding.wrong(
                    "broker", absent.getMessage(), "bulwark local starts one; --bootstrap-servers names another"));
            findings.add(
                    Finding.unasked("topics", "the broker does not answer; nor were access, schemas, bank, policies"));
        }
        findings.addAll(
                database == null
                        ? List.of(Finding.unasked("database", "none is named with --database"))
                        : side.database(database, user, System.getenv("BULWARK_DATABASE_PASSWORD")));
        findings.addAll(
                neighbours == null
                        ? List.of(Finding.unasked("neighbours", "no settings are named with --neighbours"))
                        : NeighbourExamination.of(neighbours, brokers.topics()).findings(kafka));
        findings.add(side.clock());
        Output output = output();
        findings.forEach(finding -> finding.print(output));
        boolean wrong = findings.stream().anyMatch(finding -> finding.state() == Finding.State.WRONG);
        return silent ? ExitCodes.UNAVAILABLE : wrong ? ExitCodes.FAILED : ExitCodes.OK;
    }

    private List<Finding> behind(Broker broker, BrokerExamination kafka, ModelExamination.Answer encoder) {
        List<Finding> findings = new ArrayList<>(kafka.topics());
        findings.addAll(
                role == null ? List.of(Finding.unasked("access", "no role is named with --role")) : kafka.access(role));
        findings.add(kafka.schemas());
        ContentExamination content = new ContentExamination(broker);
        findings.addAll(encoder.fingerprint()
                .map(fingerprint -> content.bank(bank, fingerprint))
                .orElseGet(
                        () -> List.of(Finding.unasked("bank", "its references go by the model, which does not open"))));
        findings.addAll(content.policies());
        return findings;
    }

    /** Whether libtorch runs the worker's model here. */
    static final class ModelExamination {

        private ModelExamination() {}

        /**
         * Opens the model, which loads libtorch.
         *
         * @return its fingerprint beside what was found; empty where it does not open
         */
        static Answer look(ModelChoice model) {
            try (Encoder encoder = model.encoder()) {
                String fingerprint = encoder.description().fingerprint();
                return new Answer(
                        Finding.well("model", model.location() + " opens, fingerprint " + fingerprint),
                        Optional.of(fingerprint));
            } catch (CommandFailure | ModelPackageException unusable) {
                return failed(model, unusable.getMessage(), "name another with --model, the worker's bulwark.model");
            } catch (RuntimeException | LinkageError broken) {
                return failed(
                        model,
                        "libtorch does not run it: " + broken,
                        "install glibc 2.28 or later and libstdc++, or run the image bulwark/cli");
            }
        }

        private static Answer failed(ModelChoice model, String why, String mend) {
            return new Answer(Finding.wrong("model", model.location() + ": " + why, mend), Optional.empty());
        }

        /**
         * What was found, and what the bank is asked by.
         *
         * @param fingerprint of the model
         */
        record Answer(Finding finding, Optional<String> fingerprint) {}
    }

    /**
     * What was seen of one thing.
     *
     * @param part what was looked at, in one word
     * @param says what was found, a clause without a full stop
     * @param mend the command or setting that fixes it; empty where nothing is wrong
     */
    record Finding(String part, State state, String says, String mend) {

        /** How bad it is. */
        enum State {
            /** As it should be. */
            WELL,
            /** It works, but an operator should look at it. */
            UNSURE,
            /** It does not work. */
            WRONG,
            /** It was not examined; {@code says} has the reason. */
            UNASKED
        }

        static Finding well(String part, String says) {
            return new Finding(part, State.WELL, says, "");
        }

        static Finding unsure(String part, String says, String mend) {
            return new Finding(part, State.UNSURE, says, mend);
        }

        static Finding wrong(String part, String says, String mend) {
            return new Finding(part, State.WRONG, says, mend);
        }

        static Finding unasked(String part, String why) {
            return new Finding(part, State.UNASKED, why, "");
        }

        /** One line, with a second one for the fix, or one JSON object. */
        void print(Output output) {
            String word = state.name().toLowerCase(Locale.ROOT);
            Map<String, Object> fields = Output.fields("part", part, "state", word, "says", says, "mend", mend);
            String line = "%-8s %-10s %s".formatted(word, part, says);
            output.print(
                    mend.isEmpty() ? line : line + System.lineSeparator() + " ".repeat(20) + "mend: " + mend, fields);
        }
    }

    /** What people have put onto the topics: the bank and the policies. */
    private static final class ContentExamination {

        private final Broker broker;

        ContentExamination(Broker broker) {
            this.broker = broker;
        }

        /** Whether workers with this model find references, of more than one label. */
        List<Finding> bank(String bank, String fingerprint) {
            try (BankTopic topic = new BankTopic(broker)) {
                BankTopic.Content content = topic.read();
                List<Finding> findings = new ArrayList<>();
                findings.add(bank(
                        bank, content.of(bank, fingerprint), content.of(bank).size()));
                if (!content.unreadable().isEmpty()) {
                    findings.add(Finding.unsure(
                            "bank",
                            content.unreadable().size() + " references cannot be read, the first is "
                                    + content.unreadable().get(0),
                            "bulwark bank remove, or upgrade what reads them"));
                }
                return findings;
            } catch (CommandFailure unreadable) {
                return List.of(Finding.wrong("bank", unreadable.getMessage(), "bulwark topics create"));
            } catch (RuntimeException refused) {
                return List.of(Finding.unsure(
                        "bank",
                        "it cannot be read: " + refused.getMessage(),
                        "ask as a user who may read it (--config)"));
            }
        }

        private static Finding bank(String bank, List<StoredReference> ours, int ofAllModels) {
            if (ours.isEmpty()) {
                return Finding.wrong(
                        "bank",
                        "bank " + bank + " has no reference of this model"
                                + (ofAllModels == 0 ? "" : ", but " + ofAllModels + " of others")
                                + ": no worker gets ready",
                        "bulwark bank build --bank " + bank + " PICTURES");
            }
            Map<String, Long> labels = ours.stream()
                    .collect(Collectors.groupingBy(
                            reference -> reference.value().getLabel(), TreeMap::new, Collectors.counting()));
            String says = "bank " + bank + " has " + ours.size() + " references of this model: "
                    + labels.entrySet().stream()
                            .map(label -> label.getValue() + " " + label.getKey())
                            .collect(Collectors.joining(", "));
            return labels.size() > 1
                    ? Finding.well("bank", says)
                    : Finding.unsure(
                            "bank",
                            says + ". A bank with one label cannot separate images",
                            "bulwark bank add --bank " + bank + " with pictures of another label");
        }

        /** Whether each tenant's policy can be read and used. */
        List<Finding> policies() {
            try {
                List<PolicyStanding> tenants = PolicyStanding.all(broker);
                if (tenants.isEmpty()) {
                    return List.of(
                            Finding.well("policy", "no tenant has one on the topic: the workers' own settings decide"));
                }
                return tenants.stream().map(ContentExamination::policy).toList();
            } catch (CommandFailure unreadable) {
                return List.of(Finding.wrong("policy", unreadable.getMessage(), "bulwark topics create"));
            } catch (RuntimeException refused) {
                return List.of(Finding.unsure(
                        "policy",
                        "policies cannot be read: " + refused.getMessage(),
                        "ask as a user who may read them (--config)"));
            }
        }

        private static Finding policy(PolicyStanding tenant) {
            String name = "tenant " + tenant.tenant();
            if (tenant.problem().isPresent()) {
                return Finding.wrong(
                        "policy",
                        name + ": " + tenant.problem().get(),
                        "bulwark policy propose --tenant " + tenant.tenant() + " --anew, then bulwark policy approve");
            }
            return tenant.version()
                    .map(version -> Finding.well("policy", name + ": " + version + " is in force"))
                    .orElseGet(() -> Finding.unsure(
                            "policy",
                            name + " has a proposal and nothing in force: that of tenant default decides",
                            "bulwark policy approve --tenant " + tenant.tenant()));
        }
    }
}
