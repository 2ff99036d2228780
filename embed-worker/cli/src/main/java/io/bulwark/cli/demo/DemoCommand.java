package io.bulwark.cli.demo;

import io.bulwark.cli.demo.DemoReviews.ReviewTally;
import io.bulwark.cli.demo.DemoRun.AttackTally;
import io.bulwark.cli.demo.DemoRun.DemoTally;
import io.bulwark.cli.demo.SampleAttacker.AttackedCopy;
import io.bulwark.cli.demo.SampleAttacker.Sample;
import io.bulwark.cli.demo.SampleAttacker.TwinSettings;
import io.bulwark.cli.local.Checkout;
import io.bulwark.cli.local.LocalCommand;
import io.bulwark.cli.local.LocalCommand.SampleBank;
import io.bulwark.cli.local.LocalNode;
import io.bulwark.cli.local.LocalNode.LocalNodeSettings;
import io.bulwark.cli.local.NodeOptions;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputCommand;
import io.bulwark.cli.traffic.Broker;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bulwark demo}, which {@code deploy/local/demo} runs. */
@Command(
        name = "demo",
        description = {
            "Runs the local node, sends the bundled held-out samples and prints a line for each verdict.",
            "One flagged sample is sent again in a frame, under text and in a collage, and each copy has a line.",
            "Where the worker runs a twin, a copy of every fourth sample is then attacked against the twin and sent, and "
                    + "what the twin and the robust encoder decide of it is shown side by side.",
            "A reviewer who knows the labels decides the queued items by the REST API, takes one decision back, and "
                    + "leaves the last five items open for you; where fewer than six images reach the queue, further "
                    + "ones are reported. reviews=R overturned=O open=P counts the decisions, the overturned SAFE and "
                    + "NSFW verdicts of the worker, and the open items.",
            "The last line counts: verdicts=N correct=C refused=R audits=A, of the samples themselves; attacked copies have "
                    + "a line of their own before it. Fails where something sent has no verdict, something decided does not "
                    + "hold, or fewer than 80 %% of the samples are decided as their labels ask for."
        })
public final class DemoCommand extends OutputCommand implements Callable<Integer> {

    private static final String FLAGGED_LABELS = "bulwark.policy.flagged-labels";

    @Mixin
    private NodeOptions node;

    @Option(names = "--once", description = "Stop after the samples instead of leaving the node running.")
    private boolean once;

    @Override
    public Integer call() {
        Output output = output();
        Checkout checkout = Checkout.find();
        LocalNodeSettings settings = node.settings(checkout);
        List<Sample> samples = Sample.under(checkout.samples().resolve("held-out"), flaggedLabels(settings));
        try (LocalNode running =
                LocalNode.start(settings, checkout, SampleBank.of(checkout, settings, output), output::note)) {
            DemoRun run = new DemoRun(Broker.at(running.bootstrapServers(), settings.topics()), output);
            DemoTally tally = run.samples(samples);
            run.everyday(EverydayCopy.of(samples));
            // Attacking takes minutes: the samples have their verdicts by now.
            AttackTally attacks = run.copies(TwinSettings.of(settings.workerSettings())
                    .map(twin -> copies(samples, twin, checkout.samples().resolve("bank"), output))
                    .orElse(List.of()));
            run.reports(DemoReviews.LEFT_OPEN + 1);
            Optional<ReviewTally> reviews = settings.hasDatabase()
                    ? Optional.of(new DemoReviews(
                                    Broker.at(running.bootstrapServers(), settings.topics()),
                                    running.consoleUrl(),
                                    output)
                            .decide(run.truth(), run.forPeople()))
                    : Optional.empty();
            if (!once) {
                LocalCommand.announce(running, output);
                print(tally, attacks, reviews, output);
                LocalCommand.stayUntilInterrupted(running);
            }
            running.close();
            print(tally, attacks, reviews, output);
            boolean reviewed = reviews.map(ReviewTally::holds).orElse(true);
            return tally.holds() && attacks.holds() && reviewed ? ExitCodes.OK : ExitCodes.FAILED;
        }
    }

    private static List<AttackedCopy> copies(List<Sample> samples, TwinSettings twin, Path bank, Output output) {
        return ServiceLoader.load(SampleAttacker.class)
                .findFirst()
                .map(attacker -> attacker.attack(samples, twin, bank, output))
                .orElseGet(() -> {
                    output.note("No attacked copies: the laboratory (bulwark-lab) is not on the class path");
                    return List.of();
                });
    }

    private static void print(DemoTally tally, AttackTally attacks, Optional<ReviewTally> reviews, Output output) {
        reviews.ifPresent(reviewed -> output.print(reviewed.text(), reviewed.fields()));
        if (attacks.sent() > 0) {
            output.print(attacks.text(), attacks.fields());
        }
        output.print(tally.text(), tally.fields());
    }

    private static Set<String> flaggedLabels(LocalNodeSettings settings) {
        String labels = Optional.ofNullable(settings.workerSettings().get(FLAGGED_LABELS))
                .orElseThrow(() -> CommandFailure.usage("the policy does not say which labels are flagged: set "
                        + FLAGGED_LABELS + " in it or with --worker-set"));
        return new HashSet<>(Arrays.asList(labels.trim().split("\\s*,\\s*")));
    }
}
