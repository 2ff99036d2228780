package io.bulwark.lab.audit;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.command.Threats;
import io.bulwark.perception.flagged.NearFlagged;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** Who attacks and what they may do: {@code @Mixin QueryOptions attackers}. */
final class QueryOptions {

    private static final int SMALLEST_SIDE = 32;

    @Option(
            names = "--attacks",
            paramLabel = "A",
            split = ",",
            description = "Of hopskipjump, hopskipjump-oars, square, square-oars, gradients and, with --twin, joint"
                    + " (default: all).")
    private List<String> attacks;

    @Option(names = "--threat", paramLabel = "NORM:EPSILON", description = "What may be done to the pixels.")
    private String threat = "linf:8/255";

    @Option(names = "--queries", description = "Uploads of each attack, for each picture.")
    int queries = 1000;

    @Option(
            names = "--iterations",
            description =
                    "Steps of APGD by an attacker who has the encoder and knows the index, for each of the weights 0, 1"
                            + " and 5 of the distance from the entry; each result is uploaded.")
    int iterations = 50;

    @Option(
            names = "--similarity",
            paramLabel = "COSINE",
            description = "The worker's bulwark.flagged.similarity; `bulwark bank calibrate-flagged` finds it.")
    private double similarity = 0.995;

    @Option(
            names = "--side",
            paramLabel = "PIXELS",
            description = "Pictures with a longer side are shrunk to it before they are flagged and attacked, which"
                    + " makes queries cheap; 0 leaves them as they are.")
    int side = 256;

    @Option(
            names = "--campaign-after",
            paramLabel = "N",
            description = "Uploads after which moderation-stream would have opened a campaign; who passed with fewer is"
                    + " counted apart.")
    int campaignAfter = 80;

    @Option(names = "--limit", paramLabel = "N", description = "Pictures at most that are attacked.")
    int limit = 50;

    @Option(names = "--seed", description = "Of the attacks.")
    long seed = 1;

    /** @throws CommandFailure if something is out of its range */
    void validate(boolean twin) {
        if (queries < 1 || limit < 1 || iterations < 1 || campaignAfter < 1) {
            throw CommandFailure.usage(
                    "--queries %d, --limit %d, --iterations %d, --campaign-after %d: allowed are 1 and more"
                            .formatted(queries, limit, iterations, campaignAfter));
        }
        if (side != 0 && side < SMALLEST_SIDE) {
            throw CommandFailure.usage("--side is %d, allowed are 0 and %d and more".formatted(side, SMALLEST_SIDE));
        }
        if (kinds(twin).contains(QueryKind.JOINT) && !twin) {
            throw CommandFailure.usage("--attacks joint needs the --twin that watches");
        }
        rule();
        threat();
    }

    /** Who attacks, in their order; all that there are, with a twin or without, where none is named. */
    List<QueryKind> kinds(boolean twin) {
        if (attacks == null) {
            return Stream.of(QueryKind.values())
                    .filter(kind -> twin || kind != QueryKind.JOINT)
                    .toList();
        }
        return CommandFailure.orUsage(
                "--attacks",
                () -> attacks.stream().map(QueryKind::named).distinct().sorted().toList());
    }

    NearFlagged rule() {
        return CommandFailure.orUsage("--similarity", () -> new NearFlagged(similarity));
    }

    ThreatModel threat() {
        return Threats.named("--threat", threat);
    }

    /** What attacks depend on, in words. */
    String words() {
        return String.format(
                Locale.ROOT,
                "%s, %d queries, %d iterations, similarity %s, longer side at most %s, seed %d",
                threat(),
                queries,
                iterations,
                similarity,
                side == 0 ? "any" : side,
                seed);
    }

    /** Who attacks. */
    enum QueryKind {
        /** By decisions. */
        HOPSKIPJUMP,
        /** By decisions; adapts to what is held back. */
        HOPSKIPJUMP_OARS,
        /** By scores. */
        SQUARE,
        /** By scores; adapts to what is held back. */
        SQUARE_OARS,
        /** By gradients of decision and distance from the entry; each weight's result is uploaded. */
        GRADIENTS,
        /**
         * By gradients of decision, distance from the entry and agreement with the twin; passed is what no detector
         * sees.
         */
        JOINT;

        /** The name in commands, tables and ledgers: {@code hopskipjump-oars}. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        /**
         * Reads what {@link #toString} gives.
         *
         * @throws IllegalArgumentException if it is none
         */
        static QueryKind named(String name) {
            for (QueryKind kind : values()) {
                if (kind.toString().equals(name)) {
                    return kind;
                }
            }
            throw new IllegalArgumentException("'" + name + "' is no attack, allowed are " + List.of(values()));
        }
    }
}
