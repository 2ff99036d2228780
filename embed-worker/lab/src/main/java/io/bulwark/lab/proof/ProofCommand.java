package io.bulwark.lab.proof;

import io.bulwark.cli.local.Checkout;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputCommand.OutputOptions;
import io.bulwark.lab.experiment.Fields;
import io.bulwark.lab.experiment.LedgerFile;
import io.bulwark.lab.experiment.Markdown;
import io.bulwark.lab.experiment.Results;
import io.bulwark.lab.experiment.Results.Machine;
import io.bulwark.lab.proof.ProofRun.Outcome;
import io.bulwark.lab.proof.ProofStores.ProofRoom;
import io.bulwark.lab.proof.ProofTraffic.Rates;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bulwark proof}: the parent of three. */
@Command(
        name = "proof",
        description = "Kills, pauses and cuts off parts of a cluster of Bulwark on this machine, and has an"
                + " oracle look for lost records, doubled verdicts and what an erasure left.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            ProofCommand.ProofListCommand.class,
            ProofCommand.ProofRunCommand.class,
            ProofCommand.ProofReportCommand.class
        })
public final class ProofCommand {

    /** Of ids with nine digits. */
    private static final int MOST_DECISIONS = 100_000_000;

    private static final String OUT = "--out";
    private static final String FOLDER = "FOLDER";
    private static final String OUT_HELP =
            "Ledger and report; data and logs of the cluster are in cluster below it, until the next run.";
    private static final String OUT_DEFAULT = "proof-results";

    /** {@code bulwark proof list}. */
    @Command(name = "list", description = "Prints the experiments, what each does and what has to hold.")
    static final class ProofListCommand implements Callable<Integer> {

        @Mixin
        private OutputOptions options;

        @Override
        public Integer call() {
            Output output = options.output();
            for (Experiment experiment : Experiment.values()) {
                output.print(
                        experiment.id() + ": " + experiment.words() + ".\n  Holds where: " + experiment.acceptance()
                                + ".",
                        Fields.of(
                                "experiment", experiment.id(),
                                "does", experiment.words(),
                                "holds", experiment.acceptance()));
            }
            return ExitCodes.OK;
        }
    }

    /** {@code bulwark proof run}. */
    @Command(
            name = "run",
            description = {
                "Runs experiments one after the other on one cluster: three brokers, a worker, moderation-streams and"
                        + " PostgreSQL, each in a network namespace. Needs Linux, root, the programs ip, curl"
                        + " and mkfs.ext4; nft for the -mute- ones, broker-lossy-60 and broker-slow-60, libfaketime for"
                        + " database-promote, stream-ahead and worker-ahead. Takes some 4 GB of memory and"
                        + " 3 minutes an experiment.",
                "Fails where an experiment does not hold. A start removes what a killed run left."
            })
    static final class ProofRunCommand implements Callable<Integer> {

        @Mixin
        private OutputOptions options;

        @Parameters(
                paramLabel = "EXPERIMENT",
                arity = "0..*",
                showDefaultValue = Visibility.NEVER,
                description = "Which, by the names of `bulwark proof list`; without one all but growth and soak.")
        private List<String> names = List.of();

        @Option(names = "--seed", paramLabel = "N", description = "Of traffic and chance.")
        private long seed = 1;

        @Option(names = "--uploads", paramLabel = "R", description = "Uploads a second, for the worker.")
        private double uploads = 2;

        @Option(names = "--verdicts", paramLabel = "R", description = "Verdicts a second, written directly.")
        private double verdicts = 20;

        @Option(names = "--reviews", paramLabel = "R", description = "Reviews a second, written directly.")
        private double reviews = 1;

        @Option(names = "--erasures", paramLabel = "R", description = "Orders to erase a second.")
        private double erasures = 0.2;

        @Option(
                names = "--work",
                paramLabel = "R",
                description =
                        "Decisions of people through the API a second, with appeals and changes of bank and policies"
                                + " beside them.")
        private double work = 0.5;

        @Option(names = "--minutes", paramLabel = "N", description = "How long soak runs, 10 or more.")
        private int minutes = 120;

        @Option(names = "--decisions", paramLabel = "N", description = "How many decisions growth makes.")
        private int decisions = 100_000;

        @Option(
                names = "--starts",
                paramLabel = "N",
                description = "How often growth measures each kind of start, before and after; the median counts.")
        private int starts = 3;

        @Option(names = "--streams", paramLabel = "N", description = "Instances of moderation-stream, 1 or 2.")
        private int streams = 2;

        @Option(
                names = "--from",
                paramLabel = FOLDER,
                description = "A built checkout or unpacked release of an earlier version, whose services run at first:"
                        + " for upgrade, which is left out without it.")
        private Path from;

        @Option(names = OUT, paramLabel = FOLDER, defaultValue = OUT_DEFAULT, description = OUT_HELP)
        private Path out;

        @Override
        public Integer call() {
            if (streams < 1
                    || streams > 2
                    || minutes < 10
                    || decisions < 1000
                    || decisions > MOST_DECISIONS
                    || starts < 1
                    || DoubleStream.of(uploads, verdicts, reviews, erasures, work)
                            .anyMatch(rate -> rate < 0)) {
                throw CommandFailure.usage("--streams is 1 or 2, --minutes 10 or more, --decisions 1000 to "
                        + MOST_DECISIONS + ", --starts 1 or more, rates are 0 or more");
            }
            List<Experiment> experiments = names.isEmpty()
                    ? Arrays.stream(Experiment.values())
                            .filter(experiment -> !experiment.isLong())
                            .filter(experiment -> from != null || experiment != Experiment.UPGRADE)
                            .toList()
                    : names.stream().map(Experiment::named).toList();
            if (experiments.contains(Experiment.UPGRADE) != (from != null)) {
                throw CommandFailure.usage("upgrade and --from go together: the earlier version that it begins with");
            }
            Optional<Checkout> earlier = Optional.ofNullable(from).map(Checkout::new);
            ProofNetwork.missing().ifPresent(reason -> {
                throw CommandFailure.unavailable(reason);
            });
            Output output = options.output();
            output.note(Machine.describe());
            Ledger ledger = Ledger.open(out);
            Rates rates = new Rates(uploads, verdicts, reviews, erasures, work, false);
            Set<String> extra = experiments.stream()
                    .flatMap(experiment -> experiment.extraHosts().stream())
                    .collect(Collectors.toCollection(TreeSet::new));
            Experiment.Lengths lengths = new Experiment.Lengths(Duration.ofMinutes(minutes), decisions, starts);
            int mebibytes = experiments.stream()
                    .mapToInt(experiment -> experiment.mebibytes(lengths))
                    .sum();
            long growths = experiments.stream()
                    .filter(experiment -> experiment == Experiment.GROWTH)
                    .count();
            ProofRoom.of(out).require(Math.toIntExact(growths * decisions), mebibytes);
            boolean all = true;
            try (ProofCluster cluster = ProofCluster.start(
                    Checkout.find(), earlier, out.resolve("cluster"), streams, extra, mebibytes, output::note)) {
                ProofRun run = new ProofRun(cluster, seed, rates, lengths, new Results(out, output));
                for (Experiment experiment : experiments) {
                    Outcome outcome = ledger.add(run.of(experiment));
                    output.print(outcome.text(), outcome.fields());
                    all &= outcome.holds();
                }
            }
            return all ? ExitCodes.OK : ExitCodes.FAILED;
        }
    }

    /** {@code bulwark proof report}. */
    @Command(
            name = "report",
            description = "Makes a table of all experiments in the ledger, proofs.md and proofs.json beside it.")
    static final class ProofReportCommand implements Callable<Integer> {

        @Mixin
        private OutputOptions options;

        @Option(names = OUT, paramLabel = FOLDER, defaultValue = OUT_DEFAULT, description = OUT_HELP)
        private Path out;

        @Override
        public Integer call() {
            if (!Files.exists(Ledger.file(out))) {
                throw CommandFailure.usage(
                        Ledger.file(out) + " is not there: `bulwark proof run` writes it into the folder of --out");
            }
            Ledger ledger = Ledger.open(out);
            new Results(out, options.output()).publish("proofs", ledger.markdown(), ledger.fields());
            return ledger.outcomes.stream().allMatch(Outcome::holds) ? ExitCodes.OK : ExitCodes.FAILED;
        }
    }

    /** What all runs into one folder found. */
    private static final class Ledger {

        private final List<Outcome> outcomes = new ArrayList<>();
        private LedgerFile file;

        static Path file(Path out) {
            return out.resolve("proofs.jsonl");
        }

        static Ledger open(Path out) {
            Ledger ledger = new Ledger();
            ledger.file = LedgerFile.open(
                    file(out),
                    "bulwark proof on " + Machine.describe(),
                    "experiments of another machine",
                    Outcome.class,
                    ledger.outcomes::add);
            return ledger;
        }

        Outcome add(Outcome outcome) {
            outcomes.add(outcome);
            file.append(List.of(outcome));
            return outcome;
        }

        String markdown() {
            Markdown page = new Markdown()
                    .line("%s", Machine.describe())
                    .header(
                            "experiment",
                            "seed",
                            "seconds",
                            "uploads",
                            "verdicts",
                            "reviews",
                            "erasures",
                            "by people: decisions / undone / escalated / appeals / changes",
                            "longest wait, uploads / verdicts",
                            "settled",
                            "restarted",
                            "stores rebuilt",
                            "result");
            for (Outcome outcome : outcomes) {
                page.row(
                        outcome.experiment(),
                        outcome.seed(),
                        Fields.text("%.0f", outcome.seconds()),
                        outcome.uploads(),
                        outcome.verdicts(),
                        outcome.reviews(),
                        outcome.erasures(),
                        outcome.decisions() + " / " + outcome.undone() + " / " + outcome.escalated() + " / "
                                + outcome.appeals() + " / " + outcome.changes(),
                        Fields.text(
                                "%.1f / %.1f s",
                                Outcome.percentile(outcome.uploadWaits()), Outcome.percentile(outcome.verdictWaits())),
                        Fields.text("%.0f s", outcome.settled()),
                        outcome.restarted().isEmpty() ? "none" : String.join(", ", outcome.restarted()),
                        outcome.rebuilt().entrySet().stream()
                                .map(stream -> stream.getKey() + " " + stream.getValue())
                                .collect(Collectors.joining(", ")),
                        outcome.holds() ? "holds" : Markdown.escaped("does not hold: " + reasons(outcome)));
            }
            return page.toString();
        }

        private static String reasons(Outcome outcome) {
            return outcome.findings().isEmpty()
                    ? "a subscriber waited too long"
                    : String.join("; ", outcome.findings());
        }

        Map<String, Object> fields() {
            return Fields.of(
                    "machine",
                    Machine.describe(),
                    "experiments",
                    outcomes.stream().map(Outcome::fields).collect(Collectors.toList()),
                    "rules",
                    Arrays.stream(ProofOracle.Rule.values())
                            .map(ProofOracle.Rule::words)
                            .toList());
        }
    }
}
