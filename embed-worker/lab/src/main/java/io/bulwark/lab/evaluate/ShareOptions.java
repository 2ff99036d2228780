package io.bulwark.lab.evaluate;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.lab.picture.SourceFile;
import java.util.List;
import java.util.function.Function;
import picocli.CommandLine.Option;

/** Which of the queries are asked: {@code @Mixin ShareOptions share}. */
public final class ShareOptions {

    @Option(
            names = "--share",
            paramLabel = "S",
            description =
                    "Of ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}). Look at DEVELOPMENT alone while you choose a"
                            + " model or an attack; the others need --final.")
    private QueryShare share = QueryShare.DEVELOPMENT;

    @Option(
            names = "--final",
            description =
                    "This is the last run, for which --share FINAL is kept: model, policy and attacks are chosen.")
    private boolean last;

    /** The share. */
    public QueryShare share() {
        return share;
    }

    /**
     * Those of the queries that are asked, in their order.
     *
     * @param source of a query, whose name says which share it is of
     * @throws CommandFailure if the share is kept for the last run and this is not it, or holds none of them
     */
    public <T> List<T> of(List<T> queries, Function<T, SourceFile> source) {
        if (share.isKept() && !last) {
            throw CommandFailure.usage(
                    ("--share %s asks pictures that are kept for the last run; add --final once model,"
                                    + " policy and attacks are chosen")
                            .formatted(share));
        }
        List<T> asked = queries.stream()
                .filter(query -> share.holds(source.apply(query).fraction("split")))
                .toList();
        if (asked.isEmpty()) {
            throw CommandFailure.usage(
                    "--share %s holds none of the %d pictures of --queries".formatted(share, queries.size()));
        }
        return asked;
    }
}
