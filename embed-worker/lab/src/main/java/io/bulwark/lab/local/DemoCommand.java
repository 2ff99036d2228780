package io.bulwark.lab.local;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.ImageUploaded;
import io.bulwark.events.Neighbour;
import io.bulwark.events.Verdict;
import io.bulwark.lab.terminal.CommandFailure;
import io.bulwark.lab.terminal.ExitCodes;
import io.bulwark.lab.terminal.Output;
import io.bulwark.lab.terminal.OutputOptions;
import io.bulwark.lab.traffic.Broker;
import io.bulwark.lab.traffic.EventReader;
import io.bulwark.lab.traffic.ImageUploader;
import io.bulwark.lab.traffic.VerdictLine;
import io.bulwark.schemas.topic.Topics;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
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
            "The last line counts: verdicts=N correct=C refused=R audits=A. Fails where a sample has no verdict or "
                    + "fewer than 80 % are decided as their labels ask for."
        })
public final class DemoCommand implements Callable<Integer> {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String FLAGGED_LABELS = "bulwark.policy.flagged-labels";

    @Mixin
    private OutputOptions options;

    @Mixin
    private NodeOptions node;

    @Option(names = "--once", description = "Stop after the samples instead of leaving the node running.")
    private boolean once;

    @Override
    public Integer call() {
        Output output = options.output();
        Checkout checkout = Checkout.find();
        LocalNodeSettings settings = node.settings(checkout);
        List<Sample> samples = Sample.under(checkout.samples().resolve("held-out"), flaggedLabels(settings));
        try (LocalNode running =
                LocalNode.start(settings, checkout, SampleBank.of(checkout, settings, output), output::note)) {
            DemoTally tally = send(Broker.at(running.bootstrapServers()), samples, output);
            if (!once) {
                LocalCommand.announce(running, output);
                output.print(tally.text(), tally.fields());
                LocalCommand.stayUntilInterrupted(running);
            }
            running.close();
            output.print(tally.text(), tally.fields());
            return tally.holds() ? ExitCodes.OK : ExitCodes.FAILED;
        }
    }

    private static Set<String> flaggedLabels(LocalNodeSettings settings) {
        String labels = Optional.ofNullable(settings.workerSettings().get(FLAGGED_LABELS))
                .orElseThrow(() -> CommandFailure.usage("the policy does not say which labels are flagged: set "
                        + FLAGGED_LABELS + " in it or with --worker-set"));
        return new HashSet<>(Arrays.asList(labels.trim().split("\\s*,\\s*")));
    }

    private static DemoTally send(Broker broker, List<Sample> samples, Output output) {
        try (EventReader<Verdict> verdicts = EventReader.verdictsFromNow(broker);
                EventReader<AttackAudit> audits = EventReader.fromNow(broker, Topics.ATTACK_AUDIT, AttackAudit.class);
                ImageUploader uploads = new ImageUploader(broker)) {
            Map<String, Sample> sent = new HashMap<>();
            for (Sample sample : samples) {
                ImageUploaded upload = uploads.send(sample.file(), "demo-" + sample.label());
                sent.put(upload.getImageId(), sample);
            }
            uploads.flush();
            DemoTally tally = collect(verdicts, new HashMap<>(sent), output);
            long seen = audits.toEnd().stream()
                    .filter(audit -> sent.containsKey(audit.getImageId()))
                    .count();
            return tally.withAudits((int) seen);
        }
    }

    private static DemoTally collect(EventReader<Verdict> verdicts, Map<String, Sample> waiting, Output output) {
        DemoTally tally = DemoTally.ofSent(waiting.size());
        long lastAnswer = System.nanoTime();
        while (!waiting.isEmpty() && System.nanoTime() - lastAnswer < PATIENCE.toNanos()) {
            for (Verdict verdict : verdicts.poll(Duration.ofMillis(200))) {
                Sample sample = waiting.remove(verdict.getImageId());
                if (sample != null) {
                    lastAnswer = System.nanoTime();
                    tally = tally.plus(sample, verdict);
                    print(sample, verdict, output);
                }
            }
        }
        waiting.values()
                .forEach(sample -> output.note(
                        sample.name() + " has no verdict after " + PATIENCE.toSeconds() + " s without an answer"));
        return tally;
    }

    private static void print(Sample sample, Verdict verdict, Output output) {
        Map<String, Object> fields = VerdictLine.fields(sample.name(), verdict);
        fields.put("expected", sample.expected().name());
        String nearest = VerdictLine.nearest(verdict).map(DemoCommand::nearest).orElse("nothing near");
        output.print(
                String.format(
                        Locale.ROOT,
                        "%-44s expected %-5s got %-7s score %.3f  %s%s",
                        sample.name(),
                        sample.expected(),
                        verdict.getDecision(),
                        verdict.getScore(),
                        nearest,
                        verdict.getReason() == null ? "" : "  " + verdict.getReason()),
                fields);
    }

    private static String nearest(Neighbour neighbour) {
        return String.format(Locale.ROOT, "nearest %s %.3f", neighbour.getLabel(), neighbour.getSimilarity());
    }
}
