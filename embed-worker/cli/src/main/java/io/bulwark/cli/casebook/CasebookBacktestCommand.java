package io.bulwark.cli.casebook;

import io.bulwark.cli.bank.BankFile;
import io.bulwark.cli.bank.BankFile.StoredReference;
import io.bulwark.cli.bank.BankOptions.BankName;
import io.bulwark.cli.bank.BankTopic;
import io.bulwark.cli.casebook.CasebookCommand.RecentImages;
import io.bulwark.cli.policy.PoliciesInForce.PolicyChoice;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputCommand;
import io.bulwark.cli.traffic.AnsweredDraws;
import io.bulwark.cli.traffic.Broker;
import io.bulwark.perception.bank.MatrixBank;
import io.bulwark.perception.verdict.Policies;
import io.bulwark.schemas.topic.ReferenceKey;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bulwark casebook backtest}. */
@Command(
        name = "backtest",
        description = {
            "Shows what another bank, policy or model would make of recent images: decides what workers saw once by what"
                    + " decides now and once by that, for as long as moderation.embeddings keeps it.",
            "Name what is tried: --without, --with, --policy or --against.",
            "A model can only be tested on images that it has seen: name it with --against where workers of both ran."
                    + " What a classifier head, hash lists or PDQ hashes would say is not known here."
        })
final class CasebookBacktestCommand extends OutputCommand implements Callable<Integer> {

    @Mixin
    private BankName bank;

    @Mixin
    private RecentImages images;

    @Option(
            showDefaultValue = Visibility.NEVER,
            names = "--without",
            paramLabel = "ID",
            description = "Without this reference, as `bulwark bank list` shows it; several times for several.")
    private List<String> without = List.of();

    @Option(
            names = "--with",
            paramLabel = "FILE",
            description = "With the references of this file of `bulwark bank export` put into the bank; references"
                    + " disabled in the file do not vote.")
    private Path with;

    @Option(
            names = "--policy",
            paramLabel = "FILE",
            description =
                    "By the policy of this properties file, as `bulwark bank calibrate --write` makes it, and not by"
                            + " the one in force; without --tenant every tenant's images are decided by it.")
    private Path policy;

    @Option(
            names = "--in-force",
            paramLabel = "FILE",
            description =
                    "The settings file whose policy workers decide by where moderation.policies has none (default:"
                            + " the defaults of their settings).")
    private Path settings;

    @Option(
            names = "--model",
            paramLabel = "FINGERPRINT",
            description = "Of images as this model saw them (default: the model with the most references).")
    private String model;

    @Option(
            names = "--against",
            paramLabel = "FINGERPRINT",
            description = "By this model and its references of the bank, of images that both models saw.")
    private String against;

    @Option(
            names = "--draws",
            paramLabel = "FILE",
            description =
                    "What moderation-stream's GET /api/v1/promises/draws answers to a senior or a curator: says how"
                            + " often both sides would have been wrong about all traffic, by the draws, each with its weight."
                            + " Drawn images are decided without the references that were made of them.")
    private Path draws;

    @Option(
            names = "--proposed-at",
            paramLabel = "INSTANT",
            description =
                    "With --draws: counts draws from this time on apart, such as 2026-11-30T12:00:00Z. They confirm"
                            + " what was chosen by looking at the ones before.")
    private Instant proposedAt;

    @Option(names = "--threads", paramLabel = "N", defaultValue = "2", description = "Number of reading threads.")
    private int threads;

    @Option(
            names = "--list",
            paramLabel = "N",
            defaultValue = "20",
            description = "Number of images to list whose decision would change, the graver changes first.")
    private int most;

    @Override
    public Integer call() {
        if (threads < 1 || most < 0) {
            throw CommandFailure.usage("--threads is at least 1, and --list at least 0");
        }
        if (proposedAt != null && draws == null) {
            throw CommandFailure.usage("--proposed-at counts draws: name them with --draws");
        }
        requireATrial(without.isEmpty() && with == null && policy == null && against == null);
        Optional<AnsweredDraws> answered = Optional.ofNullable(draws).map(AnsweredDraws::read);
        Broker at = bank.broker();
        Instant begin = Instant.now();
        Map<String, StoredReference> present = references(at);
        String seen = Optional.ofNullable(model).orElseGet(() -> mostUsed(present));
        String instead = Optional.ofNullable(against).orElse(seen);
        requireATrial(without.isEmpty() && with == null && policy == null && instead.equals(seen));
        Map<String, StoredReference> changed = changed(present, instead);
        Policies inForce =
                PolicyChoice.inForce(at, Optional.ofNullable(settings).map(PolicyChoice::read));
        Policies wanted = policy == null ? inForce : Policies.always(PolicyChoice.read(policy));
        var question = new BankBacktest.Question(images.tenant(), images.from(), answered, threads);
        try (MatrixBank now = bank(seen, present);
                MatrixBank then = bank(instead, changed)) {
            BankBacktest.Found found = new BankBacktest(
                            question, new BankBacktest.Side(now, inForce), new BankBacktest.Side(then, wanted))
                    .run(at);
            report(found, answered, Duration.between(begin, Instant.now()));
        }
        return ExitCodes.OK;
    }

    private static void requireATrial(boolean same) {
        if (same) {
            throw CommandFailure.usage(
                    "both sides are the same: name what is tried with --without, --with, --policy, or"
                            + " --against another model");
        }
    }

    private Map<String, StoredReference> references(Broker at) {
        try (BankTopic topic = bank.topic()) {
            Map<String, StoredReference> present = byKey(topic.read().of(bank.name()).stream()
                    .filter(CasebookBacktestCommand::votes)
                    .toList());
            if (present.isEmpty()) {
                throw CommandFailure.failed("bank \"" + bank.name()
                        + "\" has no reference with an embedding: `bulwark bank add` puts some in");
            }
            return present;
        }
    }

    /** By key, so that one of a file takes the place of the one that is there. */
    private Map<String, StoredReference> changed(Map<String, StoredReference> present, String of) {
        Map<String, StoredReference> changed = new TreeMap<>(present);
        Set<String> ids = present.values().stream()
                .filter(reference -> reference.key().modelFingerprint().equals(of))
                .map(reference -> reference.key().referenceId())
                .collect(Collectors.toSet());
        for (String id : without) {
            if (!ids.contains(id)) {
                throw CommandFailure.failed("bank \"" + bank.name() + "\" has no reference \"" + id + "\" of model "
                        + of + " that votes; " + "`bulwark bank list --bank " + bank.name() + "` lists them");
            }
            changed.values().removeIf(reference -> reference.key().referenceId().equals(id));
        }
        if (with != null) {
            changed.putAll(byKey(BankFile.read(with).stream()
                    .map(reference -> new StoredReference(
                            new ReferenceKey(
                                    bank.name(),
                                    reference.key().modelFingerprint(),
                                    reference.key().referenceId()),
                            reference.value()))
                    .toList()));
            changed.values().removeIf(reference -> !votes(reference));
        }
        return changed;
    }

    private static boolean votes(StoredReference reference) {
        return !reference.isDisabledAt(Instant.now())
                && reference.value().getEmbedding().hasRemaining();
    }

    private static Map<String, StoredReference> byKey(List<StoredReference> references) {
        return references.stream()
                .collect(Collectors.toMap(
                        reference -> reference.key().toString(),
                        Function.identity(),
                        (one, other) -> other,
                        TreeMap::new));
    }

    private static String mostUsed(Map<String, StoredReference> references) {
        return references.values().stream()
                .collect(Collectors.groupingBy(
                        reference -> reference.key().modelFingerprint(), TreeMap::new, Collectors.counting()))
                .entrySet()
                .stream()
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .orElseThrow();
    }

    private MatrixBank bank(String of, Map<String, StoredReference> references) {
        List<StoredReference> own = references.values().stream()
                .filter(reference -> reference.key().modelFingerprint().equals(of))
                .toList();
        if (own.isEmpty()) {
            throw CommandFailure.failed("bank \"" + bank.name() + "\" would have no reference of model " + of);
        }
        return MatrixBank.of(of, own.stream().map(StoredReference::embedding).toList());
    }

    private void report(BankBacktest.Found found, Optional<AnsweredDraws> answered, Duration took) {
        Output output = output();
        found.cases().stream()
                .filter(BankBacktest.Case::changes)
                .sorted(Comparator.comparing(BankBacktest::isGraver)
                        .reversed()
                        .thenComparing(BankBacktest.Case::tenant)
                        .thenComparing(BankBacktest.Case::imageId))
                .limit(most)
                .forEach(image -> print(output, image));
        found.cases().stream()
                .collect(Collectors.groupingBy(
                        image -> image.was() + " " + image.now().outcome() + " "
                                + image.instead().outcome(),
                        TreeMap::new,
                        Collectors.counting()))
                .forEach((row, count) -> {
                    String[] names = row.split(" ");
                    Map<String, Object> fields =
                            Output.fields("was", names[0], "now", names[1], "would", names[2], "count", count);
                    output.print(
                            String.format(
                                    Locale.ROOT,
                                    "was %-6s now %-6s would be %-6s %d images",
                                    names[0],
                                    names[1],
                                    names[2],
                                    count),
                            fields);
                });
        answered.ifPresent(
                drawn -> report(output, DrawnRates.of(found.cases(), drawn, Optional.ofNullable(proposedAt))));
        long changes = found.cases().stream().filter(BankBacktest.Case::changes).count();
        double seconds = took.toMillis() / 1e3;
        output.print(
                String.format(
                        Locale.ROOT,
                        "images=%d changes=%d other-models=%d unreadable=%d seconds=%.1f",
                        found.cases().size(),
                        changes,
                        found.otherwise(),
                        found.unreadable(),
                        seconds),
                Map.of(
                        "images", found.cases().size(),
                        "changes", changes,
                        "otherModels", found.otherwise(),
                        "unreadable", found.unreadable(),
                        "seconds", seconds));
    }

    private static void report(Output output, DrawnRates drawn) {
        drawn.rates().forEach(rate -> output.print(rate.line(), rate.fields()));
        output.note(drawn.known() + " of the " + drawn.answered()
                + " answered draws are of images that both sides decided, without the references that were made of them. "
                + drawn.unanswered()
                + " draws of that time have no answer: they count as errors for the upper end of a range"
                + " and as none for the lower one. Each range holds the mean rate of the images that both sides could"
                + " decide, with 0.95, however often you look; reviewers' errors are not counted.");
    }

    private static void print(Output output, BankBacktest.Case image) {
        Map<String, Object> fields = Output.fields(
                "tenant",
                image.tenant(),
                "imageId",
                image.imageId(),
                "was",
                image.was().name(),
                "now",
                image.now().outcome().name(),
                "nowScore",
                image.now().score(),
                "would",
                image.instead().outcome().name(),
                "wouldScore",
                image.instead().score());
        output.print(
                String.format(
                        Locale.ROOT,
                        "%s %s  now %s %.3f  would be %s %.3f",
                        image.tenant(),
                        image.imageId(),
                        image.now().outcome(),
                        image.now().score(),
                        image.instead().outcome(),
                        image.instead().score()),
                fields);
    }
}
