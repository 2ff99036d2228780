package io.bulwark.cli.bank.hashes;

import io.bulwark.cli.bank.feed.FeedClient;
import io.bulwark.cli.bank.feed.MatcherClient;
import io.bulwark.cli.bank.feed.MatcherClient.Comparison;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputCommand;
import io.bulwark.imaging.pdq.PdqHash;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bulwark bank hashes check}. */
@Command(
        name = "check",
        description =
                "Asks a Hasher-Matcher-Actioner (HMA) about a PDQ hash: which of its banks have it (/m/lookup), or "
                        + "whether it takes two hashes for one picture (/m/compare). The hash leaves this machine.")
final class BankHashesCheckCommand extends OutputCommand implements Callable<Integer> {

    @Mixin
    private ExchangeOptions exchange;

    @Option(
            names = "--with",
            paramLabel = "HASH",
            description = "Compare with this one instead: the two distances should be the same.")
    private String other;

    @Parameters(paramLabel = "HASH", description = "A PDQ hash, 64 hexadecimal digits.")
    private String hash;

    @Override
    public Integer call() {
        PdqHash asked = CommandFailure.orUsage("HASH", () -> PdqHash.parse(hash));
        FeedClient client = exchange.client(token -> Map.of("Authorization", "Bearer " + token));
        MatcherClient matcher = new MatcherClient(exchange.address(), client);
        return other == null ? lookup(matcher, asked) : compare(matcher, asked);
    }

    private int lookup(MatcherClient matcher, PdqHash asked) {
        List<String> banks = matcher.lookup(asked);
        output().print(
                        banks.isEmpty() ? "in no bank" : "in the banks " + String.join(", ", banks),
                        Map.of("banks", banks));
        return ExitCodes.OK;
    }

    /** Exit code 1 where the two do not agree: then one of them hashes or matches otherwise. */
    private int compare(MatcherClient matcher, PdqHash asked) {
        PdqHash second = CommandFailure.orUsage("--with", () -> PdqHash.parse(other));
        Comparison theirs = matcher.compare(asked, second);
        int distance = asked.distance(second);
        boolean match = distance <= PdqHash.MATCH_DISTANCE;
        Map<String, Object> fields = Output.fields(
                "distance", distance, "match", match, "theirDistance", theirs.distance(), "theirMatch", theirs.match());
        output().print(
                        "%d bits apart, %s; HMA: %d, %s"
                                .formatted(distance, word(match), theirs.distance(), word(theirs.match())),
                        fields);
        return distance == theirs.distance() && match == theirs.match() ? ExitCodes.OK : ExitCodes.FAILED;
    }

    private static String word(boolean match) {
        return match ? "a match" : "no match";
    }
}
