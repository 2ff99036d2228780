package io.bulwark.lab.bench.promise;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputCommand;
import io.bulwark.lab.bench.promise.PromiseRun.Counts;
import io.bulwark.lab.bench.promise.PromiseRun.Course;
import io.bulwark.lab.bench.promise.PromiseRun.Scenario;
import io.bulwark.lab.bench.promise.PromiseRun.Sizes;
import io.bulwark.lab.bench.promise.PromiseTraffic.Reviewers;
import io.bulwark.lab.bench.promise.PromiseTraffic.Traffic;
import io.bulwark.lab.experiment.Fields;
import io.bulwark.lab.experiment.Markdown;
import io.bulwark.lab.experiment.Results.Machine;
import io.bulwark.schemas.promise.PromisedRate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.DoubleUnaryOperator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bulwark bench promises}. */
@Command(
        name = "promises",
        description = {
            "Simulates promised error rates as moderation-stream watches them: false alarms of kept promises, and how"
                    + " many reviewed draws it takes until a broken one is found, beside a rule that reads a 95 %%"
                    + " interval at every answer. Then drift of embeddings before labels: false alarms, and how many"
                    + " days it takes until moved traffic is found.",
            "Fails where kept promises alarm more often than 5 %% of streams and chance explain, or where twice 2 %% of"
                    + " nearly all reviewed draws is found within 2,000 of them in less than 90 %%."
        })
public final class PromiseBenchCommand extends OutputCommand implements Callable<Integer> {

    private static final double ALLOWED = 0.05;
    private static final int WITHIN = 2000;
    private static final double FOUND = 0.9;
    private static final double[] PROMISES = {0.005, 0.01, 0.02};
    private static final double[] PREVALENCES = {0.001, 0.01, 0.1};
    private static final Reviewers APART = new Reviewers(0.05, false);
    private static final Reviewers ALIKE = new Reviewers(0.05, true);
    private static final DoubleUnaryOperator KEPT = over -> 1;

    @Option(names = "--streams", paramLabel = "N", description = "Streams of each scenario.")
    private int streams = 1000;

    @Option(names = "--draws", paramLabel = "N", description = "Reviewed draws of each stream.")
    private int draws = 4000;

    @Option(names = "--known", paramLabel = "N", description = "Golden items on each side, answered by three people.")
    private int known = 300;

    @Option(names = "--days", paramLabel = "N", description = "Days of each stream that is watched for drift.")
    private int days = 40;

    @Option(names = "--seed", paramLabel = "N", description = "The same seed has the same streams.")
    private long seed = 1;

    @Option(names = "--scenario", paramLabel = "TEXT", description = "Only scenarios whose name contains this.")
    private String named = "";

    private boolean holds = true;

    @Override
    public Integer call() {
        if (streams < 1 || draws < WITHIN || known < 0 || days < 1) {
            throw CommandFailure.usage("--streams and --days are 1 at least, --draws " + WITHIN
                    + " at least and --known 0 at least; found " + streams + ", " + days + ", " + draws + " and "
                    + known);
        }
        Output output = output();
        output.note(Machine.describe());
        Markdown header = new Markdown()
                .header(
                        "kept promise",
                        "rate",
                        "m",
                        "flagged",
                        "false alarms, at most " + allowed(),
                        "e-detector",
                        "band missed",
                        "interval rule");
        for (Scenario scenario : chosen(kept())) {
            kept(output, header, scenario);
            header = new Markdown();
        }
        header = new Markdown()
                .header(
                        "broken promise",
                        "rate",
                        "m",
                        "flagged",
                        "found within " + WITHIN,
                        "draws until found: median",
                        "90 %",
                        "e-detector: found",
                        "median",
                        "interval rule");
        for (Scenario scenario : chosen(broken())) {
            broken(output, header, scenario);
            header = new Markdown();
        }
        header = new Markdown()
                .header(
                        "SAFE traffic",
                        "alarmed; false ones at most " + allowed(),
                        "days until found: median",
                        "90 %",
                        "named rightly",
                        "chi-squared each day");
        for (DriftRun.Scenario scenario : DriftRun.scenarios(days)) {
            if (scenario.name().contains(named)) {
                drift(output, header, scenario);
                header = new Markdown();
            }
        }
        return holds ? ExitCodes.OK : ExitCodes.FAILED;
    }

    private List<Scenario> chosen(List<Scenario> all) {
        return all.stream().filter(scenario -> scenario.name().contains(named)).toList();
    }

    /** The mean and two standard deviations of a binomial count: 64 of 1,000. */
    private int allowed() {
        return (int) Math.ceil(ALLOWED * streams + 2 * Math.sqrt(ALLOWED * (1 - ALLOWED) * streams));
    }

    private void kept(Output output, Markdown text, Scenario scenario) {
        boolean counts = scenario.course() != Course.NEAR_COPIES; // of these it is known that they alarm
        int draws = switch (scenario.course()) {
            case TENANTS -> Math.min(this.draws, 500);
            case LATE -> Math.min(this.draws, 2000);
            default -> this.draws;
        };
        Counts found = new PromiseRun(scenario, new Sizes(streams, draws, known, 50)).run(seed);
        holds &= !counts || found.alarmed() <= allowed();
        print(
                output,
                text.row(
                        scenario.name(),
                        of(scenario, found.alarmed(), found.detected(), found.bandMissed(), found.naive())),
                Fields.of(
                        "scenario", scenario.name(),
                        "rate", scenario.traffic().rate().name(),
                        "promise", scenario.traffic().promise(),
                        "prevalence", scenario.traffic().prevalence().applyAsDouble(1),
                        "kept", true,
                        "streams", streams,
                        "draws", draws,
                        "alarmed", found.alarmed(),
                        "allowed", counts ? allowed() : streams,
                        "detected", found.detected(),
                        "bandMissed", found.bandMissed(),
                        "intervalRule", found.naive()));
    }

    private void broken(Output output, Markdown text, Scenario scenario) {
        int length = scenario.from() == 0 ? draws : scenario.from() + draws;
        Counts found = new PromiseRun(scenario, new Sizes(streams, length, known, 1)).run(seed);
        int within =
                (int) found.delays().stream().filter(delay -> delay <= WITHIN).count();
        if (scenario.mustBeFound()) {
            holds &= within >= FOUND * streams;
        }
        print(
                output,
                text.row(
                        scenario.name(),
                        of(
                                scenario,
                                within,
                                quantile(found.delays(), 0.5),
                                quantile(found.delays(), 0.9),
                                found.detected(),
                                quantile(found.detectorDelays(), 0.5),
                                found.naive())),
                Fields.of(
                        "scenario", scenario.name(),
                        "rate", scenario.traffic().rate().name(),
                        "promise", scenario.traffic().promise(),
                        "prevalence", scenario.traffic().prevalence().applyAsDouble(1),
                        "kept", false,
                        "streams", streams,
                        "draws", length,
                        "alarmed", found.alarmed(),
                        "within", within,
                        "medianDraws", quantile(found.delays(), 0.5),
                        "p90Draws", quantile(found.delays(), 0.9),
                        "detected", found.detected(),
                        "detectorMedianDraws", quantile(found.detectorDelays(), 0.5),
                        "intervalRule", found.naive()));
    }

    private void drift(Output output, Markdown text, DriftRun.Scenario scenario) {
        DriftRun.Counts found = new DriftRun(scenario, streams, days).run(seed);
        holds &= !scenario.kept() || found.alarmed() <= allowed();
        Integer median = quantile(found.delays(), 0.5);
        Integer late = quantile(found.delays(), 0.9);
        print(
                output,
                text.row(
                        scenario.name(),
                        found.alarmed(),
                        Arrays.asList(median, late, scenario.kept() ? null : found.named()),
                        found.naive()),
                Fields.of(
                        "scenario",
                        scenario.name(),
                        "kept",
                        scenario.kept(),
                        "streams",
                        streams,
                        "days",
                        days,
                        "uploaders",
                        scenario.who().uploaders(),
                        "alarmed",
                        found.alarmed(),
                        "allowed",
                        scenario.kept() ? allowed() : streams,
                        "medianDays",
                        median,
                        "p90Days",
                        late,
                        "namedRightly",
                        found.named(),
                        "chiSquaredRule",
                        found.naive()));
    }

    private static void print(Output output, Markdown text, Map<String, Object> fields) {
        output.print(text.toString().stripTrailing(), fields);
    }

    private static List<Object> of(Scenario scenario, Object... found) {
        List<Object> cells = new ArrayList<>(List.of(
                scenario.traffic().rate().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                percent(scenario.traffic().promise()),
                percent(scenario.traffic().prevalence().applyAsDouble(1))));
        cells.addAll(Arrays.asList(found));
        return cells;
    }

    private static String percent(double share) {
        return Fields.text("%.1f %%", 100 * share);
    }

    /** Over all streams, with no alarm as the longest delay; null where it lies among these. */
    private Integer quantile(List<Integer> delays, double part) {
        int place = (int) Math.ceil(part * streams) - 1;
        return place < delays.size() ? delays.stream().sorted().toList().get(place) : null;
    }

    private static List<Scenario> kept() {
        List<Scenario> all = new ArrayList<>();
        for (PromisedRate rate : PromisedRate.values()) {
            for (double promise : PROMISES) {
                for (double prevalence : PREVALENCES) {
                    all.add(scenario("no errors", rate, promise, over -> prevalence, Reviewers.NEVER_WRONG));
                    all.add(scenario("5 % errors", rate, promise, over -> prevalence, APART));
                    all.add(scenario("5 % errors, alike", rate, promise, over -> prevalence, ALIKE));
                }
                DoubleUnaryOperator tenth = over -> 0.1;
                Traffic exact = new Traffic(rate, promise, tenth, KEPT, Reviewers.NEVER_WRONG, false);
                Traffic unequal = new Traffic(rate, promise, tenth, KEPT, APART, true);
                all.add(new Scenario("unequal draws, 5 % errors", unequal, Course.PLAIN, 0, false));
                all.add(scenario("flagged drift from 0.1 %", rate, promise, over -> 0.001 + 0.099 * over, APART));
                all.add(new Scenario("late by outcome", exact, Course.LATE, 0, false));
                all.add(new Scenario("500 copies of a file", exact, Course.COPIES, 0, false));
                all.add(new Scenario("500 near copies", exact, Course.NEAR_COPIES, 0, false));
                all.add(new Scenario("50 tenants", exact, Course.TENANTS, 0, false));
            }
        }
        return all;
    }

    private static List<Scenario> broken() {
        List<Scenario> all = new ArrayList<>();
        for (PromisedRate rate : PromisedRate.values()) {
            for (double promise : PROMISES) {
                for (double prevalence : rate == PromisedRate.MISSED ? new double[] {0.1, 0.5} : PREVALENCES) {
                    DoubleUnaryOperator share = over -> prevalence;
                    boolean nearlyAll = rate == PromisedRate.FALSELY_FLAGGED && prevalence < 0.1;
                    all.add(new Scenario(
                            "doubled",
                            new Traffic(rate, promise, share, over -> 2, APART, false),
                            Course.PLAIN,
                            0,
                            nearlyAll && promise == 0.02));
                    all.add(broken("doubled, errors alike", rate, promise, share, over -> 2, ALIKE, 0));
                }
                double most = rate == PromisedRate.MISSED ? 0.5 : 0.1;
                all.add(broken("doubled, no errors", rate, promise, over -> most, over -> 2, Reviewers.NEVER_WRONG, 0));
                all.add(broken("slow drift to threefold", rate, promise, over -> most, over -> 1 + 2 * over, APART, 0));
            }
            double most = rate == PromisedRate.MISSED ? 0.5 : 0.1;
            all.add(broken(
                    "doubled after 8,000 at half",
                    rate,
                    0.02,
                    over -> most,
                    over -> over < 2.0 / 3 ? 0.5 : 2,
                    APART,
                    8000));
        }
        return all;
    }

    private static Scenario scenario(
            String name, PromisedRate rate, double promise, DoubleUnaryOperator prevalence, Reviewers reviewers) {
        return new Scenario(
                name, new Traffic(rate, promise, prevalence, KEPT, reviewers, false), Course.PLAIN, 0, false);
    }

    private static Scenario broken(
            String name,
            PromisedRate rate,
            double promise,
            DoubleUnaryOperator prevalence,
            DoubleUnaryOperator times,
            Reviewers reviewers,
            int from) {
        return new Scenario(
                name, new Traffic(rate, promise, prevalence, times, reviewers, false), Course.PLAIN, from, false);
    }
}
